/* Ctrl-C and its like at the waiting launcher. */
#include "events/interrupt.h"

#include <stddef.h>

#include "os/os.h"

static const int interrupting[] = {SIGINT, SIGTERM, SIGQUIT};
enum { INTERRUPTING_COUNT = sizeof(interrupting) / sizeof(interrupting[0]) };

/* nohup and shells ignore some for a background job: what the caller ignores does not interrupt. */
static int is_ignored(int signum)
{
    struct sigaction now;
    return sigaction(signum, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == SIG_IGN;
}

void interrupt_held_signals(sigset_t *ret_set)
{
    (void)sigemptyset(ret_set);
    (void)sigaddset(ret_set, SIGHUP);
    for (int i = 0; i < INTERRUPTING_COUNT; i++) {
        (void)sigaddset(ret_set, interrupting[i]);
    }
}

int interrupt_watch_open(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    for (int i = 0; i < INTERRUPTING_COUNT; i++) {
        if (!is_ignored(interrupting[i])) {
            (void)sigaddset(&set, interrupting[i]);
        }
    }
    return os_signal_watch_open(&set);
}

int interrupt_pending(void)
{
    sigset_t pending;
    if (sigpending(&pending) != 0) {
        return 0;
    }
    for (int i = 0; i < INTERRUPTING_COUNT; i++) {
        if (sigismember(&pending, interrupting[i]) == 1 && !is_ignored(interrupting[i])) {
            return interrupting[i];
        }
    }
    return 0;
}
