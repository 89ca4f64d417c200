/* The library's signal handler, putting it in and taking it out, and TERMINATE. All of it async-signal-safe. */
#include <errno.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "context.h"
#include "events/events.h"
#include "options/signal_map.h"

enum { EXIT_BY_SIGNAL = 128 };

static uint64_t bit_of(int signum)
{
    return UINT64_C(1) << (unsigned)(signum - 1);
}

void events_die(int signum)
{
    if (signal_ends_process(signum)) {
        struct sigaction action = {.sa_handler = SIG_DFL};
        sigset_t only;
        (void)sigemptyset(&only);
        (void)sigaddset(&only, signum);
        (void)sigaction(signum, &action, NULL);
        (void)pthread_sigmask(SIG_UNBLOCK, &only, NULL);
        (void)raise(signum);
    }
    /* Still here: the process is PID 1, whose default actions the kernel leaves out, or the signal ends nobody. */
    _exit(EXIT_BY_SIGNAL + signum);
}

/* Another thread is closing, and takes no events any more: it ends the process when it is done. If it is done by now,
 * it may not have seen this; whoever takes the word out ends the process. */
static void leave_to_closer(daemonctx_context_t *ctx, int signum)
{
    ctx->events.late = signum;
    if (ctx->state == CONTEXT_CLOSED) {
        events_end_late(&ctx->events);
    }
}

void events_end_late(struct events *events)
{
    int signum = atomic_exchange(&events->late, 0);
    if (signum != 0) {
        events_die(signum);
    }
}

void events_terminate(daemonctx_context_t *ctx, int signum)
{
    struct events *events = &ctx->events;
    if (ctx->state == CONTEXT_CLOSING || ctx->state == CONTEXT_CLOSED) {
        leave_to_closer(ctx, signum);
        return;
    }
    /* A manager's exit is a callback: never called from a signal handler. */
    if (events->asked || ctx->options.pidfile_exit.fn != NULL) {
        int none = 0;
        (void)atomic_compare_exchange_strong(&events->terminating, &none, signum);
        os_event_post(&events->channel);
        return;
    }
    int open = CONTEXT_OPEN;
    if (atomic_compare_exchange_strong(&ctx->state, &open, CONTEXT_CLOSING)) {
        (void)pidfile_remove(&ctx->plan.pidfile);
        events_die(signum);
    }
    leave_to_closer(ctx, signum);
}

static void on_signal(int signum);

/* The context was closed between the signal's delivery and here: the signal is the program's again. */
static void give_back(int signum)
{
    struct sigaction now;
    if (sigaction(signum, NULL, &now) == 0 && ((now.sa_flags & SA_SIGINFO) != 0 || now.sa_handler != on_signal)) {
        (void)raise(signum); /* when this handler returns */
    }
}

static void on_signal(int signum)
{
    int error = errno;
    daemonctx_context_t *ctx = context_current();
    if (ctx == NULL) {
        give_back(signum);
    } else if (ctx->owner != getpid()) {
        /* A child made without fork handlers (vfork, a raw clone): the events are its parent's. */
        if (ctx->options.signal_map[signum].action == DAEMONCTX_SIGNAL_ACTION_TERMINATE) {
            events_die(signum);
        }
    } else if (ctx->options.signal_map[signum].action == DAEMONCTX_SIGNAL_ACTION_TERMINATE) {
        events_terminate(ctx, signum);
    } else {
        (void)atomic_fetch_or(&ctx->events.pending, bit_of(signum));
        os_event_post(&ctx->events.channel);
    }
    errno = error;
}

void events_mapped_signals(const struct options *options, sigset_t *ret_set)
{
    (void)sigemptyset(ret_set);
    for (int signum = 1; signum < SIGNAL_LIMIT; signum++) {
        if (options->signal_map[signum].action != DAEMONCTX_SIGNAL_ACTION_UNSET) {
            (void)sigaddset(ret_set, signum);
        }
    }
}

