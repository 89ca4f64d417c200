#include "os/linux/attendant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "os/linux/raw_call.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum {
    ATTENDANT_SIZE = 256 * 1024, /* the program's fork handlers run there */
    PROGRAM_SIZE = 64 * 1024,    /* a few system calls */
    BLIND_NAP_NS = 20 * 1000 * 1000
};

static size_t guard_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* From below: a page that cannot be touched, the attendant's stack, the program's. */
void *os_stacks_map(void)
{
    size_t size = guard_size() + ATTENDANT_SIZE + PROGRAM_SIZE;
    void *stacks = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stacks == MAP_FAILED) {
        return NULL;
    }
    if (mprotect(stacks, guard_size(), PROT_NONE) != 0) {
        int error = errno;
        os_stacks_unmap(stacks);
        errno = error;
        return NULL;
    }
    return stacks;
}

void os_stacks_unmap(void *stacks)
{
    (void)munmap(stacks, guard_size() + ATTENDANT_SIZE + PROGRAM_SIZE);
}

void *attendant_stack(const struct os_attendance *attendance)
{
    return (char *)attendance->stacks + guard_size() + ATTENDANT_SIZE;
}

void *attendant_program_stack(const struct os_attendance *attendance)
{
    return (char *)attendant_stack(attendance) + PROGRAM_SIZE;
}

OS_SHARING bool attendant_forgets_children(const struct os_attendance *attendance)
{
    const struct sigaction *action = &attendance->children;
    return (action->sa_flags & SA_NOCLDWAIT) != 0 ||
           ((action->sa_flags & SA_SIGINFO) == 0 && action->sa_handler == SIG_IGN);
}

OS_SHARING pid_t attendant_begin(const struct os_attendance *attendance)
{
    for (size_t i = 0; i < OS_ATTENDANT_CLOSES; i++) {
        if (attendance->closed[i] >= 0) {
            (void)raw_call(SYS_close, attendance->closed[i], 0, 0, 0, 0);
        }
    }
    long session = raw_call(SYS_setsid, 0, 0, 0, 0, 0);
    if (session < 0) {
        attendance->tell_failed(attendance->channel, OS_START_SESSION, (int)-session);
    } else if (attendant_forgets_children(attendance)) {
        struct sigaction plain = {.sa_handler = SIG_DFL};
        (void)sigaction(SIGCHLD, &plain, NULL);
    }
    return (pid_t)session;
}

/* 1: ended, 0: not yet; less: it cannot be asked. */
OS_SHARING static int reap(pid_t pid, struct os_ending *ending)
{
    siginfo_t info = {.si_pid = 0};
    long result = raw_call(SYS_waitid, P_PID, pid, RAW(&info), WEXITED | WNOHANG | __WALL, 0);
    if (result < 0) {
        return result == -EINTR ? 0 : -1;
    }
    if (info.si_pid == 0) {
        return 0;
    }
    ending->exit_code = info.si_code == CLD_EXITED ? info.si_status : -1;
    ending->signal = info.si_code == CLD_EXITED ? -1 : info.si_status;
    return 1;
}

OS_SHARING void attendant_attend(const struct os_attendance *attendance, pid_t daemon)
{
    if (attendance->lock >= 0) {
        (void)raw_call(SYS_close, attendance->lock, 0, 0, 0, 0); /* the daemon alone keeps the lock */
    }
    int process = (int)raw_call(SYS_pidfd_open, daemon, 0, 0, 0, 0);
    struct pollfd events[] = {{.fd = attendance->channel, .events = 0},
                              {.fd = process < 0 ? -1 : process, .events = POLLIN}};
    for (;;) {
        struct os_ending ending = {.exit_code = -1, .signal = -1};
        struct timespec nap = {.tv_sec = 0, .tv_nsec = BLIND_NAP_NS};
        long ready = raw_call(SYS_ppoll, RAW(events), 2, process < 0 ? RAW(&nap) : 0, 0, 0);
        if (ready < 0 && ready != -EINTR) {
            return;
        }
        if (ready >= 0 && (process < 0 || events[1].revents != 0) && reap(daemon, &ending) != 0) {
            attendance->tell_ended(attendance->channel, daemon, &ending);
            return;
        }
        if (ready > 0 && events[0].revents != 0) {
            return;
        }
    }
}

OS_SHARING int os_attendant_post(int socket, struct iovec *parts, size_t count)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    long result = 0;
    do {
        result = raw_call(SYS_sendmsg, socket, RAW(&message), MSG_NOSIGNAL, 0, 0);
    } while (result == -EINTR);
    return result < 0 ? (int)result : 0;
}
