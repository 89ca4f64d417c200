/*
 * run.c: one launch.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stage.h"

static const int64_t second = 1000000000;
static const int64_t launcher_bound = 100; /* seconds: above the library's own bound of 90 */
static const int64_t daemon_bound = 60;    /* for the daemon of a launcher that did not wait */
static const int64_t tracer_bound = 5;

static int64_t daemon_of(const struct page *page)
{
    return __atomic_load_n(&page->slot[PAGE_DAEMON], __ATOMIC_ACQUIRE);
}

/* Nothing in a daemon can wake the stage once its descriptors are closed: it is looked for, five times a millisecond.
 * The daemon has taken its time stamp by itself. */
static int await_daemon(const struct page *page, pid_t in_place, int64_t bound)
{
    const struct timespec moment = {.tv_nsec = 200000};
    const int64_t deadline = stage_now() + bound * second;
    siginfo_t ended = {0};
    while (daemon_of(page) == 0 && stage_now() < deadline) {
        if (in_place > 0 && waitid(P_PID, (id_t)in_place, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            ended.si_pid != 0) {
            break;
        }
        nanosleep(&moment, NULL);
    }
    return daemon_of(page) != 0 ? 0 : -1;
}

/* Waits for the launcher's end; its exit status, or -1 if it did not end. */
static int await_launcher(pid_t launcher, struct result *result)
{
    struct pollfd event = {.fd = (int)syscall(SYS_pidfd_open, launcher, 0), .events = POLLIN};
    struct rusage usage;
    int status = -1;
    int ready;
    do {
        ready = poll(&event, 1, (int)(launcher_bound * 1000));
    } while (ready < 0 && errno == EINTR);
    result->ended = stage_now();
    close(event.fd);
    if (ready != 1 || wait4(launcher, &status, 0, &usage) != launcher) {
        return -1;
    }
    result->faults += usage.ru_minflt + usage.ru_majflt;
    result->launcher_peak_kib = usage.ru_maxrss;
    return status;
}

/* Peak memory of a process that has not ended. */
static int64_t peak_of(int64_t pid)
{
    char path[64];
    char line[256];
    long long peak = -1;
    snprintf(path, sizeof path, "/proc/%lld/status", (long long)pid);
    FILE *status = fopen(path, "re");
    if (status == NULL) {
        return -1;
    }
    while (peak < 0 && fgets(line, sizeof line, status) != NULL) {
        (void)sscanf(line, "VmHWM: %lld", &peak);
    }
    fclose(status);
    return peak;
}

static const char *watch(const struct variant *variant, struct page *page, pid_t launcher, struct result *result)
{
    static char failure[PAGE_TEXT + 64];
    if (variant->kind == KIND_IN_PLACE) {
        if (await_daemon(page, launcher, launcher_bound) == 0) {
            return NULL;
        }
        return page->failure[0] != '\0' ? page->failure : "it ended before its first statement";
    }
    int status = await_launcher(launcher, result);
    if (status != 0) {
        const char *how = status < 0 ? "no end" : WIFSIGNALED(status) ? "signal" : "exit";
        int number = status < 0 ? 0 : WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
        snprintf(failure, sizeof failure, "%s (%s %d)", page->failure[0] != '\0' ? page->failure : "no daemon", how,
                 number);
        return failure;
    }
    if (variant->kind != KIND_EXITS && await_daemon(page, 0, daemon_bound) != 0) {
        return "the launcher ended with success, and no daemon came";
    }
    return NULL;
}

void stage_run(const struct variant *variant, struct page *page, struct result *ret_result)
{
    memset(page, 0, sizeof *page);
    memset(ret_result, 0, sizeof *ret_result);
    int64_t ignored = 0;
    pid_t launcher = stage_start(variant, page);
    if (launcher < 0) {
        ret_result->failure = "the stage cannot fork";
        return;
    }
    ret_result->failure = watch(variant, page, launcher, ret_result);
    ret_result->started = page->slot[PAGE_STARTED];
    ret_result->called = page->slot[PAGE_CALLED];
    ret_result->first = page->slot[PAGE_FIRST];
    ret_result->faults += page->slot[PAGE_FAULTS_DAEMON] - page->slot[PAGE_FAULTS_BEFORE];
    ret_result->allocations = page->slot[PAGE_ALLOCATIONS];
    ret_result->allocations_late = page->slot[PAGE_PLANNED] != 0 ? page->slot[PAGE_ALLOCATIONS_LATE] : -1;
    int64_t daemon = daemon_of(page);
    if (daemon > 0) {
        ret_result->daemon_peak_kib = peak_of(daemon);
        /* Intermediates that nobody reaped are the stage's children by now, and count. */
        stage_await_children(stage_now(), &ret_result->faults);
        kill((pid_t)daemon, SIGKILL);
    }
    if (variant->is_traced) {
        stage_await_children(stage_now() + tracer_bound * second, &ignored);
    }
    stage_end_children(&ignored);
}
