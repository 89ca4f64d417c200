/*
 * start_storm PIDFILE ROUNDS STARTS: each round that many processes, let go together, launch a daemon with one pid
 * file. Prints what became of them all, and the first thing that was wrong. The program is a subreaper.
 */
#include <daemonctx/daemonctx.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 30000, PROCESSES = 4096 };

enum what { REFUSED, LAUNCHED, DAEMON };

/* One message of a process: smaller than PIPE_BUF, so whole. */
struct outcome {
    enum what what;
    daemonctx_status_t status;
    pid_t sender;
    pid_t named;   /* the daemon or the holder that the library told of */
    char text[96]; /* the sentence of an error that is not to be expected */
};

struct round {
    const char *pidfile;
    int gate[2];    /* end of file lets all go */
    int leash[2];   /* end of file ends the daemon */
    int results[2]; /* the daemon's copy tells when it has gone */
};

struct counts {
    int daemons;
    int launched;
    int already_running;
    int other;
    int named; /* refusals that told the daemon's pid */
    int wrong;
    char first[256];
};

static void wrong(struct counts *counts, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void wrong(struct counts *counts, const char *format, ...)
{
    if (counts->wrong++ == 0) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(counts->first, sizeof counts->first, format, arguments);
        va_end(arguments);
    }
}

static void tell(const struct round *round, const struct outcome *outcome)
{
    if (write(round->results[1], outcome, sizeof *outcome) != (ssize_t)sizeof *outcome) {
        _exit(70);
    }
}

static void wait_for_end_of_file(int fd)
{
    char nothing = 0;
    while (read(fd, &nothing, 1) < 0 && errno == EINTR) {
    }
}

static daemonctx_context_t *context_for(const struct round *round)
{
    const int32_t kept[] = {round->leash[0], round->results[1]};
    daemonctx_context_t *ctx = NULL;
    if (daemonctx_new(&ctx) != DAEMONCTX_OK ||
        daemonctx_set_detach_process(ctx, DAEMONCTX_DETACH_PROCESS_YES) != DAEMONCTX_OK ||
        daemonctx_set_pidfile(ctx, round->pidfile) != DAEMONCTX_OK ||
        daemonctx_set_files_preserve(ctx, kept, 2) != DAEMONCTX_OK) {
        _exit(71);
    }
    return ctx;
}

/* One start. What is its own is made before the gate opens, so that the launches meet. */
static _Noreturn void start(const struct round *round)
{
    close(round->gate[1]);
    close(round->leash[1]);
    close(round->results[0]);
    daemonctx_context_t *ctx = context_for(round);
    wait_for_end_of_file(round->gate[0]);
    const daemonctx_status_t status = daemonctx_launch(ctx);
    struct outcome outcome = {.what = status == DAEMONCTX_OK         ? DAEMON
                                      : status == DAEMONCTX_LAUNCHED ? LAUNCHED
                                                                     : REFUSED,
                              .status = status,
                              .sender = getpid(),
                              .named = status < 0 ? daemonctx_error_pid(ctx) : daemonctx_daemon_pid(ctx)};
    if (status < 0) {
        snprintf(outcome.text, sizeof outcome.text, "%.90s", daemonctx_error_message(ctx));
    }
    tell(round, &outcome);
    if (outcome.what == DAEMON) {
        wait_for_end_of_file(round->leash[0]);
        _exit(daemonctx_close(ctx) == DAEMONCTX_OK ? 0 : 72);
    }
    _exit(0);
}

