/* Detaching by fork: whether the process can be copied once, or must be twice. Either way it is detached the same. */
#include <stddef.h>

#include "context.h"
#include "plan/plan.h"

daemonctx_status_t plan_copy(daemonctx_context_t *ctx)
{
    struct plan *plan = &ctx->plan;
    /* Threads that FORK_UNCHECKED vouches for go on writing on their stacks, and hold locks: nobody waits with them. */
    bool wanted = plan->detach && !plan->dry && !plan->relaunch.needed &&
                  ctx->options.detach_method != DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED;
    if (wanted && os_can_copy_attended()) {
        plan->stacks = os_stacks_map(); /* without: twice */
    }
    return DAEMONCTX_OK;
}

void plan_release_stacks(struct plan *plan)
{
    if (plan->stacks != NULL) {
        os_stacks_unmap(plan->stacks);
    }
}
