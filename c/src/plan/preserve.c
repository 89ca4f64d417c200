/* daemonctx_preserve(): one more descriptor that stays: an option before open(), in a hook what the hook has just
 * opened. */
#include <stdlib.h>
#include <sys/stat.h>

#include "context.h"

static daemonctx_status_t refuse(daemonctx_context_t *ctx, daemonctx_status_t status, int32_t fd, const char *reason)
{
    return error_set(ctx, status, DAEMONCTX_STEP_NONE, 0, "files_preserve: cannot preserve descriptor %d: %s", fd,
                     reason);
}

/* Between the plan and the report: into the room that the plan has reserved. */
static daemonctx_status_t add_to_plan(daemonctx_context_t *ctx, int32_t fd)
{
    struct stat status;
    if (fd < 0) {
        return refuse(ctx, DAEMONCTX_ERR_RANGE, fd, "it is negative");
    }
    if (ctx->plan.chroot_directory != NULL && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        return refuse(ctx, DAEMONCTX_ERR_ARGUMENT, fd, "it is a directory, and would lead out of the chroot");
    }
    if (descriptor_set_has(&ctx->plan.keep, fd)) {
        return DAEMONCTX_OK;
    }
    if (ctx->launch.preserve_room == 0 || !descriptor_set_add(&ctx->plan.keep, fd)) {
        return refuse(ctx, DAEMONCTX_ERR_MEMORY, fd, "the room for 64 more is used up");
    }
    ctx->launch.preserve_room--;
    return DAEMONCTX_OK;
}

static bool is_listed(const struct options *options, int32_t fd)
{
    for (size_t i = 0; i < options->files_preserve_count; i++) {
        if (options->files_preserve[i] == fd) {
            return true;
        }
    }
    return false;
}

static daemonctx_status_t add_to_option(daemonctx_context_t *ctx, int32_t fd)
{
    struct options *options = &ctx->options;
    daemonctx_status_t status = option_enter(ctx, OPTION_FILES_PRESERVE);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (fd < 0) {
        return option_refuse(ctx, OPTION_FILES_PRESERVE, DAEMONCTX_ERR_RANGE, "descriptor %d is negative", fd);
    }
    /* One more does not make up for a list that was refused: its refusal stays remembered. */
    if (is_listed(options, fd)) {
        return DAEMONCTX_OK;
    }
    if (options->files_preserve_count == FILES_PRESERVE_MAX) {
        return option_refuse(ctx, OPTION_FILES_PRESERVE, DAEMONCTX_ERR_RANGE, "there are %d already",
                             FILES_PRESERVE_MAX);
    }
    int32_t *larger = realloc(options->files_preserve, (options->files_preserve_count + 1) * sizeof(*larger));
    if (larger == NULL) {
        return option_refuse_memory(ctx, OPTION_FILES_PRESERVE);
    }
    larger[options->files_preserve_count++] = fd;
    options->files_preserve = larger;
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_preserve(daemonctx_context_t *ctx, int32_t fd)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    return ctx->launch.preserve_allowed ? add_to_plan(ctx, fd) : add_to_option(ctx, fd);
}
