/* bridge.c: the C functions of bridge.h. Only numbers and C memory cross: C never holds a pointer to Go's memory. */
#include "bridge.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "_cgo_export.h"

enum { SIGNALS = 65 }; /* Linux has the signals 1 to 64 */

static int is_mapped(const daemonctx_context_t *ctx, int signum)
{
    uint32_t action = DAEMONCTX_SIGNAL_ACTION_UNSET;
    return daemonctx_get_signal_action(ctx, signum, &action) == DAEMONCTX_OK && action != DAEMONCTX_SIGNAL_ACTION_UNSET;
}

/*
 * signal_reset ALL takes out the handlers of Go's runtime too. It cannot do without: SIGURG is how it stops a goroutine
 * for the garbage collector, SIGPIPE's default action would end the daemon at the first write to a closed connection,
 * and os/signal believes that its handlers are there. They give each signal its default action anyway.
 */
static void put_runtime_back(const daemonctx_context_t *ctx, const struct sigaction *before)
{
    const struct sigaction *runtime = &before[SIGURG];
    uint32_t mode = DAEMONCTX_SIGNAL_RESET_MAPPED;
    if (daemonctx_get_signal_reset(ctx, &mode) != DAEMONCTX_OK || mode != DAEMONCTX_SIGNAL_RESET_ALL) {
        return;
    }
    for (int signum = 1; signum < SIGNALS; signum++) {
        if ((before[signum].sa_flags & SA_SIGINFO) != 0 && (runtime->sa_flags & SA_SIGINFO) != 0 &&
            before[signum].sa_sigaction == runtime->sa_sigaction && !is_mapped(ctx, signum)) {
            sigaction(signum, &before[signum], NULL);
        }
    }
}

daemonctx_status_t daemonctx_go_open(daemonctx_context_t *ctx, int32_t returns_in_launcher)
{
    struct sigaction before[SIGNALS] = {{.sa_flags = 0}};
    for (int signum = 1; signum < SIGNALS; signum++) {
        if (sigaction(signum, NULL, &before[signum]) != 0) {
            before[signum].sa_flags = 0; /* one that the C library keeps for itself */
        }
    }
    /* The first opening of a program that was started again makes no daemon, but is it. */
    static atomic_int has_adopted;
    const int32_t is_launcher = !daemonctx_is_relaunched() || atomic_load(&has_adopted);
    const int32_t is_leading = is_launcher && daemonctx_go_interrupts_lead();
    daemonctx_status_t status = returns_in_launcher ? daemonctx_launch(ctx) : daemonctx_open(ctx);
    if (is_leading) {
        daemonctx_go_interrupts_leave();
    }
    if (status == DAEMONCTX_OK) {
        atomic_store(&has_adopted, 1);
        put_runtime_back(ctx, before);
    }
    return status;
}

static int32_t run_privileged_hook(daemonctx_context_t *ctx, void *user_data)
{
    return daemonctxGoPrivilegedHook(ctx, (uintptr_t)user_data);
}

static int32_t run_enter(daemonctx_context_t *ctx, void *user_data)
{
    return daemonctxGoEnter(ctx, (uintptr_t)user_data);
}

static int32_t run_exit(daemonctx_context_t *ctx, void *user_data)
{
    return daemonctxGoExit(ctx, (uintptr_t)user_data);
}

static void run_trace(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status, void *user_data)
{
    (void)ctx;
    daemonctxGoTrace((uintptr_t)user_data, step, status);
}

/* In daemonctx_dispatch(): the goroutine that called it looks at the flags, and calls the handlers when it has left C
 * and given the context free, so that they may do whatever a program may. */
static void note_signal(daemonctx_context_t *ctx, int32_t signum, void *user_data)
{
    uint8_t *came = user_data;
    (void)ctx;
    if (signum > 0 && signum < DAEMONCTX_GO_SIGNALS) {
        came[signum] = 1;
    }
}

daemonctx_status_t daemonctx_go_set_privileged_hook(daemonctx_context_t *ctx, uintptr_t id)
{
    return daemonctx_set_privileged_hook(ctx, run_privileged_hook, (void *)id);
}

daemonctx_status_t daemonctx_go_set_pidfile_manager(daemonctx_context_t *ctx, uintptr_t id)
{
    return daemonctx_set_pidfile_manager(ctx, run_enter, run_exit, (void *)id);
}

daemonctx_status_t daemonctx_go_set_trace(daemonctx_context_t *ctx, uintptr_t id)
{
    return daemonctx_set_trace(ctx, run_trace, (void *)id);
}

daemonctx_status_t daemonctx_go_set_signal_handler(daemonctx_context_t *ctx, int32_t signum, uint8_t *came)
{
    return daemonctx_set_signal_handler(ctx, signum, note_signal, came);
}

/* Whether there is something to read now; without reading it. */
int32_t daemonctx_go_is_readable(int32_t fd)
{
    struct pollfd asked = {.fd = fd, .events = POLLIN};
    return poll(&asked, 1, 0) > 0;
}

/* Ends the process by the signal's default action, as it would have without this library. */
void daemonctx_go_die(int32_t signum)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signum);
    sigaction(signum, &plain, NULL);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    raise(signum);
    _exit(128 + signum); /* still here: PID 1, whose default actions the kernel leaves out */
}
