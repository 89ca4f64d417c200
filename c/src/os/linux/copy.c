/*
 * A copy of this process with an attendant on Linux. The attendant shares the caller's memory, and it is the attendant
 * that forks: so page tables are copied once. Its child jumps from the attendant's stack to the caller's, of which it
 * has a copy, and goes on there as if the caller itself had forked. For that the caller stays where it is, in a
 * function called behind the point of return, until the attendant is done: it also runs the program's fork handlers, in
 * memory that is the caller's.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>

#include "os/linux/attendant.h"
#include "os/linux/raw_call.h"
#include "os/linux/rseq.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Other processors were not tried, and not all compilers have the jump there. */
#if defined(__x86_64__) && !defined(__ILP32__) && !defined(SANITIZED)

enum {
    PASSING_MS = 1000, /* for an attendant that is at it to be done; and again when it was told to continue */
    KILLED_MS = 5000,  /* for a killed one to be gone */
    NAP_MS = 1,
    YIELDS = 100, /* before the first nap: it is a matter of microseconds */
    EXIT_GIVEN_UP = 1
};

static struct rseq_registration registration; /* of the one thread that there is */

/* ---- where it is safe ---- */

/* The runtimes of sanitizers, which follow each stack and each jump, in the program if not in the library. */
extern char __asan_init __attribute__((weak));
extern char __hwasan_init __attribute__((weak));
extern char __msan_init __attribute__((weak));
extern char __tsan_init __attribute__((weak));

static bool is_sanitized(void)
{
    return &__asan_init != NULL || &__hwasan_init != NULL || &__msan_init != NULL || &__tsan_init != NULL;
}

/* glibc 2.32: false once there was a second thread. Weak, as the sanitizers' names. */
extern char __libc_single_threaded __attribute__((weak)); /* NOLINT(bugprone-reserved-identifier,cert-dcl*) */

/* From then on fork() takes malloc's locks and others. They are the caller's too: with an attendant that somebody kills
 * in its fork() nobody would ever unlock them. */
static bool fork_takes_locks(void)
{
    return &__libc_single_threaded != NULL && !__libc_single_threaded;
}

/* The processor's own record of return addresses, of which the copy would have the attendant's. Without it the
 * instruction does nothing. */
static bool has_shadow_stack(void)
{
    unsigned long pointer = 0;
    __asm__ volatile("rdsspq %0" : "+r"(pointer));
    return pointer != 0;
}

bool os_can_copy_attended(void)
{
    return !is_sanitized() && !has_shadow_stack();
}

/* ---- the attendant and the copy ---- */

static bool find_signal_stack(stack_t *ret_stack)
{
    if (raw_call(SYS_sigaltstack, 0, RAW(ret_stack), 0, 0, 0) != 0) {
        return false;
    }
    ret_stack->ss_flags &= ~SS_ONSTACK; /* only told: whoever opens in a signal handler may be on it */
    return true;
}

/* A process that shares memory begins without one. In the attendant, so that the copy, which inherits it, has it when
 * the program's fork handlers run. */
OS_SHARING static void renew_signal_stack(const stack_t *stack)
{
    if ((stack->ss_flags & SS_DISABLE) == 0) {
        (void)raw_call(SYS_sigaltstack, RAW(stack), 0, 0, 0, 0);
    }
}

/* Not libc's longjmp(), which has opinions about stacks that it does not know. */
static _Noreturn void go_on_as_copy(struct os_copy *copy)
{
    if (copy->given_up) {
        _exit(EXIT_GIVEN_UP); /* the caller may have left the place to which this would go back */
    }
    rseq_renew(&registration);
    if (attendant_forgets_children(&copy->attendance)) {
        (void)sigaction(SIGCHLD, &copy->attendance.children, NULL);
    }
    __builtin_longjmp(copy->resume, 1);
}

/* The C library and the program's fork handlers find their thread's memory as the waiting caller left it: for them it
 * is the caller that forks. */
OS_SHARING static int become_attendant(void *data)
{
    struct os_copy *copy = data;
    struct os_attendance attendance = copy->attendance; /* the caller may be done with its own before this is */
    if (attendant_begin(&attendance) < 0) {
        return 1;
    }
    copy->phase = OS_COPY_UNDER_WAY;
    if (copy->given_up) {
        return EXIT_GIVEN_UP;
    }
    renew_signal_stack(&copy->signal_stack);
    pid_t daemon = fork();
    if (daemon == 0) {
        go_on_as_copy(copy);
    }
    int error = errno;
    copy->phase = OS_COPY_DONE; /* from here on the caller may be anywhere: raw system calls alone */
    if (daemon < 0) {
        attendance.tell_failed(attendance.channel, OS_START_CLONE, error);
        return 1;
    }
    attendant_attend(&attendance, daemon);
    return 0;
}

