/* The pid file as a file: opened safely and locked, written, removed, asked about. The option is in options/, the order
 * of events in plan/ and steps/. */
#ifndef DAEMONCTX_PIDFILE_H
#define DAEMONCTX_PIDFILE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "daemonctx/daemonctx.h"

struct pidfile {
    int fd;     /* -1: none */
    char *path; /* absolute, as it was for the launcher */
    dev_t device;
    ino_t inode;
    bool is_private; /* a new file, of PIDFILE_PRIVATE_MODE until the daemon's locks are on it */
};

enum { PIDFILE_MODE = 0644, PIDFILE_PRIVATE_MODE = 0600 };

/* Why a file or its directory is refused: the sentence's end, for ERR_UNSAFE_PATH. */
struct pidfile_refusal {
    daemonctx_status_t status;
    int error;          /* errno, or 0 */
    const char *reason; /* what is wrong and what to do, or what failed */
    pid_t holder;       /* for ERR_ALREADY_RUNNING; 0: it is starting, or not known */
};

/* The identities whose files and directories are trusted beside root's. */
struct pidfile_trust {
    uid_t launcher;
    uid_t target;
};

/*
 * Opens and locks the file at `path`, creating it. With `dry` nothing is created, changed or locked: it only finds out
 * whether that would be refused, and `pidfile->fd` stays -1. On refusal nothing is left open.
 */
daemonctx_status_t pidfile_acquire(struct pidfile *pidfile, const char *path, struct pidfile_trust trust, bool dry,
                                   struct pidfile_refusal *refusal);

/*
 * Has the kernel name this process as a starting daemon, and then lets everybody read the file. To be called with the
 * rights of the launcher, once no descriptor of the program is to be closed any more: one of the same file, closed,
 * would undo it. -1 and errno.
 */
int pidfile_attest(struct pidfile *pidfile);
/* Writes this process's pid, complete, and has the kernel name it as the daemon: once more, should a hook have undone
 * it meanwhile. -1 and errno; *ret_attesting tells which of the two failed. */
int pidfile_write(const struct pidfile *pidfile, bool *ret_attesting);

/*
 * Removes the file if it still is the one that was locked; where that cannot be done, empties it, so that no stale pid
 * is left. Async-signal-safe; nothing to do where there is no pid file. The lock goes with the descriptor, which stays
 * open. -1 and errno when the pid could not be taken out.
 */
int pidfile_remove(const struct pidfile *pidfile);

/*
 * Opens the file at `path` to ask about it: OK and *ret_fd, or NOT_RUNNING (there is no such file), ERR_UNSAFE_PATH,
 * ERR_SYSTEM with errno. OK and -1 for the pid file of this process's own open context. It need not be opened, and must
 * not: closing it again would cost the record lock by which the kernel names this process.
 */
daemonctx_status_t pidfile_examine(const char *path, int *ret_fd);
bool pidfile_is_own(const struct stat *status);

/* Who holds the lock, when that is no pid. */
enum { PIDFILE_STARTING = 0, PIDFILE_ELSEWHERE = -1 /* a process of another pid namespace: it has no number here */ };
/* The pid of the process that holds the lock on the open file, or one of the above: 1 and *ret_pid, 0: nobody, -1. */
int pidfile_holder(int fd, pid_t *ret_pid);

/* The pid that a file's content gives when it is exactly one decimal number and a newline, else 0. */
pid_t pidfile_parse(const char *content, size_t length);

#endif
