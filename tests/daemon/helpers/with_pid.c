/* with_pid PID COMMAND ARGUMENTS...: a child with that number executes the command; ends with 0 as soon as it does, so
 * that the child is the subreaper's. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

/* Its fields are 64 bits wide; an array, for older headers know fewer of them. */
enum { EXIT_SIGNAL = 4, SET_TID = 8, SET_TID_SIZE = 9, FIELDS = 10 };

int main(int argc, char **argv)
{
    int executed[2];
    char nothing = 0;
    if (argc < 3 || pipe2(executed, O_CLOEXEC) != 0) {
        return 64;
    }
    const pid_t wanted = (pid_t)strtol(argv[1], NULL, 10);
    uint64_t arguments[FIELDS] = {
        [EXIT_SIGNAL] = SIGCHLD, [SET_TID] = (uint64_t)(uintptr_t)&wanted, [SET_TID_SIZE] = 1};
    const long child = syscall(SYS_clone3, arguments, sizeof arguments);
    if (child == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    if (child < 0) {
        fprintf(stderr, "no process %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    close(executed[1]);
    return read(executed[0], &nothing, 1) == 0 ? 0 : 1;
}
