/*
 * signal_storm WHAT ROUNDS PIDFILE: launches under a storm: one process sends signals without a pause to the launcher,
 * to its group, to the intermediate and to the daemon, with handlers that restart system calls, with handlers that do
 * not, realtime ones, ignored ones and some without effect. Nothing may change. WHAT is
 *
 *   detach   launches that succeed
 *   place    the same in place
 *   fail     launches whose working directory is missing
 *   flush    launches with text buffered for a full pipe that is read slowly: it must come whole, once
 *
 * The counts tell that the storm did hit: signals sent while open() was at work, by receiver, and handlers that ran.
 */
#include "rounds.h"
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { UMASK = 027, PATIENCE_MS = 20000, TEXT_SIZE = 20000, PIPE_SIZE = 4096, READ_SIZE = 256 };
enum { READ_PAUSE_NS = 20000 };

static struct shared {
    struct storm storm;
    _Atomic int handled; /* handlers that ran in the launcher while open() was at work */
    _Atomic int children_told;
    struct tally tally;
} * shared;

static bool is_launcher;

static void on_signal(int signum)
{
    if (signum == SIGCHLD) {
        shared->children_told++;
    } else if (is_launcher && shared->storm.opening) {
        shared->handled++;
    }
}

static void on_signal_with_information(int signum, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    on_signal(signum);
}

static void set_dispositions(void)
{
    const struct sigaction plain = {.sa_handler = on_signal};
    const struct sigaction restarting = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    const struct sigaction informed = {.sa_sigaction = on_signal_with_information, .sa_flags = SA_SIGINFO};
    const struct sigaction ignored = {.sa_handler = SIG_IGN};
    sigaction(SIGUSR1, &plain, NULL);
    sigaction(SIGUSR2, &restarting, NULL);
    sigaction(SIGALRM, &plain, NULL);
    sigaction(SIGIO, &restarting, NULL);
    sigaction(SIGHUP, &plain, NULL);
    sigaction(SIGCHLD, &plain, NULL);
    sigaction(SIGINT, &ignored, NULL); /* so it does not abort the launch */
    sigaction(SIGRTMIN, &plain, NULL);
    sigaction(SIGRTMIN + 1, &restarting, NULL);
    sigaction(SIGRTMAX, &informed, NULL);
}

static int32_t in_daemon(daemonctx_context_t *ctx, void *data)
{
    (void)ctx;
    (void)data;
    is_launcher = false;
    storm_aim(&shared->storm, INTERMEDIATE, getppid());
    storm_aim(&shared->storm, DAEMON, getpid());
    return 0;
}

static bool is_as_asked(void)
{
    char directory[8];
    sigset_t blocked;
    if (umask(UMASK) != UMASK || getcwd(directory, sizeof directory) == NULL || strcmp(directory, "/") != 0 ||
        sigprocmask(SIG_BLOCK, NULL, &blocked) != 0) {
        return false;
    }
    for (int signum = 1; signum <= SIGRTMAX; signum++) {
        if (sigismember(&blocked, signum) == 1) {
            return false;
        }
    }
    return true;
}

static void finish(struct line_to_daemon *line, const daemonctx_context_t *ctx, daemonctx_status_t status,
                   const char *what, const char *pidfile)
{
    struct tally *tally = &shared->tally;
    const bool fails = strcmp(what, "fail") == 0;
    if (shared->children_told != 0) {
        tally_wrong(tally, "SIGCHLD was sent %d times", (int)shared->children_told);
    }
    line_keep_launchers(line);
    const int word = status == DAEMONCTX_LAUNCHED ? line_hear(line, PATIENCE_MS) : 0;
    for (int which = 0; which < TARGETS; which++) {
        storm_aim(&shared->storm, which, 0);
    }
    if (fails && status == DAEMONCTX_ERR_SYSTEM && daemonctx_error_errno(ctx) == ENOENT &&
        daemonctx_error_step(ctx) == DAEMONCTX_STEP_WORKING_DIRECTORY) {
        tally->refused++;
        check_nothing(tally, line, pidfile, REMAINS_NOTHING);
    } else if (!fails && status == DAEMONCTX_LAUNCHED && word == 'o') {
        tally->done++;
        check_daemon(tally, line, daemonctx_daemon_pid(ctx), pidfile);
    } else {
        tally_wrong(tally, "status %d, the daemon says %d: %s", (int)status, word, daemonctx_error_message(ctx));
    }
}

static daemonctx_context_t *prepare(const char *what, const char *pidfile, const struct line_to_daemon *line)
{
    const bool fails = strcmp(what, "fail") == 0;
    daemonctx_context_t *ctx = context_for(pidfile, line);
    if (ctx == NULL || daemonctx_set_umask(ctx, UMASK) != DAEMONCTX_OK ||
        daemonctx_set_working_directory(ctx, fails ? "/nowhere/at/all" : "/") != DAEMONCTX_OK ||
        daemonctx_set_daemon_hook(ctx, strcmp(what, "place") == 0 ? NULL : in_daemon, NULL) != DAEMONCTX_OK) {
        _exit(2);
    }
    return ctx;
}

