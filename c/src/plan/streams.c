/* The three streams: what each will be is opened here, with the launcher's rights and directory. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"
#include "plan/plan.h"

enum { CREATE_ATTEMPTS = 100 };

/* O_NONBLOCK: a FIFO without a partner or a modem line must not hang the start; it is taken off again afterwards. */
static int stream_flags(bool for_reading)
{
    return (for_reading ? O_RDONLY : O_WRONLY | O_APPEND) | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
}

/* Creating and opening are told apart, so that only a new file gets the mode and the owner asked for. */
static int open_or_create(const char *path, bool for_reading, bool *ret_created)
{
    for (int attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
        *ret_created = false;
        int fd = open(path, stream_flags(for_reading));
        if (fd >= 0 || errno != ENOENT || for_reading) {
            return fd;
        }
        fd = open(path, stream_flags(for_reading) | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
        *ret_created = fd >= 0;
        if (fd >= 0 || errno != EEXIST) {
            return fd;
        }
    }
    return -1; /* made and removed by others again and again, or a link to nowhere: EEXIST */
}

int plan_open_stream(const char *path, bool for_reading, uint32_t mode, bool *ret_created)
{
    int fd = descriptor_above_streams(open_or_create(path, for_reading, ret_created));
    if (fd < 0) {
        return -1;
    }
    struct stat status;
    int flags = fcntl(fd, F_GETFL);
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EISDIR; /* opening one for reading succeeds, and no read ever will */
    } else if (flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0 &&
               (!*ret_created || fchmod(fd, (mode_t)mode) == 0)) {
        return fd;
    }
    int error = errno;
    (void)close(fd);
    if (*ret_created) {
        (void)unlink(path);
        *ret_created = false;
    }
    errno = error;
    return -1;
}

static daemonctx_status_t refuse(daemonctx_context_t *ctx, int stream, const char *what, const char *path)
{
    return error_set(ctx, errno == ENOMEM ? DAEMONCTX_ERR_MEMORY : DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_PLAN, errno,
                     "%s: cannot %s '%s'", option_name((enum option)((int)OPTION_STDIN + stream)), what, path);
}

static daemonctx_status_t plan_null(daemonctx_context_t *ctx, int stream)
{
    struct plan *plan = &ctx->plan;
    if (plan->null_fd < 0) {
        plan->null_fd = descriptor_above_streams(open("/dev/null", O_RDWR | O_CLOEXEC | O_NOCTTY));
    }
    if (plan->null_fd < 0) {
        return refuse(ctx, stream, "open", "/dev/null");
    }
    plan->streams[stream].source = plan->null_fd;
    return DAEMONCTX_OK;
}

/* The check without a trace: nothing is opened, for a FIFO's reader would see that, and nothing created. */
static daemonctx_status_t rehearse(daemonctx_context_t *ctx, int stream, const char *path)
{
    bool for_reading = stream == STDIN_FILENO;
    struct stat status;
    if (stat(path, &status) == 0) {
        errno = EISDIR;
        bool usable = !S_ISDIR(status.st_mode) && faccessat(AT_FDCWD, path, for_reading ? R_OK : W_OK, AT_EACCESS) == 0;
        return usable ? DAEMONCTX_OK : refuse(ctx, stream, "open", path);
    }
    if (errno != ENOENT || for_reading) {
        return refuse(ctx, stream, "open", path);
    }
    errno = EEXIST;
    if (lstat(path, &status) == 0) {
        return refuse(ctx, stream, "open", path); /* a link to nowhere: nothing is created through it */
    }
    char *directory = strdup(path);
    if (directory == NULL) {
        return refuse(ctx, stream, "open", path);
    }
    strrchr(directory, '/')[1] = '\0';
    bool writable = faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0;
    free(directory);
    return writable ? DAEMONCTX_OK : refuse(ctx, stream, "open", path);
}

static daemonctx_status_t plan_path(daemonctx_context_t *ctx, int stream)
{
    const struct stream_option *option = &ctx->options.streams[stream];
    const struct planned_identity *identity = &ctx->plan.identity;
    struct planned_stream *planned = &ctx->plan.streams[stream];
    planned->path = plan_absolute_path(option->path);
    planned->mode = option->mode;
    if (planned->path == NULL) {
        return refuse(ctx, stream, "find", option->path);
    }
    if (ctx->plan.dry) {
        return rehearse(ctx, stream, planned->path);
    }
    planned->source = plan_open_stream(planned->path, stream == STDIN_FILENO, option->mode, &planned->created);
    if (planned->source < 0) {
        return refuse(ctx, stream, "open", planned->path);
    }
    planned->own = true;
    /* A file of the launcher's would be one that the daemon cannot open again when its log is rotated. */
    bool other = identity->uid != geteuid() || identity->gid != getegid();
    if (planned->created && other && fchown(planned->source, identity->uid, identity->gid) != 0) {
        return refuse(ctx, stream, "give to the daemon's user", planned->path);
    }
    return DAEMONCTX_OK;
}

static daemonctx_status_t plan_stream(daemonctx_context_t *ctx, int stream)
{
    const struct stream_option *option = &ctx->options.streams[stream];
    switch (option->kind) {
    case DAEMONCTX_STREAM_KIND_FD:
        ctx->plan.streams[stream].source = option->fd;
        return DAEMONCTX_OK;
    case DAEMONCTX_STREAM_KIND_PATH:
        return plan_path(ctx, stream);
    default:
        return ctx->plan.streams[stream].stays ? DAEMONCTX_OK : plan_null(ctx, stream);
    }
}

daemonctx_status_t plan_streams(daemonctx_context_t *ctx)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        daemonctx_status_t status = plan_stream(ctx, i);
        if (status != DAEMONCTX_OK) {
            return status;
        }
    }
    return DAEMONCTX_OK;
}
