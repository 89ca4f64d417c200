/* Who the daemon will be: names become numbers here, before fork and chroot, where the databases can still be read. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "plan/plan.h"

enum {
    LOOKUP_SIZE = 1024,
    LOOKUP_SIZE_MAX = 1 << 20,
    GROUPS_FIRST_TRY = 32,
    GROUPS_LAST_TRY = 1 << 17 /* twice what Linux allows */
};

/* A passwd or group entry and the buffer its strings live in. */
struct entry {
    char *buffer;
    size_t size;
};

static bool grow(struct entry *entry)
{
    size_t size = entry->size == 0 ? LOOKUP_SIZE : entry->size * 2;
    char *buffer = size > LOOKUP_SIZE_MAX ? NULL : realloc(entry->buffer, size);
    if (buffer == NULL) {
        return false;
    }
    entry->buffer = buffer;
    entry->size = size;
    return true;
}

/* getpwnam_r(3): these mean "there is none" as well as a null result does. */
static bool means_absent(int error)
{
    return error == 0 || error == ENOENT || error == ESRCH;
}

/* The passwd entry by name, or, where that is NULL, by id. 1: found, 0: there is none, -1 and errno. */
static int find_user(const char *name, uid_t uid, struct entry *entry, struct passwd *ret_user)
{
    struct passwd *found = NULL;
    int error = ERANGE;
    while (error == ERANGE) {
        if (!grow(entry)) {
            errno = ENOMEM;
            return -1;
        }
        error = name != NULL ? getpwnam_r(name, ret_user, entry->buffer, entry->size, &found)
                             : getpwuid_r(uid, ret_user, entry->buffer, entry->size, &found);
    }
    errno = error;
    return found != NULL ? 1 : means_absent(error) ? 0 : -1;
}

static int find_group(const char *name, struct entry *entry, gid_t *ret_gid)
{
    struct group group;
    struct group *found = NULL;
    int error = ERANGE;
    while (error == ERANGE) {
        if (!grow(entry)) {
            errno = ENOMEM;
            return -1;
        }
        error = getgrnam_r(name, &group, entry->buffer, entry->size, &found);
    }
    if (found != NULL) {
        *ret_gid = found->gr_gid;
        return 1;
    }
    errno = error;
    return means_absent(error) ? 0 : -1;
}

static daemonctx_status_t lookup_failed(daemonctx_context_t *ctx, const char *option, const char *name)
{
    return error_set(ctx, errno == ENOMEM ? DAEMONCTX_ERR_MEMORY : DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_PLAN, errno,
                     "%s: cannot look up '%s'", option, name);
}

static daemonctx_status_t out_of_memory(daemonctx_context_t *ctx)
{
    return error_set(ctx, DAEMONCTX_ERR_MEMORY, DAEMONCTX_STEP_PLAN, ENOMEM, "cannot plan the daemon's identity");
}

static daemonctx_status_t resolve_group(daemonctx_context_t *ctx, bool *ret_given)
{
    const struct identity_option *group = &ctx->options.group;
    *ret_given = group->form != IDENTITY_UNSET;
    if (group->form == IDENTITY_BY_ID) {
        ctx->plan.identity.gid = group->id;
    }
    if (group->form != IDENTITY_BY_NAME) {
        return DAEMONCTX_OK;
    }
    struct entry entry = {0};
    daemonctx_status_t status = DAEMONCTX_OK;
    int found = find_group(group->name, &entry, &ctx->plan.identity.gid);
    if (found == 0) {
        status = error_set(ctx, DAEMONCTX_ERR_NOT_FOUND, DAEMONCTX_STEP_PLAN, 0, "group: there is no group '%s'",
                           group->name);
    } else if (found < 0) {
        status = lookup_failed(ctx, "group", group->name);
    }
    free(entry.buffer);
    return status;
}

static daemonctx_status_t store_groups(daemonctx_context_t *ctx, const gid_t *groups, size_t count)
{
    struct planned_identity *identity = &ctx->plan.identity;
    identity->groups = malloc((count + 1) * sizeof(*groups)); /* one more: never of size 0 */
    if (identity->groups == NULL) {
        return out_of_memory(ctx);
    }
    for (size_t i = 0; i < count; i++) {
        identity->groups[i] = groups[i];
    }
    identity->groups_count = count;
    identity->change_groups = true;
    return DAEMONCTX_OK;
}

