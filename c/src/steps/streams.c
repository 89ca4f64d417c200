/* stdin, stdout, stderr: what the plan opened, or the program gave, is put on 0 to 2. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "context.h"
#include "steps/steps.h"

static daemonctx_status_t fail(struct failure *failure, int stream, int error)
{
    return failure_set(failure, DAEMONCTX_ERR_SYSTEM, (enum deed)((int)DEED_STREAM_STDIN + stream), error);
}

/* In place a later step may fail: the program must still be able to say so where it could before. */
static daemonctx_status_t save(daemonctx_context_t *ctx, struct failure *failure)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        if (ctx->plan.streams[i].source < 0) {
            continue;
        }
        ctx->launch.saved_streams[i] = fcntl(i, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (ctx->launch.saved_streams[i] < 0 && errno != EBADF) {
            return fail(failure, i, errno);
        }
    }
    return DAEMONCTX_OK;
}

/* A source among 0 to 2 that is not in its place would be overwritten before its turn: it is copied out of the way. */
static daemonctx_status_t move_aside(daemonctx_context_t *ctx, struct failure *failure)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        struct planned_stream *stream = &ctx->plan.streams[i];
        if (stream->source < 0 || stream->source > STDERR_FILENO || stream->source == i) {
            continue;
        }
        int copy = fcntl(stream->source, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (copy < 0) {
            return fail(failure, i, errno);
        }
        stream->source = copy;
        stream->own = true;
    }
    return DAEMONCTX_OK;
}

static daemonctx_status_t put(const struct planned_stream *planned, int stream, struct failure *failure)
{
    if (planned->source < 0 || planned->source == stream) {
        /* It stays where it is; dup2() onto itself would keep a close-on-exec flag that the daemon's children suffer
         * from. */
        return fcntl(stream, F_SETFD, 0) == 0 ? DAEMONCTX_OK : fail(failure, stream, errno);
    }
    return dup2(planned->source, stream) == stream ? DAEMONCTX_OK : fail(failure, stream, errno);
}

static void close_sources(struct plan *plan)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        if (plan->streams[i].own) {
            descriptor_close(&plan->streams[i].source);
        }
        plan->streams[i].source = -1;
        plan->streams[i].own = false;
    }
    descriptor_close(&plan->null_fd);
}

daemonctx_status_t streams_switch(daemonctx_context_t *ctx, struct failure *failure)
{
    daemonctx_status_t status =
        ctx->launch.role == ROLE_IN_PLACE && ctx->state == CONTEXT_OPENING ? save(ctx, failure) : DAEMONCTX_OK;
    if (status == DAEMONCTX_OK) {
        status = move_aside(ctx, failure);
    }
    for (int i = 0; i < STREAM_COUNT && status == DAEMONCTX_OK; i++) {
        status = put(&ctx->plan.streams[i], i, failure);
    }
    if (status == DAEMONCTX_OK) {
        close_sources(&ctx->plan);
    }
    return status;
}

/* Until the daemon is ready it may write to the launcher's terminal; but nothing may land on a closed 0 to 2. */
static daemonctx_status_t fill_closed(daemonctx_context_t *ctx, struct failure *failure)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        const struct planned_stream *stream = &ctx->plan.streams[i];
        if (fcntl(i, F_GETFD) < 0 && stream->source >= 0 && dup2(stream->source, i) != i) {
            return fail(failure, i, errno);
        }
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t step_streams(daemonctx_context_t *ctx, struct failure *failure)
{
    /* Ready on open is ready now. */
    if (ctx->options.stream_switch == DAEMONCTX_STREAM_SWITCH_AT_OPEN ||
        ctx->options.ready_mode == DAEMONCTX_READY_MODE_ON_OPEN) {
        return streams_switch(ctx, failure);
    }
    ctx->launch.streams_pending = true;
    return fill_closed(ctx, failure);
}
