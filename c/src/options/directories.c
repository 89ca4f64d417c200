/* chroot_directory and working_directory: stored as given, made absolute by the plan. */
#include <limits.h>
#include <stdlib.h>

#include "context.h"
#include "options/options.h"

daemonctx_status_t daemonctx_set_chroot_directory(daemonctx_context_t *ctx, const char *path)
{
    return option_set_path(ctx, OPTION_CHROOT_DIRECTORY, OPTION_PLACE(chroot_directory), path);
}

daemonctx_status_t daemonctx_unset_chroot_directory(daemonctx_context_t *ctx)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_CHROOT_DIRECTORY);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    free(ctx->options.chroot_directory);
    ctx->options.chroot_directory = NULL;
    return option_accept(ctx, OPTION_CHROOT_DIRECTORY);
}

daemonctx_status_t daemonctx_get_chroot_directory(const daemonctx_context_t *ctx, const char **ret_path)
{
    return option_get_text(ctx, OPTION_PLACE(chroot_directory), ret_path);
}

daemonctx_status_t daemonctx_set_working_directory(daemonctx_context_t *ctx, const char *path)
{
    return option_set_path(ctx, OPTION_WORKING_DIRECTORY, OPTION_PLACE(working_directory), path);
}

daemonctx_status_t daemonctx_get_working_directory(const daemonctx_context_t *ctx, const char **ret_path)
{
    if (ctx == NULL || ret_path == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_path = ctx->options.working_directory == NULL ? "/" : ctx->options.working_directory;
    return DAEMONCTX_OK;
}
