/* daemonctx_preserve(): what a hook opened stays. */
#include <sys/stat.h>

#include "context.h"

static daemonctx_status_t refuse(daemonctx_context_t *ctx, daemonctx_status_t status, int32_t fd, const char *reason)
{
    return error_set(ctx, status, DAEMONCTX_STEP_NONE, 0, "cannot preserve descriptor %d: %s", fd, reason);
}

daemonctx_status_t daemonctx_preserve(daemonctx_context_t *ctx, int32_t fd)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (!ctx->launch.preserve_allowed) {
        return refuse(ctx, DAEMONCTX_ERR_STATE, fd, "this is for the prepare, daemon and privileged hooks");
    }
    if (fd < 0) {
        return refuse(ctx, DAEMONCTX_ERR_RANGE, fd, "it is negative");
    }
    struct stat status;
    if (ctx->plan.chroot_directory != NULL && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        return refuse(ctx, DAEMONCTX_ERR_ARGUMENT, fd, "it is a directory, and would lead out of the chroot");
    }
    if (descriptor_set_has(&ctx->plan.keep, fd)) {
        return DAEMONCTX_OK;
    }
    if (ctx->launch.preserve_room == 0 || !descriptor_set_add(&ctx->plan.keep, fd)) {
        return refuse(ctx, DAEMONCTX_ERR_RANGE, fd, "the room for 64 more is used up");
    }
    ctx->launch.preserve_room--;
    return DAEMONCTX_OK;
}
