#include "life/flush.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdio_ext.h>

#include "os/os.h"

/* A thread that waits for input holds its stream's lock for ever: with other threads, only streams that none uses. */
static bool flush_unused(void)
{
    FILE *const outputs[] = {stdout, stderr};
    bool done = true;
    for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
        if (ftrylockfile(outputs[i]) == 0) {
            done = (fflush(outputs[i]) == 0 || errno == EBADF) && done;
            funlockfile(outputs[i]);
        }
    }
    return done;
}

/* A closed stream's text is lost either way. */
static bool flush(enum flush_mode mode)
{
    return mode == FLUSH_UNUSED ? flush_unused() : fflush(mode == FLUSH_ALL ? NULL : stdout) == 0 || errno == EBADF;
}

static bool interrupts(const struct sigaction *action)
{
    bool handled =
        (action->sa_flags & SA_SIGINFO) != 0 || (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
    return handled && (action->sa_flags & SA_RESTART) == 0;
}

static bool block_interrupting(sigset_t *ret_before)
{
    sigset_t set;
    (void)sigemptyset(&set);
    for (int signum = 1; signum < SIGNAL_LIMIT; signum++) {
        struct sigaction now;
        if (sigaction(signum, NULL, &now) == 0 && interrupts(&now)) {
            (void)sigaddset(&set, signum);
        }
    }
    return pthread_sigmask(SIG_BLOCK, &set, ret_before) == 0;
}

/*
 * Where a pipe or terminal is full, a handler without SA_RESTART would interrupt the writing, and the C library throws
 * away what it had not written yet. So such handlers wait until it is done; what ends the process still does.
 */
bool flush_streams(enum flush_mode mode)
{
    sigset_t before;
    bool blocked = (__fpending(stdout) > 0 || __fpending(stderr) > 0) && block_interrupting(&before);
    bool done = flush(mode);
    if (blocked) {
        int error = errno;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        errno = error;
    }
    return done;
}
