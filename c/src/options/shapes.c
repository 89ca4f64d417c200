/* Setters and getters of the shapes that many options share: one of a list, a flag, a hook, a text. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "options/options.h"

static void *at(daemonctx_context_t *ctx, option_place_t place)
{
    return (char *)&ctx->options + place;
}

static const void *at_const(const daemonctx_context_t *ctx, option_place_t place)
{
    return (const char *)&ctx->options + place;
}

daemonctx_status_t option_set_enum(daemonctx_context_t *ctx, enum option option, option_place_t place, uint32_t value,
                                   uint32_t last)
{
    daemonctx_status_t status = option_enter(ctx, option);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (value > last) {
        return option_refuse(ctx, option, DAEMONCTX_ERR_RANGE, "%u is not one of its values, 0 to %u", value, last);
    }
    *(uint32_t *)at(ctx, place) = value;
    return option_accept(ctx, option);
}

daemonctx_status_t option_set_flag(daemonctx_context_t *ctx, enum option option, option_place_t place, int32_t value)
{
    daemonctx_status_t status = option_enter(ctx, option);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (value != 0 && value != 1) {
        return option_refuse(ctx, option, DAEMONCTX_ERR_RANGE, "%d is neither 0 nor 1", value);
    }
    *(int32_t *)at(ctx, place) = value;
    return option_accept(ctx, option);
}

daemonctx_status_t option_set_hook(daemonctx_context_t *ctx, enum option option, option_place_t place,
                                   daemonctx_hook_fn fn, void *user_data)
{
    daemonctx_status_t status = option_enter(ctx, option);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    struct hook *stored = at(ctx, place);
    stored->fn = fn;
    stored->user_data = user_data;
    return option_accept(ctx, option);
}

daemonctx_status_t option_get_u32(const daemonctx_context_t *ctx, option_place_t place, uint32_t *ret_value)
{
    if (ctx == NULL || ret_value == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_value = *(const uint32_t *)at_const(ctx, place);
    return DAEMONCTX_OK;
}

daemonctx_status_t option_get_i32(const daemonctx_context_t *ctx, option_place_t place, int32_t *ret_value)
{
    if (ctx == NULL || ret_value == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_value = *(const int32_t *)at_const(ctx, place);
    return DAEMONCTX_OK;
}

daemonctx_status_t option_get_text(const daemonctx_context_t *ctx, option_place_t place, const char **ret_text)
{
    if (ctx == NULL || ret_text == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_text = *(char *const *)at_const(ctx, place);
    return DAEMONCTX_OK;
}

daemonctx_status_t option_copy_text(daemonctx_context_t *ctx, enum option option, const char *text, size_t limit,
                                    char **ret_copy)
{
    if (text == NULL) {
        return option_refuse_null(ctx, option);
    }
    if (text[0] == '\0') {
        return option_refuse(ctx, option, DAEMONCTX_ERR_ARGUMENT, "'' is empty");
    }
    if (strnlen(text, limit) >= limit) {
        return option_refuse(ctx, option, DAEMONCTX_ERR_RANGE, "'%.40s...' is longer than %zu bytes", text, limit - 1);
    }
    char *copy = strdup(text);
    if (copy == NULL) {
        return option_refuse_memory(ctx, option);
    }
    *ret_copy = copy;
    return DAEMONCTX_OK;
}

daemonctx_status_t option_set_path(daemonctx_context_t *ctx, enum option option, option_place_t place, const char *path)
{
    daemonctx_status_t status = option_enter(ctx, option);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    char *copy = NULL;
    status = option_copy_text(ctx, option, path, PATH_MAX, &copy);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    char **stored = at(ctx, place);
    free(*stored);
    *stored = copy;
    return option_accept(ctx, option);
}
