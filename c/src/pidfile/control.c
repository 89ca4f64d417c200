/*
 * Signalling, stopping and awaiting the daemon of a pid file. Never anybody but the holder of the lock: it is asked for
 * once more after its process was opened, so that what was opened cannot be a later process with the same number.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include "clock.h"
#include "descriptor.h"
#include "os/os.h"
#include "pidfile/pidfile.h"

enum {
    NAP_MS = 20,       /* where nothing tells of a change, it is asked for again and again */
    KILLED_MS = 5000,  /* for a killed process to be gone */
    CHANGE_LIMIT = 100 /* holders that come and go while they are asked for */
};

struct holder {
    int fd;      /* the pid file; -1: the holder is this process itself */
    pid_t pid;   /* or PIDFILE_ELSEWHERE */
    int process; /* its descriptor; -1: the system has no such thing, or it is out of reach */
};

static void nap(const struct deadline *deadline)
{
    int left = deadline_left_ms(deadline);
    (void)poll(NULL, 0, left < 0 || left > NAP_MS ? NAP_MS : left);
}

/* True when the holder's process is open, or need not or cannot be. False with errno ESRCH: it has just ended. */
static bool open_process(struct holder *holder)
{
    holder->process = holder->pid > 0 ? os_process_open(holder->pid) : -1;
    /* EPERM: filters of containers say so of system calls that they do not know. */
    return holder->pid < 0 || holder->process >= 0 || errno == ENOSYS || errno == EPERM;
}

/* Whether the pid, asked for again, still is that of the holder. -1: errno. */
static int still_holds(const struct holder *holder)
{
    pid_t now = PIDFILE_STARTING;
    int held = pidfile_holder(holder->fd, &now);
    return held == 1 ? now == holder->pid : held;
}

/* OK; NOT_RUNNING; ERR_STATE with EAGAIN: the daemon was still starting at the deadline; ERR_SYSTEM. */
static daemonctx_status_t find_holder(struct holder *holder, const struct deadline *deadline)
{
    for (int changes = 0;; nap(deadline)) {
        bool over = deadline_left_ms(deadline) == 0;
        int held = pidfile_holder(holder->fd, &holder->pid);
        if (held <= 0) {
            return held == 0 ? DAEMONCTX_NOT_RUNNING : DAEMONCTX_ERR_SYSTEM;
        }
        if (holder->pid != PIDFILE_STARTING && open_process(holder)) {
            int still = still_holds(holder);
            if (still == 1) {
                return DAEMONCTX_OK;
            }
            descriptor_close(&holder->process);
            if (still < 0) {
                return DAEMONCTX_ERR_SYSTEM;
            }
        } else if (holder->pid != PIDFILE_STARTING && errno != ESRCH) {
            return DAEMONCTX_ERR_SYSTEM;
        }
        /* Who has just ended or changed is asked for anew, also where there is no time: he is not starting. */
        if (over && (holder->pid == PIDFILE_STARTING || ++changes > CHANGE_LIMIT)) {
            errno = EAGAIN;
            return DAEMONCTX_ERR_STATE;
        }
    }
}

/* Opens the pid file and finds its holder; to be closed again when OK. Nobody can stop or await himself. */
static daemonctx_status_t open_holder(struct holder *holder, const char *path, const struct deadline *deadline)
{
    *holder = (struct holder){.fd = -1, .pid = PIDFILE_STARTING, .process = -1};
    daemonctx_status_t status = pidfile_examine(path, &holder->fd);
    if (status == DAEMONCTX_OK && holder->fd >= 0) {
        status = find_holder(holder, deadline);
    }
    if (status != DAEMONCTX_OK) {
        int error = errno;
        descriptor_close(&holder->fd);
        errno = error;
    }
    return status;
}

static daemonctx_status_t close_holder(struct holder *holder, daemonctx_status_t status)
{
    int error = errno;
    descriptor_close(&holder->process);
    descriptor_close(&holder->fd);
    errno = error;
    return status;
}

static daemonctx_status_t send_signal(const struct holder *holder, int signum)
{
    int result = -1;
    if (holder->fd < 0) {
        result = kill(getpid(), signum);
    } else if (holder->pid < 0) {
        errno = ESRCH;
        return DAEMONCTX_ERR_STATE;
    } else if (holder->process >= 0) {
        result = os_process_signal(holder->process, signum);
    } else {
        int still = still_holds(holder);
        errno = still == 0 ? ESRCH : errno;
        result = still == 1 ? kill(holder->pid, signum) : -1;
    }
    return result == 0 ? DAEMONCTX_OK : errno == ESRCH ? DAEMONCTX_NOT_RUNNING : DAEMONCTX_ERR_SYSTEM;
}

