/* files_preserve: all others are closed, but 0 to 2, which the streams step replaces, and those of the plan. */
#include <errno.h>
#include <unistd.h>

#include "context.h"
#include "os/os.h"
#include "steps/steps.h"

static void keep(int fd, void *data)
{
    (void)descriptor_set_add(data, fd); /* room is reserved for all of them */
}

daemonctx_status_t step_files(daemonctx_context_t *ctx, struct failure *failure)
{
    struct descriptor_set *set = &ctx->plan.keep;
    plan_each_descriptor(&ctx->plan, keep, set);
    if (ctx->events.channel.read_fd >= 0) {
        keep(ctx->events.channel.read_fd, set);
        keep(ctx->events.channel.write_fd, set);
    }
    uint32_t first = STDERR_FILENO + 1;
    for (size_t i = 0; i < set->count; i++) {
        uint32_t kept = (uint32_t)set->fds[i];
        if (kept < first) {
            continue;
        }
        if (kept > first && os_close_range(first, kept - 1) != 0) {
            return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_CLOSE_DESCRIPTORS, errno);
        }
        first = kept + 1;
    }
    if (os_close_range(first, UINT32_MAX) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_CLOSE_DESCRIPTORS, errno);
    }
    return DAEMONCTX_OK;
}
