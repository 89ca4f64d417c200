/*
 * Starting a program with an attendant on Linux. Both processes share the caller's memory until the program is
 * executed, so that no page table is copied however large the caller is.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>

#include "os/linux/attendant.h"
#include "os/linux/raw_call.h"

OS_SHARING static int become_program(void *data)
{
    const struct os_start *start = data;
    const struct os_attendance *attendance = &start->attendance;
    if (attendant_forgets_children(attendance)) {
        (void)sigaction(SIGCHLD, &attendance->children, NULL);
    }
    for (size_t i = 0; i < start->passed_count; i++) {
        long passed = raw_call(SYS_fcntl, start->passed[i], F_SETFD, 0, 0, 0);
        if (passed < 0 && passed != -EBADF) { /* EBADF: another thread has closed it meanwhile */
            attendance->tell_failed(attendance->channel, OS_START_EXECUTE, (int)-passed);
            return 1;
        }
    }
    long result =
        raw_call(SYS_execveat, start->program, RAW(""), RAW(start->arguments), RAW(start->environment), AT_EMPTY_PATH);
    attendance->tell_failed(attendance->channel, OS_START_EXECUTE, (int)-result);
    return 1;
}

OS_SHARING static int become_attendant(void *data)
{
    struct os_start own = *(const struct os_start *)data; /* the caller may be done with its own before this is */
    const struct os_attendance *attendance = &own.attendance;
    pid_t session = attendant_begin(attendance);
    if (session < 0) {
        return 1;
    }
    own.announce(own.data, session); /* a new session has its leader's number */
    int pid = clone(become_program, attendant_program_stack(attendance), CLONE_VM | SIGCHLD, &own);
    if (pid < 0) {
        attendance->tell_failed(attendance->channel, OS_START_CLONE, errno);
        return 1;
    }
    attendant_attend(attendance, pid);
    return 0;
}

pid_t os_start_attended(struct os_start *start)
{
    if (sigaction(SIGCHLD, NULL, &start->attendance.children) != 0) {
        return -1;
    }
    /* No exit signal: the caller's SIGCHLD handler and waitpid(-1) do not notice. */
    return clone(become_attendant, attendant_stack(&start->attendance), CLONE_VM, start);
}
