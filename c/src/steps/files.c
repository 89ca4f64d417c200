/* files_preserve: all others are closed, but 0 to 2, which the streams step replaces, and those of the plan. Then the
 * pid file can be attested, which closing another descriptor of it would undo. */
#include <errno.h>
#include <unistd.h>

#include "context.h"
#include "os/os.h"
#include "steps/steps.h"

static void keep(int fd, void *data)
{
    (void)descriptor_set_add(data, fd); /* room is reserved for all of them */
}

static daemonctx_status_t close_others(daemonctx_context_t *ctx, struct failure *failure)
{
    struct descriptor_set *set = &ctx->plan.keep;
    plan_each_descriptor(&ctx->plan, keep, set);
    if (ctx->events.channel.read_fd >= 0) {
        keep(ctx->events.channel.read_fd, set);
        keep(ctx->events.channel.write_fd, set);
    }
    if (os_close_others(STDERR_FILENO + 1, set->fds, set->count) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_CLOSE_DESCRIPTORS, errno);
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t step_files(daemonctx_context_t *ctx, struct failure *failure)
{
    daemonctx_status_t status = close_others(ctx, failure);
    if (status == DAEMONCTX_OK && ctx->plan.pidfile.fd >= 0 && pidfile_attest(&ctx->plan.pidfile) != 0) {
        failure->step = DAEMONCTX_STEP_PIDFILE;
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_PIDFILE_ATTEST, errno);
    }
    return status;
}
