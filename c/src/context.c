/* The handle's own life: new and free. */
#include "context.h"

#include <stdlib.h>

daemonctx_status_t daemonctx_new(daemonctx_context_t **ret_ctx)
{
    if (ret_ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    daemonctx_context_t *ctx = calloc(1, sizeof(*ctx));
    if (ctx == NULL) {
        return DAEMONCTX_ERR_MEMORY;
    }
    if (pthread_mutex_init(&ctx->telling, NULL) != 0) {
        free(ctx);
        return DAEMONCTX_ERR_MEMORY;
    }
    options_init(&ctx->options);
    error_clear(&ctx->error);
    plan_init(&ctx->plan);
    launch_init(&ctx->launch);
    events_init(&ctx->events);
    *ret_ctx = ctx;
    return DAEMONCTX_OK;
}

void daemonctx_free(daemonctx_context_t *ctx)
{
    if (ctx == NULL) {
        return;
    }
    if (ctx->state == CONTEXT_OPENING || ctx->launch.in_callback) {
        /* From a callback: the launch still needs it; the close that calls a pid-file manager's exit frees it
         * afterwards. */
        ctx->launch.free_when_closed = ctx->state == CONTEXT_CLOSING;
        return;
    }
    ctx->launch.free_when_closed = false;
    (void)daemonctx_close(ctx);
    if (ctx->events.dispatching) {
        ctx->events.free_after_dispatch = true;
        return;
    }
    context_unclaim(ctx); /* a child made without fork handlers still has its parent's claim */
    events_close(&ctx->events);
    plan_release(&ctx->plan);
    options_free(&ctx->options);
    refusals_free(&ctx->refusals);
    (void)pthread_mutex_destroy(&ctx->telling);
    free(ctx);
}

int32_t daemonctx_is_open(const daemonctx_context_t *ctx)
{
    return ctx == NULL ? DAEMONCTX_ERR_ARGUMENT : (context_is_open(ctx) ? 1 : 0);
}

int32_t daemonctx_daemon_pid(const daemonctx_context_t *ctx)
{
    return ctx == NULL ? DAEMONCTX_ERR_ARGUMENT : ctx->launch.daemon_pid;
}
