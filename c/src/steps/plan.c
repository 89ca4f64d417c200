/* The plan, and the handlers that must be there before anything is begun. */
#include "plan/plan.h"

#include "context.h"
#include "life/process_end.h"
#include "steps/steps.h"

daemonctx_status_t step_plan(daemonctx_context_t *ctx, struct failure *failure)
{
    (void)failure; /* the plan is made before anything travels: it writes its sentence at once */
    int error = process_end_register();
    if (error != 0) {
        return error_set(ctx, DAEMONCTX_ERR_MEMORY, DAEMONCTX_STEP_PLAN, error,
                         "cannot register the exit and fork handlers");
    }
    return plan_make(ctx, false);
}
