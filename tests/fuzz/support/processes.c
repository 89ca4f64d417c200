/*
 * See processes.h. libFuzzer sees the process that it runs in alone. So every other process writes its coverage
 * counters into shared memory when it ends (_exit() is wrapped by the linker), where the fuzzing process takes them up.
 */
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS_TO_LIVE = 30, PATH_SIZE = 4096 };

struct shared {
    _Atomic int broken; /* the pid of a process in which a sanitizer reported */
    unsigned char counters[];
};

/* The edge counters of this executable: -fsanitize-coverage=inline-8bit-counters. */
extern unsigned char counters_begin[] __asm__("__start___sancov_cntrs") __attribute__((visibility("hidden")));
extern unsigned char counters_end[] __asm__("__stop___sancov_cntrs") __attribute__((visibility("hidden")));

_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
void __asan_on_error(void);
void __ubsan_on_report(void);
const char *__asan_default_options(void);

static struct shared *shared;
static pid_t fuzzer;
static char reports[PATH_SIZE];

static size_t counter_count(void)
{
    return (size_t)(counters_end - counters_begin);
}

static void merge(unsigned char *into, const unsigned char *from)
{
    for (size_t i = 0; i < counter_count(); i++) {
        into[i] = into[i] > from[i] ? into[i] : from[i];
    }
}

_Noreturn void __wrap__exit(int status)
{
    if (shared != NULL && getpid() != fuzzer) {
        merge(shared->counters, counters_begin);
    }
    __real__exit(status);
}

static void note_report(void)
{
    if (shared != NULL && getpid() != fuzzer) {
        shared->broken = getpid();
    }
}

void __asan_on_error(void)
{
    note_report();
}

void __ubsan_on_report(void)
{
    note_report();
}

/* A size that is asked for without having the memory is ours to choose: NULL is what the library must bear. */
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

/* libFuzzer's own handlers are for the fuzzer's process. Those of crashes stay: they make the report. */
static void end_by_signals(void)
{
    static const int handled[] = {SIGALRM, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXFSZ};
    for (size_t i = 0; i < sizeof(handled) / sizeof(handled[0]); i++) {
        (void)signal(handled[i], SIG_DFL);
    }
}

/* A daemon has no terminal to write its report to. And none of ours outlives a fuzzer that was killed. */
static void in_child(void)
{
    end_by_signals();
    __sanitizer_set_report_path(reports);
    (void)alarm(SECONDS_TO_LIVE);
}

static void demand(int good, const char *what)
{
    if (!good) {
        perror(what);
        _exit(2);
    }
}

void processes_prepare(void)
{
    char here[PATH_SIZE - 32];
    fuzzer = getpid();
    shared = mmap(NULL, sizeof(*shared) + counter_count(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    demand(shared != MAP_FAILED, "mmap");
    demand(getcwd(here, sizeof(here)) != NULL, "getcwd");
    (void)snprintf(reports, sizeof(reports), "%s/report", here);
    demand(pthread_atfork(NULL, NULL, in_child) == 0, "pthread_atfork");
    demand(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "child subreaper"); /* daemons become our children */
}

static void show_report(pid_t pid)
{
    char path[PATH_SIZE + 16];
    char bytes[4096];
    ssize_t length = 0;
    (void)snprintf(path, sizeof(path), "%s.%d", reports, (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && (length = read(fd, bytes, sizeof(bytes))) > 0) {
        (void)!write(STDERR_FILENO, bytes, (size_t)length);
    }
}

void processes_settle(void)
{
    int status = 0;
    while (waitpid(-1, &status, __WALL) > 0 || errno == EINTR) {
    }
    merge(counters_begin, shared->counters);
    memset(shared->counters, 0, counter_count());
    if (shared->broken != 0) {
        show_report(shared->broken);
        abort();
    }
}
