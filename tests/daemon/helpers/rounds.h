/* rounds.h: what the helpers share that make hundreds of launches in one process and look after each: time, a daemon on
 * a leash, what must be left, and the line that tells the counts. */
#ifndef DAEMONCTX_TESTS_ROUNDS_H
#define DAEMONCTX_TESTS_ROUNDS_H

#include <daemonctx/daemonctx.h>

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

int64_t now_ns(void);
void spin_until(int64_t at_ns); /* busy: a sleep would be too coarse */

/* Between the two processes of one launch: the daemon says what it believes, and lives until it is let go. */
struct line_to_daemon {
    int word[2];  /* daemon -> launcher */
    int leash[2]; /* launcher -> daemon: end of file lets it go */
};
bool line_open(struct line_to_daemon *line);
void line_close(struct line_to_daemon *line);
/* In the daemon: says it, waits to be let go, and ends with 0 when its context could be closed. */
_Noreturn void daemon_stays(daemonctx_context_t *ctx, struct line_to_daemon *line, char word);
void daemon_says(struct line_to_daemon *line, char word);
/* In the launcher: keeps its own ends alone. */
void line_keep_launchers(struct line_to_daemon *line);
/* The next word; 0: the line has ended, -1: nothing came in time. */
int line_hear(struct line_to_daemon *line, int timeout_ms);

/* A context that detaches, with pid file, streams of its own kept away, and the line preserved; NULL when that failed.
 */
daemonctx_context_t *context_for(const char *pidfile, const struct line_to_daemon *line);

/* What is wrong is remembered: the first time with its sentence, after that as a count. */
struct tally {
    int rounds;
    int done;    /* launches that succeeded */
    int refused; /* launches that failed in the way that was to be expected */
    int wrong;
    char first[512];
};
void tally_wrong(struct tally *tally, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tally_print(const struct tally *tally, const char *more);

/* The pid file names that daemon, which lives; let go, it ends with 0 and leaves nothing. The caller is a subreaper. */
void check_daemon(struct tally *tally, struct line_to_daemon *line, pid_t daemon, const char *pidfile);
/* No process, no word, no pid file (stale: one that nobody holds may be there). */
enum remains { REMAINS_NOTHING, REMAINS_STALE };
void check_nothing(struct tally *tally, struct line_to_daemon *line, const char *pidfile, enum remains remains);

#endif