static void open_in_place(daemonctx_context_t *ctx, struct tally *tally)
{
    daemonctx_status_t status = daemonctx_set_detach_process(ctx, DAEMONCTX_DETACH_PROCESS_NO);
    if (status == DAEMONCTX_OK) {
        shared->storm.opening = true;
        status = daemonctx_open(ctx);
        shared->storm.opening = false;
    }
    storm_aim(&shared->storm, LAUNCHER, 0);
    if (status != DAEMONCTX_OK || !is_as_asked()) {
        tally_wrong(tally, "status %d: %s", (int)status, daemonctx_error_message(ctx));
    } else if (daemonctx_close(ctx) != DAEMONCTX_OK) {
        tally_wrong(tally, "close: %s", daemonctx_error_message(ctx));
    } else {
        tally->done++;
    }
}

/* A process of its own that launches. */
static _Noreturn void run_launcher(const char *what, const char *pidfile)
{
    struct line_to_daemon line;
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    setpgid(0, 0);
    set_dispositions();
    if (!line_open(&line)) {
        _exit(2);
    }
    daemonctx_context_t *ctx = prepare(what, pidfile, &line);
    is_launcher = true;
    shared->children_told = 0;
    storm_aim(&shared->storm, LAUNCHER, getpid());
    if (strcmp(what, "place") == 0) {
        open_in_place(ctx, &shared->tally);
        _exit(0);
    }
    shared->storm.opening = true;
    const daemonctx_status_t status = daemonctx_launch(ctx);
    if (status == DAEMONCTX_OK) {
        daemon_stays(ctx, &line, is_as_asked() ? 'o' : 'x');
    }
    shared->storm.opening = false;
    finish(&line, ctx, status, what, pidfile);
    _exit(0);
}

static char text_at(int place)
{
    return (char)('a' + (place + place / 26) % 26);
}

/* Left in a buffer: what flushes it finds a pipe that is full most of the time. */
static void leave_text(int output)
{
    static char buffer[TEXT_SIZE * 2];
    if (dup2(output, STDOUT_FILENO) < 0) {
        _exit(2);
    }
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    for (int place = 0; place < TEXT_SIZE; place++) {
        putchar(text_at(place));
    }
}

static void read_slowly(int input)
{
    char part[READ_SIZE];
    int place = 0;
    ssize_t got = 0;
    while ((got = read(input, part, sizeof part)) > 0) {
        for (ssize_t i = 0; i < got; i++, place++) {
            if (part[i] != text_at(place)) {
                tally_wrong(&shared->tally, "the text is another one from byte %d on", place);
            }
        }
        spin_until(now_ns() + READ_PAUSE_NS);
    }
    if (place != TEXT_SIZE) {
        tally_wrong(&shared->tally, "%d of %d bytes of text came", place, TEXT_SIZE);
    }
}

static void run_round(const char *what, const char *pidfile)
{
    const bool flushes = strcmp(what, "flush") == 0;
    int output[2] = {-1, -1};
    int status = 0;
    if (flushes && (pipe2(output, O_CLOEXEC) != 0 || fcntl(output[1], F_SETPIPE_SZ, PIPE_SIZE) < 0)) {
        exit(2);
    }
    const pid_t launcher = fork();
    if (launcher == 0) {
        if (flushes) {
            leave_text(output[1]);
        }
        run_launcher(what, pidfile);
    }
    if (flushes) {
        close(output[1]);
        read_slowly(output[0]);
        close(output[0]);
    }
    waitpid(launcher, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        tally_wrong(&shared->tally, "the launcher ended with status %#x", (unsigned)status);
        shared->storm.end = true;
    }
}

int main(int argc, char **argv)
{
    char more[128];
    if (argc != 4) {
        return 2;
    }
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const pid_t self = getpid();
    const pid_t stormer = shared == MAP_FAILED ? -1 : fork();
    if (stormer < 0) {
        return 2;
    }
    if (stormer == 0) {
        storm_rage(&shared->storm, self);
    }
    while (shared->tally.rounds < atoi(argv[2]) && !shared->storm.end) {
        shared->tally.rounds++;
        run_round(argv[1], argv[3]);
    }
    shared->storm.end = true;
    waitpid(stormer, NULL, 0);
    snprintf(more, sizeof more, "launcher=%d intermediate=%d daemon=%d handled=%d",
             (int)shared->storm.targets[LAUNCHER].sent, (int)shared->storm.targets[INTERMEDIATE].sent,
             (int)shared->storm.targets[DAEMON].sent, (int)shared->handled);
    tally_print(&shared->tally, more);
    return shared->tally.wrong == 0 ? 0 : 1;
}