/* 1: it has ended, or, where its process is out of reach, it has let the lock go; 0: not in time; -1. */
static int holder_ends(const struct holder *holder, const struct deadline *deadline)
{
    for (;;) {
        struct pollfd event = {.fd = holder->process, .events = POLLIN};
        int left = deadline_left_ms(deadline);
        if (holder->process >= 0) {
            int ready = poll(&event, 1, left);
            if (ready >= 0 || errno != EINTR) {
                return ready;
            }
            continue;
        }
        int still = still_holds(holder);
        if (still != 1) {
            return still == 0 ? 1 : -1;
        }
        if (left == 0) {
            return 0;
        }
        nap(deadline);
    }
}

static daemonctx_status_t await_end(const struct holder *holder, const struct deadline *deadline)
{
    int ended = holder_ends(holder, deadline);
    errno = ended == 0 ? ETIMEDOUT : errno;
    return ended == 1 ? DAEMONCTX_OK : ended == 0 ? DAEMONCTX_ERR_TIMEOUT : DAEMONCTX_ERR_SYSTEM;
}

static daemonctx_status_t refuse(daemonctx_status_t status, int error)
{
    errno = error;
    return status;
}

daemonctx_status_t daemonctx_pidfile_signal(const char *path, int32_t signum)
{
    if (path == NULL) {
        return refuse(DAEMONCTX_ERR_ARGUMENT, EINVAL);
    }
    if (signum < 0 || signum >= SIGNAL_LIMIT || (signum >= OS_SIGNAL_RESERVED_FIRST && signum < SIGRTMIN)) {
        return refuse(DAEMONCTX_ERR_RANGE, EINVAL);
    }
    struct holder holder;
    struct deadline now = deadline_in(0);
    daemonctx_status_t status = open_holder(&holder, path, &now);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    return close_holder(&holder, send_signal(&holder, signum));
}

/* SIGTERM, in time also for a daemon that somebody stopped (SIGCONT); then SIGKILL. */
static daemonctx_status_t end_holder(const struct holder *holder, const struct deadline *deadline)
{
    daemonctx_status_t status = send_signal(holder, SIGTERM);
    if (status != DAEMONCTX_OK) {
        return status == DAEMONCTX_NOT_RUNNING ? DAEMONCTX_OK : status;
    }
    (void)send_signal(holder, SIGCONT);
    status = await_end(holder, deadline);
    if (status != DAEMONCTX_ERR_TIMEOUT) {
        return status;
    }
    status = send_signal(holder, SIGKILL);
    if (status != DAEMONCTX_OK) {
        return status == DAEMONCTX_NOT_RUNNING ? DAEMONCTX_OK : status;
    }
    struct deadline killed = deadline_in(KILLED_MS);
    return await_end(holder, &killed);
}

daemonctx_status_t daemonctx_pidfile_stop(const char *path, int32_t kill_after_ms)
{
    if (path == NULL) {
        return refuse(DAEMONCTX_ERR_ARGUMENT, EINVAL);
    }
    if (kill_after_ms < -1) {
        return refuse(DAEMONCTX_ERR_RANGE, EINVAL);
    }
    struct holder holder;
    struct deadline deadline = deadline_in(kill_after_ms);
    daemonctx_status_t status = open_holder(&holder, path, &deadline);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    status = holder.fd < 0 ? refuse(DAEMONCTX_ERR_STATE, EDEADLK) : end_holder(&holder, &deadline);
    return close_holder(&holder, status);
}

daemonctx_status_t daemonctx_pidfile_wait(const char *path, int32_t timeout_ms)
{
    if (path == NULL) {
        return refuse(DAEMONCTX_ERR_ARGUMENT, EINVAL);
    }
    if (timeout_ms < -1) {
        return refuse(DAEMONCTX_ERR_RANGE, EINVAL);
    }
    struct holder holder;
    struct deadline deadline = deadline_in(timeout_ms);
    daemonctx_status_t status = open_holder(&holder, path, &deadline);
    if (status != DAEMONCTX_OK) {
        return status == DAEMONCTX_ERR_STATE ? refuse(DAEMONCTX_ERR_TIMEOUT, ETIMEDOUT) : status;
    }
    status = holder.fd < 0 ? refuse(DAEMONCTX_ERR_STATE, EDEADLK) : await_end(&holder, &deadline);
    return close_holder(&holder, status);
}
