/* uid or user, gid or group, and groups: stored as given, resolved by the plan. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "options/options.h"

enum { NAME_LIMIT = 257 /* LOGIN_NAME_MAX of Linux and the NUL */, GROUPS_MAX = 65536 /* NGROUPS_MAX of Linux */ };
#define ID_NONE UINT32_MAX /* "leave as it is" to the set*id calls: never an identity */

/* The two options that name one identity: by number and by name. */
struct identity_pair {
    enum option by_id;
    enum option by_name;
    option_place_t place;
};

static const struct identity_pair user_pair = {OPTION_UID, OPTION_USER, OPTION_PLACE(user)};
static const struct identity_pair group_pair = {OPTION_GID, OPTION_GROUP, OPTION_PLACE(group)};

static struct identity_option *stored_in(daemonctx_context_t *ctx, const struct identity_pair *pair)
{
    return (struct identity_option *)((char *)&ctx->options + pair->place);
}

static daemonctx_status_t replace(daemonctx_context_t *ctx, const struct identity_pair *pair,
                                  struct identity_option identity)
{
    struct identity_option *stored = stored_in(ctx, pair);
    free(stored->name);
    *stored = identity;
    option_forget_refusal(ctx, pair->by_id);
    return option_accept(ctx, pair->by_name);
}

static daemonctx_status_t set_id(daemonctx_context_t *ctx, const struct identity_pair *pair, uint32_t id)
{
    daemonctx_status_t status = option_enter(ctx, pair->by_id);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (id == ID_NONE) {
        return option_refuse(ctx, pair->by_id, DAEMONCTX_ERR_RANGE, "%u is not an id", id);
    }
    return replace(ctx, pair, (struct identity_option){.form = IDENTITY_BY_ID, .id = id});
}

static daemonctx_status_t set_name(daemonctx_context_t *ctx, const struct identity_pair *pair, const char *name)
{
    daemonctx_status_t status = option_enter(ctx, pair->by_name);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    char *copy = NULL;
    status = option_copy_text(ctx, pair->by_name, name, NAME_LIMIT, &copy);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    return replace(ctx, pair, (struct identity_option){.form = IDENTITY_BY_NAME, .name = copy});
}

/* Only what was set in the same form is unset: taking out a user name must not give up a uid. */
static daemonctx_status_t unset(daemonctx_context_t *ctx, const struct identity_pair *pair, enum identity_form form)
{
    enum option option = form == IDENTITY_BY_ID ? pair->by_id : pair->by_name;
    daemonctx_status_t status = option_enter(ctx, option);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    struct identity_option *stored = stored_in(ctx, pair);
    if (stored->form == form) {
        free(stored->name);
        *stored = (struct identity_option){0};
    }
    return option_accept(ctx, option);
}

static daemonctx_status_t get_name(const struct identity_option *stored, const char **ret_name)
{
    *ret_name = stored->form == IDENTITY_BY_NAME ? stored->name : NULL;
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_set_uid(daemonctx_context_t *ctx, uint32_t uid)
{
    return set_id(ctx, &user_pair, uid);
}

daemonctx_status_t daemonctx_get_uid(const daemonctx_context_t *ctx, uint32_t *ret_uid)
{
    if (ctx == NULL || ret_uid == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_uid = ctx->options.user.form == IDENTITY_BY_ID ? ctx->options.user.id : (uint32_t)getuid();
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_unset_uid(daemonctx_context_t *ctx)
{
    return unset(ctx, &user_pair, IDENTITY_BY_ID);
}

daemonctx_status_t daemonctx_set_user(daemonctx_context_t *ctx, const char *name)
{
    return set_name(ctx, &user_pair, name);
}

daemonctx_status_t daemonctx_get_user(const daemonctx_context_t *ctx, const char **ret_name)
{
    return ctx == NULL || ret_name == NULL ? DAEMONCTX_ERR_ARGUMENT : get_name(&ctx->options.user, ret_name);
}

daemonctx_status_t daemonctx_unset_user(daemonctx_context_t *ctx)
{
    return unset(ctx, &user_pair, IDENTITY_BY_NAME);
}

daemonctx_status_t daemonctx_set_gid(daemonctx_context_t *ctx, uint32_t gid)
{
    return set_id(ctx, &group_pair, gid);
}

daemonctx_status_t daemonctx_get_gid(const daemonctx_context_t *ctx, uint32_t *ret_gid)
{
    if (ctx == NULL || ret_gid == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_gid = ctx->options.group.form == IDENTITY_BY_ID ? ctx->options.group.id : (uint32_t)getgid();
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_unset_gid(daemonctx_context_t *ctx)
{
    return unset(ctx, &group_pair, IDENTITY_BY_ID);
}

daemonctx_status_t daemonctx_set_group(daemonctx_context_t *ctx, const char *name)
{
    return set_name(ctx, &group_pair, name);
}

daemonctx_status_t daemonctx_get_group(const daemonctx_context_t *ctx, const char **ret_name)
{
    return ctx == NULL || ret_name == NULL ? DAEMONCTX_ERR_ARGUMENT : get_name(&ctx->options.group, ret_name);
}

daemonctx_status_t daemonctx_unset_group(daemonctx_context_t *ctx)
{
    return unset(ctx, &group_pair, IDENTITY_BY_NAME);
}

static daemonctx_status_t check_groups(daemonctx_context_t *ctx, const uint32_t *gids, size_t count)
{
    if (gids == NULL && count > 0) {
        return option_refuse(ctx, OPTION_GROUPS, DAEMONCTX_ERR_ARGUMENT, "the list of %zu is NULL", count);
    }
    if (count > GROUPS_MAX) {
        return option_refuse(ctx, OPTION_GROUPS, DAEMONCTX_ERR_RANGE, "%zu groups are more than %d", count, GROUPS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        if (gids[i] == ID_NONE) {
            return option_refuse(ctx, OPTION_GROUPS, DAEMONCTX_ERR_RANGE, "%u is not an id", gids[i]);
        }
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_set_groups(daemonctx_context_t *ctx, const uint32_t *gids, size_t count)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_GROUPS);
    if (status == DAEMONCTX_OK) {
        status = check_groups(ctx, gids, count);
    }
    if (status != DAEMONCTX_OK) {
        return status;
    }
    uint32_t *copy = NULL;
    if (count > 0) {
        copy = malloc(count * sizeof(*gids));
        if (copy == NULL) {
            return option_refuse_memory(ctx, OPTION_GROUPS);
        }
        memcpy(copy, gids, count * sizeof(*gids));
    }
    free(ctx->options.groups);
    ctx->options.groups = copy;
    ctx->options.groups_count = count;
    ctx->options.groups_given = true;
    return option_accept(ctx, OPTION_GROUPS);
}

daemonctx_status_t daemonctx_get_groups(const daemonctx_context_t *ctx, const uint32_t **ret_gids, size_t *ret_count)
{
    if (ctx == NULL || ret_gids == NULL || ret_count == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_gids = ctx->options.groups;
    *ret_count = ctx->options.groups_count;
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_unset_groups(daemonctx_context_t *ctx)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_GROUPS);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    free(ctx->options.groups);
    ctx->options.groups = NULL;
    ctx->options.groups_count = 0;
    ctx->options.groups_given = false;
    return option_accept(ctx, OPTION_GROUPS);
}
