/*
 * commit_race WHAT ROUNDS PIDFILE: launches in which the daemon's word and the launcher's giving up meet in the same
 * instant, again and again. The delay is steered to where the outcome is open. WHAT meets what:
 *
 *   open     the report at the end of open()      and the bound
 *   ready    notify_ready()                       and the bound
 *   failed   notify_failed()                      and the bound
 *   signal   the report at the end of open()      and a SIGTERM that the launcher handles
 *   killed   the report at the end of open()      and a SIGKILL at the launcher
 *   int, term, quit                               the same with that signal at its default action
 *
 * A launcher that says LAUNCHED has a daemon, which believes so; one that says otherwise has none, and nothing of it.
 */
#include "rounds.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    BOUND_FIRST_MS = 1,
    LONG_MS = 20000,
    STEP_FIRST_NS = 200000,
    STEP_LEAST_NS = 2000,
    STEP_MOST_NS = 400000,
    AHEAD_NS = 500000, /* when a signal meets the report: between the launcher's waiting and the report */
    EXIT_CODE = 7
};

/* Seen by every process of a launch. */
struct shared {
    _Atomic int64_t waiting_since; /* the launcher's bound runs from here; 0: not yet */
    _Atomic int64_t delay_ns;
};
static struct shared *shared;

struct race {
    const char *what;
    const char *pidfile;
    struct tally tally;
    int32_t bound_ms;
    int64_t step_ns;
    bool last;
    timer_t timer;
};

static bool is(const struct race *race, const char *what)
{
    return strcmp(race->what, what) == 0;
}

/* The signal that ends the launcher, or 0. */
static int ending_signal(const struct race *race)
{
    return is(race, "killed") ? SIGKILL
           : is(race, "int")  ? SIGINT
           : is(race, "term") ? SIGTERM
           : is(race, "quit") ? SIGQUIT
                              : 0;
}

/* Later after a success, earlier after a failure, in steps that shrink when the outcome changes. */
static void steer(struct race *race, bool success)
{
    const bool later = success == (strcmp(race->what, "signal") != 0 && ending_signal(race) == 0);
    race->step_ns = success == race->last ? race->step_ns * 3 / 2 : race->step_ns / 2;
    race->step_ns = race->step_ns < STEP_LEAST_NS ? STEP_LEAST_NS : race->step_ns;
    race->step_ns = race->step_ns > STEP_MOST_NS ? STEP_MOST_NS : race->step_ns;
    race->last = success;
    const int64_t next = shared->delay_ns + (later ? race->step_ns : -race->step_ns);
    shared->delay_ns = next < 0 ? 0 : next;
    race->bound_ms += next < 0; /* too short for a launch on this machine */
    race->tally.done += success;
    race->tally.refused += !success;
}

static void wait_for_the_moment(void)
{
    while (shared->waiting_since == 0) {
    }
    spin_until(shared->waiting_since + shared->delay_ns);
}

static int32_t on_waiting(daemonctx_context_t *ctx, void *race_of)
{
    const struct race *race = race_of;
    (void)ctx;
    shared->waiting_since = now_ns();
    if (strcmp(race->what, "signal") == 0) {
        const int64_t delay = shared->delay_ns + 1;
        const struct itimerspec once = {.it_value = {.tv_sec = delay / 1000000000, .tv_nsec = delay % 1000000000}};
        timer_settime(race->timer, 0, &once, NULL);
    }
    return 0;
}

static int32_t before_report(daemonctx_context_t *ctx, void *race)
{
    (void)ctx;
    (void)race;
    wait_for_the_moment();
    return 0;
}

/* The launcher waits when the daemon is at work already: the report must not be out before a signal can come. */
static int32_t hold_report(daemonctx_context_t *ctx, void *race)
{
    (void)ctx;
    (void)race;
    while (shared->waiting_since == 0) {
    }
    spin_until(shared->waiting_since + AHEAD_NS);
    return 0;
}

static daemonctx_context_t *prepare(struct race *race, const struct line_to_daemon *line)
{
    daemonctx_context_t *ctx = context_for(race->pidfile, line);
    const bool bounded = !is(race, "signal") && ending_signal(race) == 0;
    const bool manual = is(race, "ready") || is(race, "failed");
    if (ctx == NULL || daemonctx_set_ready_timeout(ctx, bounded ? race->bound_ms : LONG_MS) != DAEMONCTX_OK ||
        daemonctx_set_ready_mode(ctx, manual ? DAEMONCTX_READY_MODE_MANUAL : DAEMONCTX_READY_MODE_ON_OPEN) !=
            DAEMONCTX_OK ||
        daemonctx_set_launcher_hook(ctx, on_waiting, race) != DAEMONCTX_OK ||
        daemonctx_set_privileged_hook(ctx, bounded ? is(race, "open") ? before_report : NULL : hold_report, race) !=
            DAEMONCTX_OK) {
        fprintf(stderr, "no context\n");
        exit(2);
    }
    shared->waiting_since = 0;
    return ctx;
}

static _Noreturn void be_daemon(const struct race *race, daemonctx_context_t *ctx, struct line_to_daemon *line)
{
    if (is(race, "ready") || is(race, "failed")) {
        wait_for_the_moment();
    }
    if (is(race, "failed")) {
        if (daemonctx_notify_failed(ctx, EXIT_CODE, "no") == DAEMONCTX_OK) {
            daemon_says(line, 'f');
        }
        _exit(EXIT_CODE);
    }
    if (is(race, "ready") && daemonctx_notify_ready(ctx) != DAEMONCTX_OK) {
        daemon_stays(ctx, line, 'x');
    }
    daemon_stays(ctx, line, 'o');
}

