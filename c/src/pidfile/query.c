/* Asking who holds a pid file. The lock decides; the content is only believed while somebody holds the lock. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"
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

int pidfile_holder(int fd, pid_t *ret_pid)
{
    pid_t attested = 0;
    int held = os_lock_is_held(fd);
    if (held <= 0) {
        return held;
    }
    int named = os_lock_attested_pid(fd, &attested);
    if (named != 0) {
        /* A holder without a number here is another pid namespace's: what the content says would be an innocent
         * process. */
        *ret_pid = attested;
        return named;
    }
    /* Not attested: still starting (empty), or the daemon closed another descriptor of the file and so lost the record
     * lock. Then the content counts, if it is the same while the lock is held before and after. */
    pid_t before = read_pid(fd);
    held = os_lock_is_held(fd);
    if (held == 1) {
        *ret_pid = before == read_pid(fd) ? before : 0;
    }
    return held;
}

bool pidfile_is_own(const struct stat *status)
{
    const daemonctx_context_t *ctx = context_current();
    return ctx != NULL && context_is_open(ctx) && ctx->plan.pidfile.fd >= 0 &&
           ctx->plan.pidfile.device == status->st_dev && ctx->plan.pidfile.inode == status->st_ino;
}

static daemonctx_status_t query_opened(int fd, int32_t *ret_pid)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return DAEMONCTX_ERR_SYSTEM;
    }
    if (!S_ISREG(status.st_mode)) {
        return DAEMONCTX_ERR_UNSAFE_PATH;
    }
    pid_t pid = 0;
    int held = pidfile_holder(fd, &pid);
    if (held < 0) {
        return DAEMONCTX_ERR_SYSTEM;
    }
    if (held == 0) {
        return DAEMONCTX_NOT_RUNNING;
    }
    *ret_pid = pid;
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_pidfile_query(const char *path, int32_t *ret_pid)
{
    if (path == NULL || path[0] == '\0' || ret_pid == NULL) {
        errno = EINVAL;
        return DAEMONCTX_ERR_ARGUMENT;
    }
    struct stat status;
    if (lstat(path, &status) != 0) {
        return errno == ENOENT ? DAEMONCTX_NOT_RUNNING : DAEMONCTX_ERR_SYSTEM;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = EINVAL;
        return DAEMONCTX_ERR_UNSAFE_PATH;
    }
    if (pidfile_is_own(&status)) {
        *ret_pid = getpid();
        return DAEMONCTX_OK;
    }
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return errno == ENOENT ? DAEMONCTX_NOT_RUNNING : DAEMONCTX_ERR_SYSTEM;
    }
    daemonctx_status_t result = query_opened(fd, ret_pid);
    int error = errno;
    (void)close(fd);
    errno = error;
    return result;
}
