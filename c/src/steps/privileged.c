/* The privileged hook: in the daemon, with the launcher's rights and root. */
#include "context.h"
#include "life/hooks.h"
#include "steps/steps.h"

daemonctx_status_t step_privileged(daemonctx_context_t *ctx, struct failure *failure)
{
    return hook_run(ctx, HOOK_PRIVILEGED, failure);
}
