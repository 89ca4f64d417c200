/* Error detail: recording it, and giving it out. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "context.h"

void failure_clear(struct failure *failure)
{
    memset(failure, 0, offsetof(struct failure, text) + 1);
    failure->exit_code = -1;
    failure->signal = -1;
}

daemonctx_status_t failure_set(struct failure *failure, daemonctx_status_t status, enum deed deed, int error)
{
    failure->status = status;
    failure->deed = deed;
    failure->error = error;
    return status;
}

/* How many bytes before the cut begin a UTF-8 character that goes on behind it. Text in another encoding loses none. */
static size_t torn_bytes(const char *text, size_t cut)
{
    for (size_t back = 0; back < 4; back++) {
        unsigned byte = (unsigned char)text[cut - back];
        if ((byte & 0xC0U) != 0x80U) {
            return back;
        }
    }
    return 0;
}

void failure_set_text(struct failure *failure, const char *text)
{
    size_t length = strnlen(text, FAILURE_TEXT_MAX + 1);
    if (length > FAILURE_TEXT_MAX) {
        length = FAILURE_TEXT_MAX - torn_bytes(text, FAILURE_TEXT_MAX);
    }
    memcpy(failure->text, text, length);
    failure->text[length] = '\0';
    failure->text_length = (uint32_t)length;
}

void error_clear(struct error *error)
{
    error->status = DAEMONCTX_OK;
    error->step = DAEMONCTX_STEP_NONE;
    error->error = 0;
    error->pid = 0;
    error->exit_code = -1;
    error->signal = -1;
    error->message[0] = '\0';
}

const char *error_text(int error, char *buffer, size_t size)
{
#if defined(__GLIBC__)
    return strerror_r(error, buffer, size);
#else
    return strerror_r(error, buffer, size) == 0 ? buffer : "unknown error";
#endif
}

daemonctx_status_t error_set(daemonctx_context_t *ctx, daemonctx_status_t status, daemonctx_step_t step, int error,
                             const char *format, ...)
{
    struct error *detail = &ctx->error;
    error_clear(detail);
    detail->status = status;
    detail->step = step;
    detail->error = error;

    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(detail->message, sizeof(detail->message), format, arguments);
    va_end(arguments);
    size_t used = written < 0 ? 0 : (size_t)written;
    if (error != 0 && used < sizeof(detail->message)) {
        char words[128];
        (void)snprintf(detail->message + used, sizeof(detail->message) - used, ": %s",
                       error_text(error, words, sizeof(words)));
    }
    return status;
}

daemonctx_status_t daemonctx_error_status(const daemonctx_context_t *ctx)
{
    return ctx == NULL ? DAEMONCTX_ERR_ARGUMENT : ctx->error.status;
}

daemonctx_step_t daemonctx_error_step(const daemonctx_context_t *ctx)
{
    return ctx == NULL ? DAEMONCTX_STEP_NONE : ctx->error.step;
}

int32_t daemonctx_error_errno(const daemonctx_context_t *ctx)
{
    return ctx == NULL ? DAEMONCTX_ERR_ARGUMENT : ctx->error.error;
}

int32_t daemonctx_error_pid(const daemonctx_context_t *ctx)
{
    return ctx == NULL ? DAEMONCTX_ERR_ARGUMENT : ctx->error.pid;
}

int32_t daemonctx_error_exit_code(const daemonctx_context_t *ctx)
{
    return ctx == NULL ? DAEMONCTX_ERR_ARGUMENT : ctx->error.exit_code;
}

int32_t daemonctx_error_signal(const daemonctx_context_t *ctx)
{
    return ctx == NULL ? DAEMONCTX_ERR_ARGUMENT : ctx->error.signal;
}

const char *daemonctx_error_message(const daemonctx_context_t *ctx)
{
    return ctx == NULL ? daemonctx_status_message(DAEMONCTX_ERR_ARGUMENT) : ctx->error.message;
}