/* The groups that the databases give a user: initgroups(3)'s list, kept for later. */
static daemonctx_status_t groups_of_user(daemonctx_context_t *ctx, const char *name, gid_t gid)
{
    gid_t *groups = NULL;
    int count = 0;
    int found = -1;
    for (int room = GROUPS_FIRST_TRY; found < 0 && room <= GROUPS_LAST_TRY; room *= 2) {
        gid_t *larger = realloc(groups, (size_t)room * sizeof(*groups));
        if (larger == NULL) {
            free(groups);
            return out_of_memory(ctx);
        }
        groups = larger;
        count = room;
        errno = 0;
        found = getgrouplist(name, gid, groups, &count);
    }
    daemonctx_status_t status =
        found < 0 ? lookup_failed(ctx, "groups of user", name) : store_groups(ctx, groups, (size_t)count);
    free(groups);
    return status;
}

/* `user` is NULL when the uid has no passwd entry. */
static daemonctx_status_t choose_groups(daemonctx_context_t *ctx, const struct passwd *user)
{
    const struct options *options = &ctx->options;
    struct planned_identity *identity = &ctx->plan.identity;
    if (options->groups_given) {
        identity->groups_given = true;
        return store_groups(ctx, options->groups, options->groups_count);
    }
    if (user != NULL) {
        return groups_of_user(ctx, user->pw_name, identity->gid);
    }
    return store_groups(ctx, &identity->gid, 1);
}

static daemonctx_status_t unknown_user(daemonctx_context_t *ctx, bool group_given)
{
    const struct identity_option *user = &ctx->options.user;
    if (user->form == IDENTITY_BY_NAME) {
        return error_set(ctx, DAEMONCTX_ERR_NOT_FOUND, DAEMONCTX_STEP_PLAN, 0, "user: there is no user '%s'",
                         user->name);
    }
    if (user->form == IDENTITY_BY_ID && !group_given) {
        return error_set(ctx, DAEMONCTX_ERR_ARGUMENT, DAEMONCTX_STEP_PLAN, 0,
                         "uid: %u has no passwd entry to take a group from; set gid or group too", user->id);
    }
    return choose_groups(ctx, NULL);
}

static daemonctx_status_t resolve_user(daemonctx_context_t *ctx, bool group_given, struct entry *entry)
{
    const struct identity_option *option = &ctx->options.user;
    struct planned_identity *identity = &ctx->plan.identity;
    if (option->form == IDENTITY_BY_ID) {
        identity->uid = option->id;
    }
    struct passwd user;
    int found = find_user(option->form == IDENTITY_BY_NAME ? option->name : NULL, identity->uid, entry, &user);
    if (found < 0) {
        char number[16];
        (void)snprintf(number, sizeof(number), "%u", (unsigned)identity->uid);
        return lookup_failed(ctx, option->form == IDENTITY_BY_NAME ? "user" : "uid",
                             option->form == IDENTITY_BY_NAME ? option->name : number);
    }
    if (found == 0) {
        return unknown_user(ctx, group_given);
    }
    identity->uid = user.pw_uid;
    if (option->form != IDENTITY_UNSET && !group_given) {
        identity->gid = user.pw_gid;
    }
    return choose_groups(ctx, &user);
}

daemonctx_status_t plan_identity(daemonctx_context_t *ctx)
{
    const struct options *options = &ctx->options;
    struct planned_identity *identity = &ctx->plan.identity;
    identity->uid = getuid();
    identity->gid = getgid();
    bool group_given = false;
    daemonctx_status_t status = resolve_group(ctx, &group_given);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    bool user_given = options->user.form != IDENTITY_UNSET;
    identity->given = user_given || group_given || options->groups_given;
    if (user_given || group_given) {
        struct entry entry = {0};
        status = resolve_user(ctx, group_given, &entry);
        free(entry.buffer);
        return status;
    }
    return options->groups_given ? choose_groups(ctx, NULL) : DAEMONCTX_OK;
}
