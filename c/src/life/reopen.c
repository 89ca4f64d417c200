/* reopen_streams(): after a log file was moved away. All files are opened before the first stream is changed. */
#include <errno.h>
#include <unistd.h>

#include "context.h"
#include "plan/plan.h"

static daemonctx_status_t refuse(daemonctx_context_t *ctx, daemonctx_status_t status, int error, int stream)
{
    return error_set(ctx, status, DAEMONCTX_STEP_STREAMS, error, "%s: cannot open '%s' again, the old file stays",
                     option_name((enum option)((int)OPTION_STDIN + stream)), ctx->plan.streams[stream].path);
}

static daemonctx_status_t open_all(daemonctx_context_t *ctx, int fresh[STREAM_COUNT])
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        const struct planned_stream *stream = &ctx->plan.streams[i];
        bool created = false;
        if (stream->path == NULL) {
            continue;
        }
        fresh[i] = plan_open_stream(stream->path, i == STDIN_FILENO, stream->mode, &created);
        if (fresh[i] < 0) {
            return refuse(ctx, DAEMONCTX_ERR_SYSTEM, errno, i);
        }
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_reopen_streams(daemonctx_context_t *ctx)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (!context_is_open(ctx) || ctx->launch.streams_pending) {
        return error_set(ctx, DAEMONCTX_ERR_STATE, DAEMONCTX_STEP_NONE, 0, "cannot reopen the streams: %s",
                         context_is_open(ctx) ? "they are not switched yet" : "the context is not open");
    }
    int fresh[STREAM_COUNT] = {-1, -1, -1};
    daemonctx_status_t status = open_all(ctx, fresh);
    for (int i = 0; i < STREAM_COUNT; i++) {
        if (status == DAEMONCTX_OK && fresh[i] >= 0 && dup2(fresh[i], i) != i) {
            status = refuse(ctx, DAEMONCTX_ERR_SYSTEM, errno, i);
        }
        descriptor_close(&fresh[i]);
    }
    return status;
}
