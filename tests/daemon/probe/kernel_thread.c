/* kernel_thread.c: commands on what the kernel knows of the calling thread, and a copied process has to have again. */
#include "probe.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t *mutex; /* in memory that all copies of this process share */

/* robust_make: a mutex whose owner's end the kernel tells. */
static void command_robust_make(const struct command *command)
{
    pthread_mutexattr_t attributes;
    mutex = mmap(NULL, sizeof *mutex, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (mutex == MAP_FAILED) {
        answer_error(command, errno);
        return;
    }
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    answer_number(command, "value", pthread_mutex_init(mutex, &attributes));
}

/* robust_trylock: value= 0, or an errno. */
static void command_robust_trylock(const struct command *command)
{
    answer_number(command, "value", pthread_mutex_trylock(mutex));
}

/* processors: runs on each that it may run on, and asks the C library and the kernel which one it is on:
 * value= how many were tried, wrong= how often they disagreed. */
static void command_processors(const struct command *command)
{
    cpu_set_t allowed;
    int64_t tried = 0;
    int64_t wrong = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        answer_error(command, errno);
        return;
    }
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        cpu_set_t one;
        unsigned kernels = 0;
        if (!CPU_ISSET(cpu, &allowed)) {
            continue;
        }
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        sched_setaffinity(0, sizeof one, &one);
        syscall(SYS_getcpu, &kernels, NULL, NULL);
        wrong += kernels != cpu || sched_getcpu() != (int)cpu;
        tried++;
    }
    sched_setaffinity(0, sizeof allowed, &allowed);
    struct line line;
    line_start(&line, "ok");
    line_number(&line, "value", tried);
    line_number(&line, "wrong", wrong);
    line_send(&line, command->channel);
}

static char signal_stack[64 * 1024];

/* sigaltstack: an alternative signal stack. */
static void command_sigaltstack(const struct command *command)
{
    const stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
    if (sigaltstack(&stack, NULL) != 0) {
        answer_error(command, errno);
        return;
    }
    answer_ok(command);
}

/* signal_stack: value= 1 when the thread has that one, whole. */
static void command_signal_stack(const struct command *command)
{
    stack_t now;
    if (sigaltstack(NULL, &now) != 0) {
        answer_error(command, errno);
        return;
    }
    answer_number(command, "value",
                  now.ss_sp == signal_stack && now.ss_size == sizeof signal_stack && now.ss_flags == 0);
}

const struct command_entry kernel_thread_commands[] = {
    {"robust_make", command_robust_make, 0, 0},   {"robust_trylock", command_robust_trylock, 0, 0},
    {"processors", command_processors, 0, 0},     {"sigaltstack", command_sigaltstack, 0, 0},
    {"signal_stack", command_signal_stack, 0, 0}, {NULL, NULL, 0, 0},
};