/* ---- the waiting caller: no errno, which the attendant's fork() may set ---- */

static void nap(void)
{
    struct timespec time = {.tv_nsec = NAP_MS * 1000L * 1000L};
    (void)raw_call(SYS_nanosleep, RAW(&time), 0, 0, 0, 0);
}

static bool has_ended(pid_t attendant)
{
    siginfo_t info = {.si_pid = 0};
    long result = raw_call(SYS_waitid, P_PID, attendant, RAW(&info), WEXITED | WNOHANG | WNOWAIT | __WALL, 0);
    return result == 0 && info.si_pid == attendant;
}

/* Whether the attendant is not, and will not be, about to copy this stack; waits so long for it. */
static bool has_passed(const struct os_copy *copy, pid_t attendant, int patience_ms)
{
    int waited = -YIELDS;
    while (copy->phase == OS_COPY_UNDER_WAY && !has_ended(attendant)) {
        if (waited >= patience_ms) {
            return false;
        }
        if (waited < 0) {
            (void)raw_call(SYS_sched_yield, 0, 0, 0, 0, 0);
            waited++;
        } else {
            nap();
            waited += NAP_MS;
        }
    }
    return true;
}

/* An attendant that somebody stopped there is to continue: killed, it would leave what the program's fork handlers have
 * locked. If it does not, it is killed. Should even that not be possible, a copy that it makes later finds that the
 * caller gave up. */
static void let_pass(const struct os_copy *copy, pid_t attendant)
{
    if (has_passed(copy, attendant, PASSING_MS)) {
        return;
    }
    (void)raw_call(SYS_kill, attendant, SIGCONT, 0, 0, 0);
    if (!has_passed(copy, attendant, PASSING_MS)) {
        (void)raw_call(SYS_kill, attendant, SIGKILL, 0, 0, 0);
        (void)has_passed(copy, attendant, KILLED_MS);
    }
}

static void await_copy(struct os_copy *copy, pid_t attendant)
{
    struct pollfd events[] = {{.fd = copy->listen, .events = POLLIN}, {.fd = copy->interrupt, .events = POLLIN}};
    while (copy->phase != OS_COPY_DONE) {
        int left = deadline_left_ms(copy->deadline);
        struct timespec time = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000L * 1000L};
        long ready = raw_call(SYS_ppoll, RAW(events), 2, left < 0 ? 0 : RAW(&time), 0, 0);
        if (ready > 0 && events[0].revents != 0) {
            break; /* the copy has spoken, or there is none */
        }
        if (ready == 0 || (ready > 0 && events[1].revents != 0) || left == 0) {
            copy->given_up = true;
            break;
        }
        if (ready < 0 && ready != -EINTR) {
            if (has_ended(attendant)) {
                break;
            }
            nap(); /* it cannot be waited for: the phase tells */
        }
    }
    let_pass(copy, attendant);
}

__attribute__((noinline)) static pid_t make_attendant(struct os_copy *copy)
{
    /* No exit signal: the caller's SIGCHLD handler and waitpid(-1) do not notice. */
    pid_t attendant = clone(become_attendant, attendant_stack(&copy->attendance), CLONE_VM, copy);
    if (attendant > 0) {
        (void)raw_call(SYS_close, copy->attendance.channel, 0, 0, 0, 0); /* else nobody would be seen to hang up */
        await_copy(copy, attendant);
    }
    return attendant;
}

/* Its frame is copied, and must be what it is now when the copy goes on in it: it has nothing that changes. */
__attribute__((noinline)) pid_t os_copy_attended(struct os_copy *copy)
{
    copy->phase = OS_COPY_AHEAD;
    copy->given_up = false;
    /* valgrind and the emulators that cannot clone in this way do not know restartable sequences either. */
    if (fork_takes_locks() || !rseq_find(&registration)) {
        errno = EBUSY;
        return -1;
    }
    if (sigaction(SIGCHLD, NULL, &copy->attendance.children) != 0 || !find_signal_stack(&copy->signal_stack)) {
        return -1;
    }
    if (__builtin_setjmp(copy->resume) != 0) {
        return 0;
    }
    pid_t attendant = make_attendant(copy);
    __asm__ volatile("" : : : "memory"); /* not a tail call: that would give the frame away */
    return attendant;
}

#else

bool os_can_copy_attended(void)
{
    return false;
}

pid_t os_copy_attended(struct os_copy *copy)
{
    (void)copy;
    errno = ENOSYS;
    return -1;
}

#endif
