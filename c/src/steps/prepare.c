/* The last step before anything changes: the program prepares, threads are counted, buffered text is written out. */
#include <errno.h>

#include "context.h"
#include "life/flush.h"
#include "life/hooks.h"
#include "os/os.h"
#include "steps/steps.h"

/* Asked after the hook, which may have ended threads, and before the flush, which would wait for a thread that reads a
 * stream. */
static daemonctx_status_t check_threads(const daemonctx_context_t *ctx, int count, struct failure *failure)
{
    bool vouched = ctx->plan.detach && ctx->options.detach_method == DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED;
    if (count == 1 || vouched || ctx->plan.relaunch.needed) {
        return DAEMONCTX_OK;
    }
    failure->number = count;
    return failure_set(failure, DAEMONCTX_ERR_THREADS, count == 0 ? DEED_COUNT_THREADS : DEED_THREADS, 0);
}

daemonctx_status_t step_prepare(daemonctx_context_t *ctx, struct failure *failure)
{
    daemonctx_status_t status = DAEMONCTX_OK;
    /* The fork hooks are about what a fork does to a program: there is none by re-exec. */
    ctx->launch.prepared = !ctx->plan.relaunch.needed;
    if (ctx->launch.prepared) {
        status = hook_run(ctx, HOOK_PREPARE, failure);
    }
    if (status != DAEMONCTX_OK) {
        return status;
    }
    int threads = os_thread_count();
    status = check_threads(ctx, threads, failure);
    if (status == DAEMONCTX_OK && !ctx->plan.detach) {
        status = steps_validate(ctx, failure);
    }
    if (status == DAEMONCTX_OK && !flush_streams(threads == 1 ? FLUSH_ALL : FLUSH_UNUSED)) {
        status = failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_FLUSH, errno);
    }
    ctx->launch.many_threads = threads != 1;
    return status;
}
