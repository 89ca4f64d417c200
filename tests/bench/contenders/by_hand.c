/*
 * by_hand.c: the floor. The double fork that one would write by hand today, with a launcher that waits for the
 * daemon's word. No pid file, no signals, no bound on the wait; an error is one byte that does not come.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "contender.h"

/* Everything from 3 on but the preserved ones and `also`, which is above them all. */
static int close_others(const struct preserved *preserved, int also)
{
    unsigned int from = 3;
    for (size_t i = 0; i <= preserved->count; i++) {
        unsigned int kept = (unsigned int)(i < preserved->count ? preserved->fds[i] : also);
        if (kept > from && close_range(from, kept - 1, 0) != 0) {
            return -1;
        }
        from = kept + 1;
    }
    return close_range(from, ~0U, 0);
}

static int become_daemon(const struct preserved *preserved, int report)
{
    if (chdir("/") != 0 || close_others(preserved, report) != 0) {
        return -1;
    }
    umask(0);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0) {
        return -1;
    }
    close(null);
    if (write(report, "", 1) != 1) {
        return -1;
    }
    return close(report);
}

int main(void)
{
    static struct preserved preserved;
    int report[2];
    contender_prepare(&preserved);

    contender_called();
    if (pipe2(report, O_CLOEXEC) != 0) {
        contender_failed("pipe2");
    }
    pid_t intermediate = fork();
    if (intermediate < 0) {
        contender_failed("fork");
    }
    if (intermediate > 0) {
        char byte;
        close(report[1]);
        _exit(read(report[0], &byte, 1) == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    if (setsid() < 0) {
        _exit(EXIT_FAILURE);
    }
    pid_t daemon = fork();
    if (daemon != 0) {
        _exit(daemon > 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    if (become_daemon(&preserved, report[1]) != 0) {
        _exit(EXIT_FAILURE);
    }
    contender_first();
}
