/* The last step before anything changes: the program prepares, threads are counted, buffered text is written out. */
#include <errno.h>
#include <time.h>

#include "context.h"
#include "life/flush.h"
#include "life/hooks.h"
#include "os/os.h"
#include "steps/steps.h"

enum { NAPS = 20, NAP_NS = 500 * 1000 };

static bool may_have_threads(const daemonctx_context_t *ctx)
{
    bool vouched = ctx->plan.detach && ctx->options.detach_method == DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED;
    return vouched || ctx->plan.relaunch.needed;
}

/* Asked after the hook, which may have ended threads, and before the flush, which would wait for a thread that reads a
 * stream. */
static daemonctx_status_t check_threads(const daemonctx_context_t *ctx, int count, struct failure *failure)
{
    if (count == 1 || may_have_threads(ctx)) {
        return DAEMONCTX_OK;
    }
    failure->number = count;
    return failure_set(failure, DAEMONCTX_ERR_THREADS, count == 0 ? DEED_COUNT_THREADS : DEED_THREADS, 0);
}

/* A thread that was joined just now may still be on its way out of the kernel: before a refusal it is waited for. */
static int count_threads(const daemonctx_context_t *ctx)
{
    const struct timespec nap = {.tv_nsec = NAP_NS};
    int count = os_thread_count();
    for (int i = 0; count > 1 && i < NAPS && !may_have_threads(ctx); i++) {
        (void)nanosleep(&nap, NULL);
        count = os_thread_count();
    }
    return count;
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
    int threads = count_threads(ctx);
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