static struct sigaction action_for(const struct signal_entry *entry)
{
    struct sigaction action = {.sa_flags = SA_RESTART};
    switch (entry->action) {
    case DAEMONCTX_SIGNAL_ACTION_IGNORE:
        action.sa_handler = SIG_IGN;
        break;
    case DAEMONCTX_SIGNAL_ACTION_DEFAULT:
        action.sa_handler = SIG_DFL;
        break;
    case DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER:
        action.sa_handler = entry->async_handler;
        action.sa_flags |= SA_ONSTACK;
        break;
    default:
        action.sa_handler = on_signal;
        action.sa_flags |= SA_ONSTACK;
        break;
    }
    (void)sigemptyset(&action.sa_mask);
    return action;
}

/* Handlers that a language runtime or a crash reporter put in to survive or report a fault. */
static bool is_fault(int signum)
{
    switch (signum) {
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGSYS:
        return true;
    default:
        return false;
    }
}

/* daemon(7), step 2, for a signal outside the map. */
static int reset_unmapped(int signum)
{
    struct sigaction now;
    if (signum == SIGKILL || signum == SIGSTOP || is_fault(signum)) {
        return 0;
    }
    if (sigaction(signum, NULL, &now) != 0) {
        return -1;
    }
    if ((now.sa_flags & SA_SIGINFO) == 0 && (now.sa_handler == SIG_IGN || now.sa_handler == SIG_DFL)) {
        return 0;
    }
    struct sigaction plain = {.sa_handler = SIG_DFL};
    return sigaction(signum, &plain, NULL);
}

static int install(daemonctx_context_t *ctx, int signum)
{
    const struct signal_entry *entry = &ctx->options.signal_map[signum];
    if (entry->action == DAEMONCTX_SIGNAL_ACTION_UNSET) {
        return ctx->options.signal_reset == DAEMONCTX_SIGNAL_RESET_ALL ? reset_unmapped(signum) : 0;
    }
    struct sigaction action = action_for(entry);
    if (sigaction(signum, &action, &ctx->events.before[signum]) != 0) {
        return -1;
    }
    ctx->events.installed[signum] = signal_action_is_ours(entry->action);
    return 0;
}

/* daemon(7), step 3, empties the mask: what was pending behind it is not for the daemon. A forked one has nothing
 * pending. */
static void discard_pending(const struct options *options)
{
    sigset_t pending;
    const struct timespec now = {0};
    if (sigpending(&pending) != 0) {
        return;
    }
    for (int signum = 1; signum < SIGNAL_LIMIT; signum++) {
        if (options->signal_map[signum].action != DAEMONCTX_SIGNAL_ACTION_UNSET) {
            (void)sigdelset(&pending, signum);
        }
    }
    while (sigtimedwait(&pending, NULL, &now) > 0) {
    }
}

int events_install(daemonctx_context_t *ctx, int *ret_signum)
{
    if (ctx->options.signal_reset == DAEMONCTX_SIGNAL_RESET_ALL) {
        discard_pending(&ctx->options);
    }
    for (int signum = 1; signum < SIGNAL_LIMIT; signum++) {
        if (signal_exists(signum) && install(ctx, signum) != 0) {
            *ret_signum = signum;
            return -1;
        }
    }
    return 0;
}

void events_uninstall(daemonctx_context_t *ctx, bool in_child)
{
    for (int signum = 1; signum < SIGNAL_LIMIT; signum++) {
        struct sigaction now;
        if (!ctx->events.installed[signum]) {
            continue;
        }
        ctx->events.installed[signum] = false;
        /* A handler that the program put in since then is its own. */
        if (sigaction(signum, NULL, &now) != 0 || (now.sa_flags & SA_SIGINFO) != 0 || now.sa_handler != on_signal) {
            continue;
        }
        struct sigaction plain = {.sa_handler = SIG_DFL};
        bool terminate = ctx->options.signal_map[signum].action == DAEMONCTX_SIGNAL_ACTION_TERMINATE;
        (void)sigaction(signum, in_child && terminate ? &plain : &ctx->events.before[signum], NULL);
    }
}
