/* rounds.c: see rounds.h. */
#include "rounds.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000 };

int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void spin_until(int64_t at_ns)
{
    while (now_ns() < at_ns) {
    }
}

static void close_one(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

bool line_open(struct line_to_daemon *line)
{
    memset(line, -1, sizeof *line);
    return pipe2(line->word, O_CLOEXEC) == 0 && pipe2(line->leash, O_CLOEXEC) == 0;
}

void line_close(struct line_to_daemon *line)
{
    for (int i = 0; i < 2; i++) {
        close_one(&line->word[i]);
        close_one(&line->leash[i]);
    }
}

void line_keep_launchers(struct line_to_daemon *line)
{
    close_one(&line->word[1]);
    close_one(&line->leash[0]);
}

int line_hear(struct line_to_daemon *line, int timeout_ms)
{
    struct pollfd event = {.fd = line->word[0], .events = POLLIN};
    const int64_t end = now_ns() + (int64_t)timeout_ms * 1000000;
    for (;;) {
        const int64_t left = (end - now_ns()) / 1000000;
        const int ready = poll(&event, 1, left > 0 ? (int)left : 0);
        if (ready == 0 || (ready < 0 && errno != EINTR)) {
            return -1;
        }
        char word = 0;
        const ssize_t got = ready > 0 ? read(line->word[0], &word, 1) : -1;
        if (got >= 0) {
            return got == 0 ? 0 : word;
        }
    }
}

void daemon_says(struct line_to_daemon *line, char word)
{
    ssize_t written = 0;
    do {
        written = write(line->word[1], &word, 1);
    } while (written < 0 && errno == EINTR);
}

_Noreturn void daemon_stays(daemonctx_context_t *ctx, struct line_to_daemon *line, char word)
{
    char nothing = 0;
    ssize_t got = 0;
    daemon_says(line, word);
    do {
        got = read(line->leash[0], &nothing, 1);
    } while (got < 0 && errno == EINTR);
    _exit(daemonctx_close(ctx) == DAEMONCTX_OK ? 0 : 1);
}

daemonctx_context_t *context_for(const char *pidfile, const struct line_to_daemon *line)
{
    const int32_t kept[] = {line->word[1], line->leash[0]};
    daemonctx_context_t *ctx = NULL;
    if (daemonctx_new(&ctx) != DAEMONCTX_OK ||
        daemonctx_set_detach_process(ctx, DAEMONCTX_DETACH_PROCESS_YES) != DAEMONCTX_OK ||
        daemonctx_set_pidfile(ctx, pidfile) != DAEMONCTX_OK ||
        daemonctx_set_files_preserve(ctx, kept, 2) != DAEMONCTX_OK) {
        return NULL;
    }
    return ctx;
}

void tally_wrong(struct tally *tally, const char *format, ...)
{
    if (tally->wrong++ == 0) {
        va_list arguments;
        const int length = snprintf(tally->first, sizeof tally->first, "round %d: ", tally->rounds);
        va_start(arguments, format);
        vsnprintf(tally->first + length, sizeof tally->first - (size_t)length, format, arguments);
        va_end(arguments);
    }
}

void tally_print(const struct tally *tally, const char *more)
{
    printf("tally rounds=%d done=%d refused=%d wrong=%d %s\n%s\n", tally->rounds, tally->done, tally->refused,
           tally->wrong, more, tally->first);
    fflush(stdout);
}

static void wait_for_daemon(struct tally *tally, pid_t daemon)
{
    int status = 0;
    pid_t ended = 0;
    do {
        ended = waitpid(daemon, &status, __WALL);
    } while (ended < 0 && errno == EINTR);
    if (ended != daemon) {
        tally_wrong(tally, "daemon %d is not to be waited for: %s", (int)daemon, strerror(errno));
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        tally_wrong(tally, "daemon %d ended with status %#x", (int)daemon, (unsigned)status);
    }
}

void check_daemon(struct tally *tally, struct line_to_daemon *line, pid_t daemon, const char *pidfile)
{
    int32_t holder = -1;
    const daemonctx_status_t status = daemonctx_pidfile_query(pidfile, &holder);
    if (status != DAEMONCTX_OK || holder != daemon) {
        tally_wrong(tally, "the daemon is %d, but the pid file says status %d, pid %d", (int)daemon, (int)status,
                    (int)holder);
    }
    close_one(&line->leash[1]);
    wait_for_daemon(tally, daemon);
    check_nothing(tally, line, pidfile, REMAINS_NOTHING);
}

void check_nothing(struct tally *tally, struct line_to_daemon *line, const char *pidfile, enum remains remains)
{
    const pid_t left = waitpid(-1, NULL, WNOHANG | __WALL);
    if (left >= 0 || errno != ECHILD) {
        tally_wrong(tally, "a process is left: waitpid says %d", (int)left);
    }
    const int word = line_hear(line, left < 0 ? 0 : PATIENCE_MS);
    if (word != 0) {
        tally_wrong(tally, word > 0 ? "a daemon said '%c'" : "somebody still holds the line (%d)", word);
    }
    int32_t holder = -1;
    const daemonctx_status_t status = daemonctx_pidfile_query(pidfile, &holder);
    if (status != DAEMONCTX_NOT_RUNNING) {
        tally_wrong(tally, "the pid file is still held: status %d, pid %d", (int)status, (int)holder);
    }
    if (remains == REMAINS_NOTHING && access(pidfile, F_OK) == 0) {
        tally_wrong(tally, "the pid file is still there");
    }
}
