/* stdin, stdout, stderr: what each becomes in the daemon. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "context.h"
#include "options/options.h"

enum { STREAM_MODE_MAX = 0777 };

static enum option option_of(int stream)
{
    return (enum option)((int)OPTION_STDIN + stream);
}

static daemonctx_status_t store(daemonctx_context_t *ctx, int stream, struct stream_option value)
{
    struct stream_option *stored = &ctx->options.streams[stream];
    free(stored->path);
    *stored = value;
    return option_accept(ctx, option_of(stream));
}

static daemonctx_status_t set_kind(daemonctx_context_t *ctx, int stream, uint32_t kind)
{
    daemonctx_status_t status = option_enter(ctx, option_of(stream));
    return status != DAEMONCTX_OK ? status : store(ctx, stream, (struct stream_option){.kind = kind});
}

static daemonctx_status_t set_fd(daemonctx_context_t *ctx, int stream, int32_t fd)
{
    daemonctx_status_t status = option_enter(ctx, option_of(stream));
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (fd < 0) {
        return option_refuse(ctx, option_of(stream), DAEMONCTX_ERR_RANGE, "descriptor %d is negative", fd);
    }
    return store(ctx, stream, (struct stream_option){.kind = DAEMONCTX_STREAM_KIND_FD, .fd = fd});
}

static daemonctx_status_t set_path(daemonctx_context_t *ctx, int stream, const char *path, uint32_t mode)
{
    daemonctx_status_t status = option_enter(ctx, option_of(stream));
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (mode > STREAM_MODE_MAX) {
        return option_refuse(ctx, option_of(stream), DAEMONCTX_ERR_RANGE, "mode %#o (%u) is not 0 to 0777", mode, mode);
    }
    char *copy = NULL;
    status = option_copy_text(ctx, option_of(stream), path, PATH_MAX, &copy);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    return store(ctx, stream, (struct stream_option){.kind = DAEMONCTX_STREAM_KIND_PATH, .path = copy, .mode = mode});
}

static daemonctx_status_t get_kind(const daemonctx_context_t *ctx, int stream, uint32_t *ret_kind)
{
    if (ctx == NULL || ret_kind == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_kind = ctx->options.streams[stream].kind;
    return DAEMONCTX_OK;
}

static daemonctx_status_t get_fd(const daemonctx_context_t *ctx, int stream, int32_t *ret_fd)
{
    if (ctx == NULL || ret_fd == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (ctx->options.streams[stream].kind != DAEMONCTX_STREAM_KIND_FD) {
        return DAEMONCTX_ERR_NOT_FOUND;
    }
    *ret_fd = ctx->options.streams[stream].fd;
    return DAEMONCTX_OK;
}

static daemonctx_status_t get_path(const daemonctx_context_t *ctx, int stream, const char **ret_path,
                                   uint32_t *ret_mode)
{
    if (ctx == NULL || ret_path == NULL || ret_mode == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (ctx->options.streams[stream].kind != DAEMONCTX_STREAM_KIND_PATH) {
        return DAEMONCTX_ERR_NOT_FOUND;
    }
    *ret_path = ctx->options.streams[stream].path;
    *ret_mode = ctx->options.streams[stream].mode;
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_set_stdin(daemonctx_context_t *ctx, int32_t fd)
{
    return set_fd(ctx, STDIN_FILENO, fd);
}

daemonctx_status_t daemonctx_set_stdin_path(daemonctx_context_t *ctx, const char *path)
{
    return set_path(ctx, STDIN_FILENO, path, 0);
}

daemonctx_status_t daemonctx_set_stdin_null(daemonctx_context_t *ctx)
{
    return set_kind(ctx, STDIN_FILENO, DAEMONCTX_STREAM_KIND_NULL);
}

daemonctx_status_t daemonctx_set_stdin_inherit(daemonctx_context_t *ctx)
{
    return set_kind(ctx, STDIN_FILENO, DAEMONCTX_STREAM_KIND_INHERIT);
}

daemonctx_status_t daemonctx_get_stdin_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind)
{
    return get_kind(ctx, STDIN_FILENO, ret_kind);
}

daemonctx_status_t daemonctx_get_stdin(const daemonctx_context_t *ctx, int32_t *ret_fd)
{
    return get_fd(ctx, STDIN_FILENO, ret_fd);
}

daemonctx_status_t daemonctx_get_stdin_path(const daemonctx_context_t *ctx, const char **ret_path)
{
    uint32_t mode = 0;
    return get_path(ctx, STDIN_FILENO, ret_path, &mode);
}

daemonctx_status_t daemonctx_set_stdout(daemonctx_context_t *ctx, int32_t fd)
{
    return set_fd(ctx, STDOUT_FILENO, fd);
}

daemonctx_status_t daemonctx_set_stdout_path(daemonctx_context_t *ctx, const char *path, uint32_t mode)
{
    return set_path(ctx, STDOUT_FILENO, path, mode);
}

daemonctx_status_t daemonctx_set_stdout_null(daemonctx_context_t *ctx)
{
    return set_kind(ctx, STDOUT_FILENO, DAEMONCTX_STREAM_KIND_NULL);
}

daemonctx_status_t daemonctx_set_stdout_inherit(daemonctx_context_t *ctx)
{
    return set_kind(ctx, STDOUT_FILENO, DAEMONCTX_STREAM_KIND_INHERIT);
}

daemonctx_status_t daemonctx_get_stdout_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind)
{
    return get_kind(ctx, STDOUT_FILENO, ret_kind);
}

daemonctx_status_t daemonctx_get_stdout(const daemonctx_context_t *ctx, int32_t *ret_fd)
{
    return get_fd(ctx, STDOUT_FILENO, ret_fd);
}

daemonctx_status_t daemonctx_get_stdout_path(const daemonctx_context_t *ctx, const char **ret_path, uint32_t *ret_mode)
{
    return get_path(ctx, STDOUT_FILENO, ret_path, ret_mode);
}

daemonctx_status_t daemonctx_set_stderr(daemonctx_context_t *ctx, int32_t fd)
{
    return set_fd(ctx, STDERR_FILENO, fd);
}

daemonctx_status_t daemonctx_set_stderr_path(daemonctx_context_t *ctx, const char *path, uint32_t mode)
{
    return set_path(ctx, STDERR_FILENO, path, mode);
}

daemonctx_status_t daemonctx_set_stderr_null(daemonctx_context_t *ctx)
{
    return set_kind(ctx, STDERR_FILENO, DAEMONCTX_STREAM_KIND_NULL);
}

daemonctx_status_t daemonctx_set_stderr_inherit(daemonctx_context_t *ctx)
{
    return set_kind(ctx, STDERR_FILENO, DAEMONCTX_STREAM_KIND_INHERIT);
}

daemonctx_status_t daemonctx_get_stderr_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind)
{
    return get_kind(ctx, STDERR_FILENO, ret_kind);
}

daemonctx_status_t daemonctx_get_stderr(const daemonctx_context_t *ctx, int32_t *ret_fd)
{
    return get_fd(ctx, STDERR_FILENO, ret_fd);
}

daemonctx_status_t daemonctx_get_stderr_path(const daemonctx_context_t *ctx, const char **ret_path, uint32_t *ret_mode)
{
    return get_path(ctx, STDERR_FILENO, ret_path, ret_mode);
}
