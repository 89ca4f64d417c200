/* working_directory: inside the chroot, with the daemon's identity. */
#include <errno.h>
#include <unistd.h>

#include "context.h"
#include "steps/steps.h"

daemonctx_status_t step_working_directory(daemonctx_context_t *ctx, struct failure *failure)
{
    if (chdir(ctx->plan.working_directory) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_WORKING_DIRECTORY, errno);
    }
    return DAEMONCTX_OK;
}
