/* The signal mask over a launch. */
#include <errno.h>
#include <stddef.h>

#include "context.h"
#include "events/interrupt.h"
#include "life/mask.h"

enum { ATTEMPTS = 3 };

/* Only a filter of system calls can make this fail, and one that does so for good was met when the mask was saved. What
 * is to be put back must not stay as it is: it is tried again. */
static void set_mask(const sigset_t *mask)
{
    for (int attempt = 0; attempt < ATTEMPTS && pthread_sigmask(SIG_SETMASK, mask, NULL) != 0; attempt++) {
    }
}

static int block(struct launch *launch, const sigset_t *set)
{
    int error = pthread_sigmask(SIG_BLOCK, set, launch->mask_saved ? NULL : &launch->mask);
    if (error != 0) {
        errno = error;
        return -1;
    }
    launch->mask_saved = true;
    return 0;
}

int mask_block_all(daemonctx_context_t *ctx)
{
    sigset_t all;
    (void)sigfillset(&all);
    return block(&ctx->launch, &all);
}

int mask_block_mapped(daemonctx_context_t *ctx)
{
    sigset_t mapped;
    events_mapped_signals(&ctx->options, &mapped);
    return block(&ctx->launch, &mapped);
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
    set_mask(&mask);
}

void mask_for_waiting(daemonctx_context_t *ctx)
{
    sigset_t held;
    interrupt_held_signals(&held);
    sigset_t mask = with(&ctx->launch.mask, &held);
    set_mask(&mask);
}

void mask_restore(daemonctx_context_t *ctx)
{
    if (ctx->launch.mask_saved) {
        ctx->launch.mask_saved = false;
        set_mask(&ctx->launch.mask);
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
    set_mask(&mask);
}
