/* chroot_directory and working_directory: what is relative means the launcher's directory, now. */
#include <errno.h>

#include "context.h"
#include "plan/plan.h"

static daemonctx_status_t make_absolute(daemonctx_context_t *ctx, enum option option, const char *path, char **ret_path)
{
    if (path == NULL) {
        return DAEMONCTX_OK;
    }
    *ret_path = plan_absolute_path(path);
    if (*ret_path == NULL) {
        return error_set(ctx, errno == ENOMEM ? DAEMONCTX_ERR_MEMORY : DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_PLAN, errno,
                         "%s: cannot find out what '%s' is relative to", option_name(option), path);
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t plan_directories(daemonctx_context_t *ctx)
{
    const struct options *options = &ctx->options;
    const char *working = options->working_directory == NULL ? "/" : options->working_directory;
    if (options->chroot_directory != NULL && working[0] != '/') {
        return error_set(ctx, DAEMONCTX_ERR_ARGUMENT, DAEMONCTX_STEP_PLAN, 0,
                         "working_directory '%s' must be absolute: it lies inside chroot_directory '%s'", working,
                         options->chroot_directory);
    }
    daemonctx_status_t status =
        make_absolute(ctx, OPTION_CHROOT_DIRECTORY, options->chroot_directory, &ctx->plan.chroot_directory);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    return make_absolute(ctx, OPTION_WORKING_DIRECTORY, working, &ctx->plan.working_directory);
}
