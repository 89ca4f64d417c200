/* In place there is no other process to fail in: what would fail later and can be seen now is refused before the first
 * change. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"
#include "os/os.h"
#include "steps/steps.h"

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

daemonctx_status_t steps_validate(daemonctx_context_t *ctx, struct failure *failure)
{
    const struct plan *plan = &ctx->plan;
    const struct hook *hooks = ctx->options.hooks;
    /* These hooks may be what makes the directories. */
    bool may_be_made = hooks[HOOK_DAEMON].fn != NULL || hooks[HOOK_PRIVILEGED].fn != NULL;
    daemonctx_status_t status = DAEMONCTX_OK;
    if (!may_be_made && plan->chroot_directory != NULL) {
        status = check_directory(failure, plan->chroot_directory, DAEMONCTX_STEP_CHROOT, DEED_CHROOT_ENTER);
    } else if (!may_be_made) {
        status =
            check_directory(failure, plan->working_directory, DAEMONCTX_STEP_WORKING_DIRECTORY, DEED_WORKING_DIRECTORY);
    }
    return status == DAEMONCTX_OK ? check_identity(plan, failure) : status;
}
