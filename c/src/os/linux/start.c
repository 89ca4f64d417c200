/*
 * Starting a program with an attendant on Linux. Both processes share the caller's memory until the program is
 * executed, so that no page table is copied however large the caller is; the attendant shares it for all its life. So
 * they use stacks of their own, raw system calls, and write nothing but what is theirs.
 * CLONE_VFORK would suspend the caller, uninterruptibly, for as long as somebody keeps its child stopped.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "os/linux/raw_call.h"
#include "os/os.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum { STACK_SIZE = 64 * 1024, STACKS = 2, BLIND_NAP_NS = 20 * 1000 * 1000 };

/* Each with an unmapped page below it. */
static size_t stack_stride(void)
{
    return STACK_SIZE + (size_t)sysconf(_SC_PAGESIZE);
}

void *os_start_stacks_map(void)
{
    size_t stride = stack_stride();
    size_t guard = stride - STACK_SIZE;
    char *stacks = mmap(NULL, STACKS * stride, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stacks == MAP_FAILED) {
        return NULL;
    }
    for (size_t i = 0; i < STACKS; i++) {
        if (mprotect(stacks + i * stride, guard, PROT_NONE) != 0) {
            int error = errno;
            os_start_stacks_unmap(stacks);
            errno = error;
            return NULL;
        }
    }
    return stacks;
}

void os_start_stacks_unmap(void *stacks)
{
    (void)munmap(stacks, STACKS * stack_stride());
}

/* Stacks grow downwards on every architecture that this runs on. */
static void *stack_top(const struct os_start *start, size_t which)
{
    return (char *)start->stacks + (which + 1) * stack_stride();
}

/* What the caller ignores, the program ignores; the attendant must not, for the kernel would forget how it ended. */
OS_SHARING static bool is_forgetful(const struct sigaction *action)
{
    return (action->sa_flags & SA_NOCLDWAIT) != 0 ||
           ((action->sa_flags & SA_SIGINFO) == 0 && action->sa_handler == SIG_IGN);
}

OS_SHARING static int become_program(void *data)
{
    const struct os_start *start = data;
    if (is_forgetful(&start->children)) {
        (void)sigaction(SIGCHLD, &start->children, NULL);
    }
    for (size_t i = 0; i < start->passed_count; i++) {
        long passed = raw_call(SYS_fcntl, start->passed[i], F_SETFD, 0, 0, 0);
        if (passed < 0 && passed != -EBADF) { /* EBADF: another thread has closed it meanwhile */
            start->tell_failed(start->channel, OS_START_EXECUTE, (int)-passed);
            return 1;
        }
    }
    long result =
        raw_call(SYS_execveat, start->program, RAW(""), RAW(start->arguments), RAW(start->environment), AT_EMPTY_PATH);
    start->tell_failed(start->channel, OS_START_EXECUTE, (int)-result);
    return 1;
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

/* Until the program ends, which is told, or the other end of the channel is closed: the launch is over. */
OS_SHARING static void attend(const struct os_start *start, pid_t pid)
{
    int process = (int)raw_call(SYS_pidfd_open, pid, 0, 0, 0, 0);
    struct pollfd events[] = {{.fd = start->channel, .events = 0},
                              {.fd = process < 0 ? -1 : process, .events = POLLIN}};
    for (;;) {
        struct os_ending ending = {.exit_code = -1, .signal = -1};
        struct timespec nap = {.tv_sec = 0, .tv_nsec = BLIND_NAP_NS};
        long ready = raw_call(SYS_ppoll, RAW(events), 2, process < 0 ? RAW(&nap) : 0, 0, 0);
        if (ready < 0 && ready != -EINTR) {
            return;
        }
        if (ready >= 0 && (process < 0 || events[1].revents != 0) && reap(pid, &ending) != 0) {
            start->tell_ended(start->channel, pid, &ending);
            return;
        }
        if (ready > 0 && events[0].revents != 0) {
            return;
        }
    }
}

OS_SHARING static int become_attendant(void *data)
{
    struct os_start own = *(const struct os_start *)data; /* the caller may be done with its own before this is */
    const struct os_start *start = &own;
    for (size_t i = 0; i < OS_START_CLOSED; i++) {
        if (start->closed[i] >= 0) {
            (void)raw_call(SYS_close, start->closed[i], 0, 0, 0, 0);
        }
    }
    long result = raw_call(SYS_setsid, 0, 0, 0, 0, 0);
    if (result < 0) {
        start->tell_failed(start->channel, OS_START_SESSION, (int)-result);
        return 1;
    }
    if (is_forgetful(&start->children)) {
        struct sigaction plain = {.sa_handler = SIG_DFL};
        (void)sigaction(SIGCHLD, &plain, NULL);
    }
    start->announce(start->data, (pid_t)result); /* a new session has its leader's number */
    int pid = clone(become_program, stack_top(start, 1), CLONE_VM | SIGCHLD, &own);
    if (pid < 0) {
        start->tell_failed(start->channel, OS_START_CLONE, errno);
        return 1;
    }
    if (start->lock >= 0) {
        (void)raw_call(SYS_close, start->lock, 0, 0, 0, 0); /* the program alone keeps the lock */
    }
    attend(start, pid);
    return 0;
}

OS_SHARING int os_start_post(int socket, struct iovec *parts, size_t count)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    long result = 0;
    do {
        result = raw_call(SYS_sendmsg, socket, RAW(&message), MSG_NOSIGNAL, 0, 0);
    } while (result == -EINTR);
    return result < 0 ? (int)result : 0;
}

pid_t os_start_attended(struct os_start *start)
{
    if (sigaction(SIGCHLD, NULL, &start->children) != 0) {
        return -1;
    }
    /* No exit signal: the caller's SIGCHLD handler and waitpid(-1) do not notice. */
    return clone(become_attendant, stack_top(start, 0), CLONE_VM, start);
}
