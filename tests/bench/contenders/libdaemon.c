/*
 * libdaemon.c: libdaemon, with its wait for an integer from the daemon.
 */
#include <libdaemon/daemon.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contender.h"

enum { WAIT_SECONDS = 20 };

int main(void)
{
    static struct preserved preserved;
    contender_prepare(&preserved);
    preserved.fds[preserved.count] = -1; /* its end */

    contender_called();
    if (daemon_retval_init() != 0) {
        contender_failed("daemon_retval_init");
    }
    pid_t daemon = daemon_fork();
    if (daemon < 0) {
        contender_failed("daemon_fork");
    }
    if (daemon > 0) {
        _exit(daemon_retval_wait(WAIT_SECONDS) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    if (daemon_close_allv(preserved.fds) != 0) {
        daemon_retval_send(1);
        _exit(EXIT_FAILURE);
    }
    umask(0);
    daemon_retval_send(0);
    contender_first();
}
