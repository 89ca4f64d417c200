/*
 * launches ROUNDS [THREADS]: every scenario so many times: by launch(), by open() and in place. The last line that a
 * process writes to descriptor 100 is "freed PID": from there on nothing of the library may be left in it. With THREADS
 * busy ones run beside, and the launches are those by launch(), with FORK_UNCHECKED.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "busy.h"
#include "guard.h"
#include "scenarios.h"

enum way { BY_LAUNCH, BY_OPEN, IN_PLACE, WAY_COUNT };
static const char *const way_names[WAY_COUNT] = {"launch", "open", "in place"};

static const char *current_name = "";
static enum way current_way;
static int threads;
static char directory[] = "/tmp/daemonctx-checked-XXXXXX";

/* Raw, and without an allocation: a daemon's stderr is a file of its own. */
static void say(const char *what, const char *sentence)
{
    char line[256];
    const char *parts[] = {what, ": ", current_name, ", by ", way_names[current_way], ": ", sentence, "\n"};
    line[0] = '\0';
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        strncat(line, parts[i], sizeof(line) - strlen(line) - 1);
    }
    (void)!write(LOG_FD, line, strlen(line));
}

void demand(int good, const char *sentence)
{
    if (!good) {
        say("FAILED", sentence);
        _exit(1);
    }
}

static void trace(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status, void *user_data)
{
    (void)ctx;
    (void)user_data;
    if (step == DAEMONCTX_STEP_REPORT || status != DAEMONCTX_OK) {
        guard_end(); /* the outcome is known: the sentence is made, and the plan freed */
    }
}

static daemonctx_context_t *make(const struct scenario *scenario, enum way way)
{
    const int32_t preserved[] = {LOG_FD};
    daemonctx_context_t *ctx = NULL;
    demand(daemonctx_new(&ctx) == DAEMONCTX_OK, "a context");
    scenario->set(ctx);
    (void)daemonctx_set_files_preserve(ctx, preserved, 1);
    (void)daemonctx_set_trace(ctx, trace, NULL);
    (void)daemonctx_set_detach_process(ctx,
                                       way == IN_PLACE ? DAEMONCTX_DETACH_PROCESS_NO : DAEMONCTX_DETACH_PROCESS_YES);
    if (threads > 0) {
        (void)daemonctx_set_detach_method(ctx, DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED);
    }
    return ctx;
}

static void free_and_say(daemonctx_context_t *ctx)
{
    char line[32];
    daemonctx_free(ctx);
    int length = snprintf(line, sizeof(line), "freed %d\n", (int)getpid());
    demand(write(LOG_FD, line, (size_t)length) == length, "a word of it");
}

static _Noreturn void be_daemon(const struct scenario *scenario, daemonctx_context_t *ctx)
{
    int status = scenario->work(ctx);
    free_and_say(ctx);
    _exit(status);
}

/* In the launcher; the daemon does not return. */
static void run(const struct scenario *scenario, enum way way)
{
    pid_t launcher = getpid();
    daemonctx_context_t *ctx = make(scenario, way);
    guard_expect_fork(LOG_FD);
    daemonctx_status_t status = way == BY_OPEN ? daemonctx_open(ctx) : daemonctx_launch(ctx);
    guard_end();
    if (getpid() != launcher || (way == IN_PLACE && status == DAEMONCTX_OK)) {
        be_daemon(scenario, ctx);
    }
    if (status != scenario->expected) {
        say(daemonctx_status_name(status), daemonctx_error_message(ctx));
    }
    demand(status == scenario->expected, "it came to something else than it should");
    free_and_say(ctx);
}

static int is_of_the_daemon(const struct scenario *scenario)
{
    return scenario->work != NULL && scenario->expected <= DAEMONCTX_ERR_TIMEOUT &&
           scenario->expected >= DAEMONCTX_ERR_PROGRAM; /* in place nobody waits for it */
}

/* open() ends the launcher, and in place there is no other process: both in one that may be lost. */
static void run_in_child(const struct scenario *scenario, enum way way)
{
    int status = 0;
    pid_t child = fork();
    demand(child >= 0, "a fork");
    if (child == 0) {
        run(scenario, way);
        _exit(0);
    }
    demand(waitpid(child, &status, 0) == child && status == 0, "the process ended well");
}

/* All daemons: this process is a child subreaper. */
static void reap(const struct scenario *scenario)
{
    int must_end_well = scenario->expected == DAEMONCTX_LAUNCHED;
    int status = 0;
    pid_t pid = 0;
    while ((pid = waitpid(-1, &status, __WALL)) > 0 || (pid < 0 && errno == EINTR)) {
        demand(pid < 0 || status == 0 || !must_end_well, "the daemon ended well");
    }
}

static void run_all(void)
{
    for (int i = 0; i < scenario_count; i++) {
        const struct scenario *scenario = &scenarios[i];
        current_name = scenario->name;
        if (scenario->needs_root && geteuid() != 0) {
            continue;
        }
        current_way = BY_LAUNCH;
        run(scenario, BY_LAUNCH);
        reap(scenario);
        for (current_way = BY_OPEN; threads == 0 && current_way <= IN_PLACE; current_way++) {
            if (current_way == BY_OPEN || !is_of_the_daemon(scenario)) {
                run_in_child(scenario, current_way);
            }
            reap(scenario);
        }
    }
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

int main(int count, char **arguments)
{
    int rounds = count > 1 ? atoi(arguments[1]) : 1;
    int log = dup2(STDERR_FILENO, LOG_FD);
    threads = count > 2 ? atoi(arguments[2]) : 0;
    demand(log == LOG_FD && mkdtemp(directory) != NULL && chmod(directory, 0755) == 0 && chdir(directory) == 0,
           "a directory");
    demand(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "daemons are reaped here");
    busy_start(threads);
    for (int i = 0; i < rounds; i++) {
        run_all();
    }
    busy_end();
    (void)nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    (void)printf("%d rounds of %d scenarios, %s\n", rounds, scenario_count,
                 geteuid() == 0 ? "as root" : "without those that need root");
    return 0;
}
