/* The exit handler and the fork handler. Both find the context by themselves: there is one at most. */
#include "life/process_end.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "context.h"
#include "life/close.h"

static pthread_mutex_t registration = PTHREAD_MUTEX_INITIALIZER;
static bool exit_registered;
static bool fork_registered;
static _Atomic bool fork_expected;
static pthread_t fork_expected_in;

/* The thread before the flag: the fork handler of another thread reads both, in the other order. */
void process_end_expect_fork(bool expected)
{
    fork_expected_in = pthread_self();
    fork_expected = expected;
}

static void at_exit(void)
{
    daemonctx_context_t *ctx = context_current();
    if (ctx == NULL || ctx->owner != getpid() || ctx->launch.role == ROLE_LAUNCHER) {
        return; /* a launcher that exits takes its end of the channel with it: the daemon sees to its own pid file */
    }
    if (ctx->state == CONTEXT_OPEN && ctx->launch.close_at_exit) {
        (void)daemonctx_close(ctx);
    } else if (ctx->state == CONTEXT_OPEN || ctx->state == CONTEXT_OPENING) {
        (void)pidfile_remove(&ctx->plan.pidfile); /* a hook that exits, or a language runtime that closes in its own way
                                                     and time: no callbacks */
    }
}

static void in_forked_child(void)
{
    daemonctx_context_t *ctx = context_current();
    if (ctx == NULL || (fork_expected && pthread_equal(fork_expected_in, pthread_self()))) {
        return;
    }
    close_in_child(ctx);
    context_unclaim(ctx);
}

int process_end_register(void)
{
    int error = 0;
    (void)pthread_mutex_lock(&registration);
    if (!exit_registered) {
        exit_registered = atexit(at_exit) == 0;
        error = exit_registered ? 0 : ENOMEM;
    }
    if (error == 0 && !fork_registered) {
        error = pthread_atfork(NULL, NULL, in_forked_child);
        fork_registered = error == 0;
    }
    (void)pthread_mutex_unlock(&registration);
    return error;
}
