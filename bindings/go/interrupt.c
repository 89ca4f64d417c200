/*
 * interrupt.c: Ctrl-C and its like at the launcher. The library holds them back in the thread that waits for the
 * daemon, and aborts the launch; but a Go process has other threads, any of which the kernel may give a signal to.
 * While a launch is under way, whichever thread gets one hands it on to the thread that waits.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "bridge.h"

static const int led[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};
enum { LED = sizeof led / sizeof led[0] };

static struct sigaction before[LED];
static pthread_t waiting;
static atomic_int busy, active; /* one launch at a time; a second one beside it does without */

static void hand_on(int signum, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    if (atomic_load(&active) && !pthread_equal(pthread_self(), waiting)) {
        pthread_kill(waiting, signum);
        return;
    }
    /* The library has let it through: the launch is over, and it has its usual effect. */
    for (int i = 0; i < LED; i++) {
        if (led[i] == signum) {
            sigaction(signum, &before[i], NULL);
        }
    }
    raise(signum);
}

static int is_ours(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) != 0 && action->sa_sigaction == hand_on;
}

static int is_ignored(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) == 0 && action->sa_handler == SIG_IGN;
}

int32_t daemonctx_go_interrupts_lead(void)
{
    struct sigaction lead = {.sa_sigaction = hand_on, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    int none = 0;
    if (!atomic_compare_exchange_strong(&busy, &none, 1)) {
        return 0;
    }
    sigfillset(&lead.sa_mask);
    waiting = pthread_self();
    atomic_store(&active, 1);
    for (int i = 0; i < LED; i++) {
        if (sigaction(led[i], NULL, &before[i]) == 0 && !is_ignored(&before[i])) {
            sigaction(led[i], &lead, NULL);
        }
    }
    return 1;
}

void daemonctx_go_interrupts_leave(void)
{
    for (int i = 0; i < LED; i++) {
        struct sigaction now;
        if (sigaction(led[i], NULL, &now) == 0 && is_ours(&now)) {
            sigaction(led[i], &before[i], NULL);
        }
    }
    atomic_store(&active, 0);
    atomic_store(&busy, 0);
}
