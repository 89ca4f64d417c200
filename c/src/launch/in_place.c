/*
 * Becoming a daemon without detaching. There is no other process to fail in: what can be seen beforehand is, and a later failure leaves the
 * steps before it done, but takes the pid file away and gives the program its streams back to say so.
 */
#include "launch/in_place.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"
#include "launch/close.h"
#include "os/os.h"

static daemonctx_status_t check_directory(struct failure *failure, const char *path, daemonctx_step_t step,
                                          enum deed deed)
{
    struct stat status;
    errno = ENOTDIR;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return DAEMONCTX_OK;
    }
    failure->step = step;
    return failure_set(failure, DAEMONCTX_ERR_SYSTEM, deed, errno);
}

static daemonctx_status_t check_identity(const struct plan *plan, struct failure *failure)
{
    uid_t uids[3];
    gid_t gids[3];
    if (!plan->identity.given || os_has_capabilities() != 0 || getresuid(&uids[0], &uids[1], &uids[2]) != 0 ||
        getresgid(&gids[0], &gids[1], &gids[2]) != 0) {
        return DAEMONCTX_OK;
    }
    uid_t uid = plan->identity.uid;
    gid_t gid = plan->identity.gid;
    failure->step = DAEMONCTX_STEP_IDENTITY;
    if (gid != gids[0] && gid != gids[1] && gid != gids[2]) {
        return failure_set(failure, DAEMONCTX_ERR_PRIVILEGE, DEED_GID, EPERM);
    }
    if (uid != uids[0] && uid != uids[1] && uid != uids[2]) {
        return failure_set(failure, DAEMONCTX_ERR_PRIVILEGE, DEED_UID, EPERM);
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t in_place_validate(daemonctx_context_t *ctx, struct failure *failure)
{
    const struct plan *plan = &ctx->plan;
    const struct hook *hooks = ctx->options.hooks;
    /* These hooks may be what makes the directories. */
    bool may_be_made = hooks[HOOK_DAEMON].fn != NULL || hooks[HOOK_PRIVILEGED].fn != NULL;
    daemonctx_status_t status = DAEMONCTX_OK;
    if (!may_be_made && plan->chroot_directory != NULL) {
        status =
            check_directory(failure, plan->chroot_directory, DAEMONCTX_STEP_CHROOT, DEED_CHROOT_ENTER);
    } else if (!may_be_made) {
        status = check_directory(failure, plan->working_directory, DAEMONCTX_STEP_WORKING_DIRECTORY,
                                 DEED_WORKING_DIRECTORY);
    }
    return status == DAEMONCTX_OK ? check_identity(plan, failure) : status;
}

static void drop_saved_streams(struct launch *launch)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        plan_close(&launch->saved_streams[i]);
    }
}

static void restore_streams(struct launch *launch)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        if (launch->saved_streams[i] >= 0) {
            (void)dup2(launch->saved_streams[i], i);
        }
    }
    drop_saved_streams(launch);
}

static daemonctx_status_t fail_half_way(daemonctx_context_t *ctx)
{
    const struct failure failure = ctx->launch.failure;
    if (ctx->launch.manager_entered || ctx->plan.pidfile.fd >= 0) {
        (void)close_pidfile(ctx);
    }
    restore_streams(&ctx->launch);
    events_uninstall(ctx, false);
    if (!ctx->events.handed_out) {
        events_close(&ctx->events);
    }
    daemonctx_status_t status = error_from_failure(ctx, &failure);
    trace_step(ctx, failure.step, status);
    plan_release(&ctx->plan);
    ctx->state = CONTEXT_FAILED;
    context_unclaim(ctx);
    mask_restore(ctx);
    return status;
}

daemonctx_status_t in_place_conclude(daemonctx_context_t *ctx, daemonctx_status_t status)
{
    if (status != DAEMONCTX_OK) {
        return fail_half_way(ctx);
    }
    drop_saved_streams(&ctx->launch);
    mask_for_daemon(ctx);
    return DAEMONCTX_OK;
}
