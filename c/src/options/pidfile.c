/* pidfile: a path, or a manager's pair of callbacks. Each replaces the other. */
#include <stdlib.h>

#include "context.h"
#include "options/options.h"

static void clear(daemonctx_context_t *ctx)
{
    free(ctx->options.pidfile);
    ctx->options.pidfile = NULL;
    ctx->options.pidfile_enter = (struct hook){0};
    ctx->options.pidfile_exit = (struct hook){0};
    option_forget_refusal(ctx, OPTION_PIDFILE);
    option_forget_refusal(ctx, OPTION_PIDFILE_MANAGER);
}

daemonctx_status_t daemonctx_set_pidfile(daemonctx_context_t *ctx, const char *path)
{
    daemonctx_status_t status = option_set_path(ctx, OPTION_PIDFILE, OPTION_PLACE(pidfile), path);
    if (status == DAEMONCTX_OK) {
        ctx->options.pidfile_enter = (struct hook){0};
        ctx->options.pidfile_exit = (struct hook){0};
        option_forget_refusal(ctx, OPTION_PIDFILE_MANAGER);
    }
    return status;
}

daemonctx_status_t daemonctx_get_pidfile(const daemonctx_context_t *ctx, const char **ret_path)
{
    return option_get_text(ctx, OPTION_PLACE(pidfile), ret_path);
}

daemonctx_status_t daemonctx_unset_pidfile(daemonctx_context_t *ctx)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_PIDFILE);
    if (status == DAEMONCTX_OK) {
        clear(ctx);
    }
    return status;
}

daemonctx_status_t daemonctx_set_pidfile_manager(daemonctx_context_t *ctx, daemonctx_hook_fn enter,
                                                 daemonctx_hook_fn exit, void *user_data)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_PIDFILE_MANAGER);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (enter == NULL || exit == NULL) {
        return option_refuse(ctx, OPTION_PIDFILE_MANAGER, DAEMONCTX_ERR_ARGUMENT, "the %s callback is NULL",
                             enter == NULL ? "enter" : "exit");
    }
    clear(ctx);
    ctx->options.pidfile_enter = (struct hook){enter, user_data};
    ctx->options.pidfile_exit = (struct hook){exit, user_data};
    return DAEMONCTX_OK;
}
