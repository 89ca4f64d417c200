/* Asking who holds a pid file. The lock decides; the content is only believed while somebody holds the lock. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"
#include "descriptor.h"
#include "os/os.h"
#include "pidfile/pidfile.h"

enum { CONTENT_SIZE = 32 };

pid_t pidfile_parse(const char *content, size_t length)
{
    if (length < 2 || content[length - 1] != '\n' || content[0] == '0') {
        return 0;
    }
    long long pid = 0;
    for (size_t i = 0; i < length - 1; i++) {
        if (content[i] < '0' || content[i] > '9' || pid > INT_MAX) {
            return 0;
        }
        pid = pid * 10 + (content[i] - '0');
    }
    return pid > INT_MAX ? 0 : (pid_t)pid;
}

static pid_t read_pid(int fd)
{
    char content[CONTENT_SIZE];
    ssize_t length = pread(fd, content, sizeof(content), 0);
    return length <= 0 ? 0 : pidfile_parse(content, (size_t)length);
}

/*
 * Only a process that has the file open, and locked by that, can be its holder. A content that names another one is a
 * mistake, or an attack on that process by somebody who may write the file; and a record lock outlives a process that
 * shared its descriptors (clone(2), CLONE_FILES), so that its pid may be a later process's.
 */
static int has_locked(int fd, pid_t pid)
{
    struct stat file;
    return fstat(fd, &file) == 0 ? os_process_has_locked(pid, &file) : -1;
}

/*
 * Without the kernel's word: whoever cannot look (a process that is not dumpable shows its descriptors to root alone)
 * believes the content of a process that he may signal, his own daemon; root never does.
 */
static bool may_hold(int fd, pid_t pid)
{
    int locked = has_locked(fd, pid);
    return locked > 0 || (locked < 0 && geteuid() != 0 && kill(pid, 0) == 0);
}

int pidfile_holder(int fd, pid_t *ret_pid)
{
    pid_t attested = 0;
    bool starting = false;
    int held = os_lock_is_held(fd);
    if (held <= 0) {
        return held;
    }
    int named = os_lock_attested_pid(fd, &attested, &starting);
    if (named < 0) {
        return named;
    }
    if (named > 0 && (attested == 0 || has_locked(fd, attested) != 0)) {
        /* What the content says of another pid namespace's holder would be an innocent process. */
        *ret_pid = starting ? PIDFILE_STARTING : attested == 0 ? PIDFILE_ELSEWHERE : attested;
        return named;
    }
    /* Nobody is attested: still starting (empty), or the daemon closed another descriptor of the file and so lost the
     * record lock. Then the content counts, if it is the same while the lock is held before and after. */
    pid_t before = read_pid(fd);
    bool possible = before > 0 && may_hold(fd, before);
    held = os_lock_is_held(fd);
    if (held == 1) {
        *ret_pid = possible && before == read_pid(fd) ? before : PIDFILE_STARTING;
    }
    return held;
}

bool pidfile_is_own(const struct stat *status)
{
    const daemonctx_context_t *ctx = context_current();
    return ctx != NULL && context_is_open(ctx) && ctx->plan.pidfile.fd >= 0 &&
           ctx->plan.pidfile.device == status->st_dev && ctx->plan.pidfile.inode == status->st_ino;
}

daemonctx_status_t pidfile_examine(const char *path, int *ret_fd)
{
    struct stat status;
    if (path == NULL || path[0] == '\0') {
        errno = EINVAL;
        return DAEMONCTX_ERR_ARGUMENT;
    }
    /* Looked at before it is opened, so that a device is not even opened; and after, for it may have been exchanged. */
    if (lstat(path, &status) != 0) {
        return errno == ENOENT ? DAEMONCTX_NOT_RUNNING : DAEMONCTX_ERR_SYSTEM;
    }
    int fd = -1;
    if (S_ISREG(status.st_mode) && !pidfile_is_own(&status)) {
        fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0 || fstat(fd, &status) != 0) {
            int error = errno;
            descriptor_close(&fd);
            errno = error;
            return error == ENOENT  ? DAEMONCTX_NOT_RUNNING
                   : error == ELOOP ? DAEMONCTX_ERR_UNSAFE_PATH
                                    : DAEMONCTX_ERR_SYSTEM;
        }
    }
    if (!S_ISREG(status.st_mode)) {
        descriptor_close(&fd);
        errno = EINVAL;
        return DAEMONCTX_ERR_UNSAFE_PATH;
    }
    *ret_fd = fd;
    return DAEMONCTX_OK;
}

static daemonctx_status_t query_opened(int fd, int32_t *ret_pid)
{
    pid_t pid = 0;
    int held = pidfile_holder(fd, &pid);
    if (held == 1) {
        *ret_pid = pid > 0 ? pid : 0;
    }
    return held < 0 ? DAEMONCTX_ERR_SYSTEM : held == 0 ? DAEMONCTX_NOT_RUNNING : DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_pidfile_query(const char *path, int32_t *ret_pid)
{
    if (ret_pid == NULL) {
        errno = EINVAL;
        return DAEMONCTX_ERR_ARGUMENT;
    }
    int fd = -1;
    daemonctx_status_t status = pidfile_examine(path, &fd);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (fd < 0) {
        *ret_pid = getpid();
        return DAEMONCTX_OK;
    }
    status = query_opened(fd, ret_pid);
    int error = errno;
    (void)close(fd);
    errno = error;
    return status;
}
