/* files_preserve: the descriptors that stay open. */
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "options/options.h"

static daemonctx_status_t store(daemonctx_context_t *ctx, const int32_t *fds, size_t count)
{
    int32_t *copy = NULL;
    if (count > 0) {
        copy = count > SIZE_MAX / sizeof(*fds) ? NULL : malloc(count * sizeof(*fds));
        if (copy == NULL) {
            return option_refuse_memory(ctx, OPTION_FILES_PRESERVE);
        }
        memcpy(copy, fds, count * sizeof(*fds));
    }
    free(ctx->options.files_preserve);
    ctx->options.files_preserve = copy;
    ctx->options.files_preserve_count = count;
    return option_accept(ctx, OPTION_FILES_PRESERVE);
}

daemonctx_status_t daemonctx_set_files_preserve(daemonctx_context_t *ctx, const int32_t *fds, size_t count)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_FILES_PRESERVE);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (fds == NULL && count > 0) {
        return option_refuse(ctx, OPTION_FILES_PRESERVE, DAEMONCTX_ERR_ARGUMENT, "the list of %zu is NULL", count);
    }
    if (count > FILES_PRESERVE_MAX) {
        return option_refuse(ctx, OPTION_FILES_PRESERVE, DAEMONCTX_ERR_RANGE, "%zu descriptors are more than %d", count,
                             FILES_PRESERVE_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        if (fds[i] < 0) {
            return option_refuse(ctx, OPTION_FILES_PRESERVE, DAEMONCTX_ERR_RANGE, "descriptor %d is negative", fds[i]);
        }
    }
    return store(ctx, fds, count);
}

daemonctx_status_t daemonctx_get_files_preserve(const daemonctx_context_t *ctx, const int32_t **ret_fds,
                                                size_t *ret_count)
{
    if (ctx == NULL || ret_fds == NULL || ret_count == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_fds = ctx->options.files_preserve;
    *ret_count = ctx->options.files_preserve_count;
    return DAEMONCTX_OK;
}
