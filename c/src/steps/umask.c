/* umask: set, or the launcher's left as it is. umask(2) cannot fail. */
#include <sys/stat.h>

#include "context.h"
#include "steps/steps.h"

daemonctx_status_t step_umask(daemonctx_context_t *ctx, struct failure *failure)
{
    (void)failure;
    if (!ctx->options.umask_inherit) {
        (void)umask((mode_t)ctx->options.umask);
    }
    return DAEMONCTX_OK;
}
