/* uid, gid, groups: changed in the only safe order (groups, gid, uid), read back, and regaining tried. Any doubt is a
 * refusal. */
#include <errno.h>
#include <grp.h>
#include <unistd.h>

#include "context.h"
#include "os/os.h"
#include "steps/capabilities.h"
#include "steps/steps.h"

enum { GROUPS_READ_MAX = 1024 };

static daemonctx_status_t refuse(struct failure *failure, enum deed deed, int error)
{
    return failure_set(failure, DAEMONCTX_ERR_PRIVILEGE, deed, error);
}

/* An ordinary user's program that names its own ids: it may not touch its groups, and need not. */
static bool may_keep_groups(const struct planned_identity *identity)
{
    return !identity->groups_given && identity->uid == getuid() && identity->gid == getgid();
}

static bool has_group(const gid_t *groups, size_t count, gid_t gid)
{
    for (size_t i = 0; i < count; i++) {
        if (groups[i] == gid) {
            return true;
        }
    }
    return false;
}

/* Both are sets: the kernel sorts, and need not keep repetitions. */
static daemonctx_status_t verify_groups(const struct planned_identity *identity, struct failure *failure)
{
    gid_t now[GROUPS_READ_MAX];
    int count = getgroups(GROUPS_READ_MAX, now);
    if (count < 0) {
        return errno == EINVAL && identity->groups_count > GROUPS_READ_MAX
                   ? DAEMONCTX_OK /* more than fit on the stack; setgroups() said yes */
                   : refuse(failure, DEED_VERIFY_GROUPS, errno);
    }
    for (int i = 0; i < count; i++) {
        if (!has_group(identity->groups, identity->groups_count, now[i])) {
            return refuse(failure, DEED_VERIFY_GROUPS, 0);
        }
    }
    for (size_t i = 0; i < identity->groups_count; i++) {
        if (!has_group(now, (size_t)count, identity->groups[i])) {
            return refuse(failure, DEED_VERIFY_GROUPS, 0);
        }
    }
    return DAEMONCTX_OK;
}

static daemonctx_status_t change_groups(const struct planned_identity *identity, struct failure *failure)
{
    if (!identity->change_groups) {
        return DAEMONCTX_OK;
    }
    if (setgroups(identity->groups_count, identity->groups) != 0) {
        return errno == EPERM && may_keep_groups(identity) ? DAEMONCTX_OK : refuse(failure, DEED_GROUPS, errno);
    }
    return verify_groups(identity, failure);
}

static bool all_gids_are(gid_t gid)
{
    gid_t real = (gid_t)-1; /* nobody's: what is not filled in is not right by chance */
    gid_t effective = (gid_t)-1;
    gid_t saved = (gid_t)-1;
    return getresgid(&real, &effective, &saved) == 0 && real == gid && effective == gid && saved == gid;
}

static bool all_uids_are(uid_t uid)
{
    uid_t real = (uid_t)-1;
    uid_t effective = (uid_t)-1;
    uid_t saved = (uid_t)-1;
    return getresuid(&real, &effective, &saved) == 0 && real == uid && effective == uid && saved == uid;
}

static daemonctx_status_t change_gid(gid_t gid, struct failure *failure)
{
    if (!all_gids_are(gid) && setresgid(gid, gid, gid) != 0) {
        return refuse(failure, DEED_GID, errno);
    }
    return DAEMONCTX_OK;
}

static daemonctx_status_t change_uid(uid_t uid, uint64_t kept, struct failure *failure)
{
    if (all_uids_are(uid)) {
        return DAEMONCTX_OK;
    }
    if ((kept == 0 && os_capabilities_outlive_uid(false) != 0) || setresuid(uid, uid, uid) != 0) {
        return refuse(failure, DEED_UID, errno);
    }
    return DAEMONCTX_OK;
}

/* With some capabilities an identity can always be taken: with this one by right, with those of an ordinary user's
 * program that it was given and did not ask to change. */
static bool may_regain(uint64_t kept, bool capable, uid_t before)
{
    return kept != 0 ? os_capabilities_give_uids(kept) : capable && before != 0;
}

/* The former identity must be out of reach. Root's capabilities must have gone with its uid (securebits can keep
 * them), but for those that were to be kept. */
static daemonctx_status_t verify_lost(uid_t uid, uid_t before, uint64_t kept, struct failure *failure)
{
    int capable = os_has_capabilities();
    if (capable < 0) {
        return refuse(failure, DEED_VERIFY_REGAIN, errno);
    }
    if (uid == 0 || before == uid || may_regain(kept, capable > 0, before)) {
        return DAEMONCTX_OK;
    }
    if (capable > 0 && kept == 0) {
        return refuse(failure, DEED_VERIFY_REGAIN, 0);
    }
    const uid_t keep = (uid_t)-1;
    if (setresuid(keep, before, keep) == 0 || setresuid(before, keep, keep) == 0 || setresuid(keep, 0, keep) == 0) {
        return refuse(failure, DEED_VERIFY_REGAIN, 0);
    }
    return DAEMONCTX_OK;
}

static daemonctx_status_t change_identity(const struct planned_identity *identity, uint64_t kept,
                                          struct failure *failure)
{
    uid_t before = geteuid();
    daemonctx_status_t status = change_groups(identity, failure);
    if (status == DAEMONCTX_OK) {
        status = change_gid(identity->gid, failure);
    }
    if (status == DAEMONCTX_OK) {
        status = capabilities_before_uid(kept, failure);
    }
    if (status == DAEMONCTX_OK) {
        status = change_uid(identity->uid, kept, failure);
    }
    if (status == DAEMONCTX_OK) {
        status = capabilities_after_uid(kept, failure);
    }
    if (status == DAEMONCTX_OK) {
        status = verify_lost(identity->uid, before, kept, failure);
    }
    if (status == DAEMONCTX_OK && !all_gids_are(identity->gid)) {
        status = refuse(failure, DEED_VERIFY_GID, 0);
    }
    if (status == DAEMONCTX_OK && !all_uids_are(identity->uid)) {
        status = refuse(failure, DEED_VERIFY_UID, 0);
    }
    return status;
}

static daemonctx_status_t forbid_new_privs(struct failure *failure)
{
    if (os_set_no_new_privs() != 0) {
        return refuse(failure, DEED_NO_NEW_PRIVS, errno);
    }
    int set = os_has_no_new_privs();
    return set == 1 ? DAEMONCTX_OK : refuse(failure, DEED_NO_NEW_PRIVS, set < 0 ? errno : EPERM);
}

/* A program that was started again may have threads by now. The C library changes the ids of all of them; that it did
 * is seen in each. */
static daemonctx_status_t verify_tasks(daemonctx_context_t *ctx, struct failure *failure)
{
    if (ctx->launch.tasks < 0) {
        return DAEMONCTX_OK;
    }
    int agree = os_tasks_agree(ctx->launch.tasks);
    int error = agree < 0 ? errno : 0;
    descriptor_close(&ctx->launch.tasks);
    return agree == 1 ? DAEMONCTX_OK : refuse(failure, DEED_VERIFY_TASKS, error);
}

daemonctx_status_t step_identity(daemonctx_context_t *ctx, struct failure *failure)
{
    daemonctx_status_t status = change_identity(&ctx->plan.identity, ctx->options.capabilities, failure);
    if (status == DAEMONCTX_OK && ctx->options.no_new_privs) {
        status = forbid_new_privs(failure);
    }
    return status == DAEMONCTX_OK ? verify_tasks(ctx, failure) : status;
}