static bool is_expected(const struct race *race, const daemonctx_context_t *ctx, daemonctx_status_t status)
{
    if (is(race, "signal")) {
        return status == DAEMONCTX_ERR_SYSTEM && daemonctx_error_errno(ctx) == EINTR &&
               daemonctx_error_signal(ctx) == SIGTERM;
    }
    return status == DAEMONCTX_ERR_TIMEOUT;
}

static bool take_outcome(struct race *race, daemonctx_context_t *ctx, struct line_to_daemon *line,
                         daemonctx_status_t status)
{
    struct tally *tally = &race->tally;
    if (status == DAEMONCTX_LAUNCHED && !is(race, "failed")) {
        const pid_t daemon = daemonctx_daemon_pid(ctx);
        const int word = line_hear(line, LONG_MS);
        if (word != 'o') {
            tally_wrong(tally, "LAUNCHED, but the daemon says %d", word);
        }
        check_daemon(tally, line, daemon, race->pidfile);
        return true;
    }
    if (is(race, "failed") && status == DAEMONCTX_ERR_PROGRAM) {
        if (daemonctx_error_exit_code(ctx) != EXIT_CODE || strcmp(daemonctx_error_message(ctx), "no") != 0) {
            tally_wrong(tally, "code %d, message %s", (int)daemonctx_error_exit_code(ctx),
                        daemonctx_error_message(ctx));
        }
        const int word = line_hear(line, 0); /* it may have been killed before it could say so */
        if (word == 'f') {
            check_nothing(tally, line, race->pidfile, REMAINS_NOTHING);
        } else if (word != 0) {
            tally_wrong(tally, "failed, but the daemon says %d", word);
        }
        return true;
    }
    if (!is_expected(race, ctx, status)) {
        tally_wrong(tally, "status %d: %s", (int)status, daemonctx_error_message(ctx));
    }
    check_nothing(tally, line, race->pidfile, REMAINS_NOTHING);
    return false;
}

static void run_round(struct race *race)
{
    struct line_to_daemon line;
    if (!line_open(&line)) {
        exit(2);
    }
    daemonctx_context_t *ctx = prepare(race, &line);
    const daemonctx_status_t status = daemonctx_launch(ctx);
    if (status == DAEMONCTX_OK) {
        be_daemon(race, ctx, &line);
    }
    if (is(race, "signal")) {
        const struct itimerspec never = {.it_value = {0, 0}};
        timer_settime(race->timer, 0, &never, NULL);
    }
    line_keep_launchers(&line);
    steer(race, take_outcome(race, ctx, &line, status));
    daemonctx_free(ctx);
    line_close(&line);
}

/* The launcher is a child, for it is killed; whoever is left of the launch becomes this process's child. */
static void run_killed_round(struct race *race)
{
    struct line_to_daemon line;
    int status = 0;
    if (!line_open(&line)) {
        exit(2);
    }
    daemonctx_context_t *ctx = prepare(race, &line);
    const pid_t launcher = fork();
    if (launcher == 0) {
        signal(SIGTERM, SIG_DFL);
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core of it */
        if (daemonctx_open(ctx) == DAEMONCTX_OK) {
            be_daemon(race, ctx, &line);
        }
        _exit(3);
    }
    line_keep_launchers(&line);
    wait_for_the_moment();
    kill(launcher, ending_signal(race));
    waitpid(launcher, &status, 0);
    const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == ending_signal(race);
    if (!killed && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
        tally_wrong(&race->tally, "the launcher ended with status %#x", (unsigned)status);
    }
    const int word = line_hear(&line, LONG_MS);
    if (word == 'o') {
        while (waitpid(-1, &status, WNOHANG | __WALL) > 0) { /* the intermediate */
        }
        close(line.leash[1]);
        line.leash[1] = -1;
    } else if (word != 0 || !killed) {
        tally_wrong(&race->tally, "the launcher's status is %#x, but the daemon says %d", (unsigned)status, word);
    }
    while (waitpid(-1, &status, __WALL) > 0) {
    }
    check_nothing(&race->tally, &line, race->pidfile, REMAINS_NOTHING);
    steer(race, word == 'o');
    daemonctx_free(ctx);
    line_close(&line);
}

static volatile sig_atomic_t handled;

static void on_signal(int signum)
{
    (void)signum;
    handled++;
}

int main(int argc, char **argv)
{
    static struct race race;
    char more[128];
    if (argc != 4) {
        return 2;
    }
    race.what = argv[1];
    race.pidfile = argv[3];
    race.bound_ms = BOUND_FIRST_MS;
    race.step_ns = STEP_FIRST_NS;
    race.last = true;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct sigaction action = {.sa_handler = on_signal};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGTERM};
    if (shared == MAP_FAILED || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 ||
        sigaction(SIGTERM, &action, NULL) != 0 || timer_create(CLOCK_MONOTONIC, &event, &race.timer) != 0) {
        return 2;
    }
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); /* the bound ends when it ends */
    shared->delay_ns = 1000000;
    for (race.tally.rounds = 1; race.tally.rounds <= atoi(argv[2]); race.tally.rounds++) {
        if (ending_signal(&race) != 0) {
            run_killed_round(&race);
        } else {
            run_round(&race);
        }
    }
    race.tally.rounds--;
    snprintf(more, sizeof more, "bound=%d delay=%lld handled=%d", (int)race.bound_ms, (long long)shared->delay_ns,
             (int)handled);
    tally_print(&race.tally, more);
    return race.tally.wrong == 0 ? 0 : 1;
}
