/* signal_map: the dispositions. The mapped signals are blocked until the context is open. */
#include <errno.h>

#include "context.h"
#include "steps/steps.h"

daemonctx_status_t step_signals(daemonctx_context_t *ctx, struct failure *failure)
{
    int signum = 0;
    if (events_install(ctx, &signum) != 0) {
        failure->number = signum;
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_SIGNAL, errno);
    }
    return DAEMONCTX_OK;
}
