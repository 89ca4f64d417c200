/* Processes on Linux: clone(2), pidfd_open(2), waitid(2), and counting threads. */
#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/os.h"

/* The numbers are the same on all architectures (asm-generic); older headers lack them. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

pid_t os_fork_unnoticed(void)
{
    /* clone(2) takes its arguments in another order on some architectures; all of them zero are the same on each:
     * no flags, so a plain copy, and no exit signal. */
    return (pid_t)syscall(SYS_clone, 0UL, 0UL, 0UL, 0UL, 0UL);
}

pid_t os_fork_bare(void)
{
#ifdef DAEMONCTX_HAVE_BARE_FORK
    return _Fork();
#else
    return fork(); /* before glibc 2.34 and musl 1.2.2 the fork handlers run once more here */
#endif
}

/* /proc counts a directory's entries in its links: two, and one for each thread. */
static int count_threads_in_proc(void)
{
    struct stat status;
    if (stat("/proc/self/task", &status) != 0 || status.st_nlink <= 2) {
        return 0;
    }
    return (int)(status.st_nlink - 2);
}

int os_thread_count(void)
{
    /* unshare(2): CLONE_THREAD does nothing in a process of one thread and is EINVAL in any other. Where a filter
     * forbids the call (containers), /proc is asked. */
    if (unshare(CLONE_THREAD) == 0) {
        return 1;
    }
    bool many = errno == EINVAL;
    int count = count_threads_in_proc();
    if (many && count < 2) {
        return 2; /* no /proc: at least two */
    }
    return count;
}

int os_process_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0U);
}

int os_process_signal(int process_fd, int signum)
{
    return (int)syscall(SYS_pidfd_send_signal, process_fd, signum, NULL, 0U);
}

static void describe(const siginfo_t *info, struct os_ending *ret_ending)
{
    bool by_itself = info->si_code == CLD_EXITED;
    ret_ending->exit_code = by_itself ? info->si_status : -1;
    ret_ending->signal = by_itself ? -1 : info->si_status;
}

int os_wait(pid_t pid, enum os_wait_mode mode, struct os_ending *ret_ending)
{
    /* __WALL: children without an exit signal are invisible to a plain wait. */
    int options = WEXITED | WNOHANG | __WALL | (mode == OS_WAIT_PEEK ? WNOWAIT : 0);
    siginfo_t info = {.si_pid = 0};
    int result = 0;
    do {
        result = waitid(P_PID, (id_t)pid, &info, options);
    } while (result != 0 && errno == EINTR);
    if (result != 0) {
        return -1;
    }
    if (info.si_pid == 0) {
        return 0;
    }
    if (ret_ending != NULL) {
        describe(&info, ret_ending);
    }
    return 1;
}
