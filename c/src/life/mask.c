/* The signal mask over a launch. */
#include <stddef.h>

#include "context.h"
#include "events/interrupt.h"
#include "life/mask.h"

void mask_block_all(daemonctx_context_t *ctx)
{
    struct launch *launch = &ctx->launch;
    sigset_t all;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, launch->mask_saved ? NULL : &launch->mask);
    launch->mask_saved = true;
}

void mask_block_mapped(daemonctx_context_t *ctx)
{
    struct launch *launch = &ctx->launch;
    sigset_t mapped;
    events_mapped_signals(&ctx->options, &mapped);
    (void)pthread_sigmask(SIG_BLOCK, &mapped, launch->mask_saved ? NULL : &launch->mask);
    launch->mask_saved = true;
}

static sigset_t with(const sigset_t *mask, const sigset_t *added)
{
    sigset_t sum;
    (void)sigorset(&sum, mask, added);
    return sum;
}

void mask_for_hook(daemonctx_context_t *ctx)
{
    sigset_t mapped;
    events_mapped_signals(&ctx->options, &mapped);
    sigset_t mask = with(&ctx->launch.mask, &mapped);
    (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

void mask_for_waiting(daemonctx_context_t *ctx)
{
    sigset_t held;
    interrupt_held_signals(&held);
    sigset_t mask = with(&ctx->launch.mask, &held);
    (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

void mask_restore(daemonctx_context_t *ctx)
{
    if (ctx->launch.mask_saved) {
        ctx->launch.mask_saved = false;
        (void)pthread_sigmask(SIG_SETMASK, &ctx->launch.mask, NULL);
    }
}

void mask_for_daemon(daemonctx_context_t *ctx)
{
    sigset_t mask = ctx->launch.mask;
    if (ctx->options.signal_reset == DAEMONCTX_SIGNAL_RESET_ALL) {
        (void)sigemptyset(&mask); /* daemon(7), step 3 */
    }
    for (int signum = 1; signum < SIGNAL_LIMIT; signum++) {
        if (ctx->options.signal_map[signum].action != DAEMONCTX_SIGNAL_ACTION_UNSET) {
            (void)sigdelset(&mask, signum);
        }
    }
    ctx->launch.mask_saved = false;
    (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
}