static bool comes(int fd)
{
    struct pollfd event = {.fd = fd, .events = POLLIN};
    int ready = 0;
    do {
        ready = poll(&event, 1, PATIENCE_MS);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

/* Every start has an outcome, and the daemon one more, which may be the last of all or come before its launcher's. */
static int hear_all(const struct round *round, int starts, struct outcome *outcomes, struct counts *counts)
{
    int heard = 0;
    int daemons = 0;
    int launched = 0;
    while (heard < starts + (daemons > launched ? daemons : launched) && heard < PROCESSES) {
        struct outcome *outcome = &outcomes[heard];
        if (!comes(round->results[0]) ||
            read(round->results[0], outcome, sizeof *outcome) != (ssize_t)sizeof *outcome) {
            wrong(counts, "only %d outcomes of %d starts came", heard, starts);
            return heard;
        }
        heard++;
        daemons += outcome->what == DAEMON;
        launched += outcome->what == LAUNCHED;
    }
    return heard;
}

static pid_t daemon_among(const struct outcome *outcomes, int heard)
{
    for (int i = 0; i < heard; i++) {
        if (outcomes[i].what == DAEMON) {
            return outcomes[i].sender;
        }
    }
    return 0;
}

static void count(const struct outcome *outcome, pid_t daemon, struct counts *counts)
{
    if (outcome->what == DAEMON) {
        counts->daemons++;
    } else if (outcome->what == LAUNCHED) {
        counts->launched++;
    } else if (outcome->status == DAEMONCTX_ERR_ALREADY_RUNNING) {
        counts->already_running++;
        counts->named += outcome->named == daemon;
    } else {
        counts->other++;
        wrong(counts, "a start was refused with %d: %s", (int)outcome->status, outcome->text);
    }
    const bool starting = outcome->what == REFUSED && outcome->named == 0;
    if (outcome->named != daemon && !starting) {
        wrong(counts, "a start named %d, but the daemon is %d", (int)outcome->named, (int)daemon);
    }
}

/* The file as anyone would look at it: its content, and the kernel's lock table. */
static void check_file(const struct round *round, pid_t daemon, struct counts *counts)
{
    char content[32] = "";
    char expected[32];
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 1};
    const int fd = open(round->pidfile, O_RDONLY | O_CLOEXEC);
    snprintf(expected, sizeof expected, "%d\n", (int)daemon);
    if (fd < 0 || read(fd, content, sizeof content - 1) < 0 || strcmp(content, expected) != 0) {
        wrong(counts, "the file says '%s', but the daemon is %d", content, (int)daemon);
    }
    if (fd < 0 || fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type != F_WRLCK || lock.l_pid != daemon) {
        wrong(counts, "the kernel names %d as the holder, but the daemon is %d", (int)lock.l_pid, (int)daemon);
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* All processes of the round have ended well; the starts and, for the subreaper, the daemon. */
static void collect(struct counts *counts)
{
    int status = 0;
    for (pid_t ended = 0; (ended = waitpid(-1, &status, __WALL)) > 0 || (ended < 0 && errno == EINTR);) {
        if (ended > 0 && status != 0) {
            wrong(counts, "process %d ended with status %#x", (int)ended, (unsigned)status);
        }
    }
}

static void end_round(const struct round *round, struct counts *counts)
{
    char nothing = 0;
    close(round->leash[1]);
    close(round->results[1]);
    if (!comes(round->results[0]) || read(round->results[0], &nothing, 1) != 0) {
        wrong(counts, "somebody still runs, or had more to say");
    tally_and_leave:
        return;
    }
    collect(counts);
    if (access(round->pidfile, F_OK) == 0) {
        wrong(counts, "the daemon closed, but its pid file is there");
    }
    goto tally_and_leave;
}

static void run_round(const char *pidfile, int starts, struct counts *counts)
{
    static struct outcome outcomes[PROCESSES];
    struct round round = {.pidfile = pidfile};
    if (pipe2(round.gate, O_CLOEXEC) != 0 || pipe2(round.leash, O_CLOEXEC) != 0 ||
        pipe2(round.results, O_CLOEXEC) != 0) {
        wrong(counts, "no pipe: %s", strerror(errno));
        return;
    }
    for (int i = 0; i < starts; i++) {
        const pid_t child = fork();
        if (child == 0) {
            start(&round);
        }
        if (child < 0) {
            wrong(counts, "no process: %s", strerror(errno));
        }
    }
    close(round.gate[0]);
    close(round.gate[1]);
    close(round.leash[0]);
    const int heard = hear_all(&round, starts, outcomes, counts);
    const pid_t daemon = daemon_among(outcomes, heard);
    for (int i = 0; i < heard; i++) {
        count(&outcomes[i], daemon, counts);
    }
    check_file(&round, daemon, counts);
    end_round(&round, counts);
    close(round.results[0]);
}

/* A stale file is there in every other round. */
static void leave_stale(const char *pidfile)
{
    const int fd = open(pidfile, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && write(fd, "1\n", 2) == 2) {
        close(fd);
    }
}

int main(int argc, char **argv)
{
    static struct counts counts;
    const int starts = argc == 4 ? atoi(argv[1]) : 0;
    const int rounds = argc == 4 ? atoi(argv[2]) : 0;
    if (starts < 1 || starts >= PROCESSES) {
        return 64;
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    signal(SIGPIPE, SIG_IGN);
    for (int round = 0; round < rounds && counts.wrong == 0; round++) {
        if (round % 2 == 1) {
            leave_stale(argv[3]);
        }
        run_round(argv[3], starts, &counts);
    }
    printf("tally rounds=%d daemons=%d launched=%d already_running=%d other=%d named=%d wrong=%d\n%s\n", rounds,
           counts.daemons, counts.launched, counts.already_running, counts.other, counts.named, counts.wrong,
           counts.first);
    return counts.wrong == 0 ? 0 : 1;
}
