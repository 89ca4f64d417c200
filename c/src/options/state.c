/* The bytes that a program hands to itself over a re-exec. */
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "options/options.h"

daemonctx_status_t daemonctx_set_state(daemonctx_context_t *ctx, const void *bytes, size_t length)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_STATE);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (bytes == NULL && length > 0) {
        return option_refuse(ctx, OPTION_STATE, DAEMONCTX_ERR_ARGUMENT, "its %zu bytes are NULL", length);
    }
    if (length > STATE_MAX) {
        return option_refuse(ctx, OPTION_STATE, DAEMONCTX_ERR_RANGE, "%zu bytes are more than %d", length, STATE_MAX);
    }
    unsigned char *copy = NULL;
    if (length > 0) {
        copy = malloc(length);
        if (copy == NULL) {
            return option_refuse_memory(ctx, OPTION_STATE);
        }
        memcpy(copy, bytes, length);
    }
    free(ctx->options.state);
    ctx->options.state = copy;
    ctx->options.state_length = length;
    return option_accept(ctx, OPTION_STATE);
}

daemonctx_status_t daemonctx_get_state(const daemonctx_context_t *ctx, const void **ret_bytes, size_t *ret_length)
{
    if (ctx == NULL || ret_bytes == NULL || ret_length == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_bytes = ctx->options.state;
    *ret_length = ctx->options.state_length;
    return DAEMONCTX_OK;
}
