/* Taking events: the public calls of the event loop. */
#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "clock.h"
#include "context.h"
#include "events/events.h"
#include "options/signal_map.h"

static daemonctx_status_t not_open(daemonctx_context_t *ctx, const char *what)
{
    return error_set(ctx, DAEMONCTX_ERR_STATE, DAEMONCTX_STEP_NONE, 0, "cannot %s: the context is not open", what);
}

daemonctx_status_t daemonctx_signal_fd(daemonctx_context_t *ctx, int32_t *ret_fd)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (ret_fd == NULL) {
        return error_set(ctx, DAEMONCTX_ERR_ARGUMENT, DAEMONCTX_STEP_NONE, 0,
                         "cannot give the signal descriptor: ret_fd is NULL");
    }
    if (ctx->state != CONTEXT_CLOSED && !context_is_open(ctx)) {
        return not_open(ctx, "give the signal descriptor");
    }
    if (events_open(&ctx->events) != 0) {
        return error_set(ctx, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_NONE, errno, "cannot make the signal channel");
    }
    ctx->events.handed_out = true;
    ctx->events.asked = true;
    *ret_fd = ctx->events.channel.read_fd;
    return DAEMONCTX_OK;
}

static void call_handlers(daemonctx_context_t *ctx)
{
    uint64_t due = atomic_exchange(&ctx->events.pending, 0);
    for (int signum = 1; signum < SIGNAL_LIMIT && due != 0; signum++, due >>= 1U) {
        const struct signal_entry *entry = &ctx->options.signal_map[signum];
        if ((due & 1U) != 0 && entry->action == DAEMONCTX_SIGNAL_ACTION_HANDLER) {
            entry->handler(ctx, signum, entry->user_data);
        }
        if (ctx->events.free_after_dispatch) {
            return;
        }
    }
}

/* Handlers may call anything, free() too: the context is freed when the outermost call is done with it. */
static daemonctx_status_t dispatch(daemonctx_context_t *ctx)
{
    bool outermost = !ctx->events.dispatching;
    os_event_drain(&ctx->events.channel);
    ctx->events.dispatching = true;
    call_handlers(ctx);
    daemonctx_status_t status = ctx->events.terminating != 0 ? DAEMONCTX_TERMINATED : DAEMONCTX_OK;
    if (outermost) {
        ctx->events.dispatching = false;
        if (ctx->events.free_after_dispatch) {
            daemonctx_free(ctx);
        }
    }
    return status;
}

/* Events exist from now on; the channel too, whatever the map holds. */
static daemonctx_status_t ask(daemonctx_context_t *ctx, const char *what)
{
    if (!context_is_open(ctx)) {
        return not_open(ctx, what);
    }
    if (events_open(&ctx->events) != 0) {
        return error_set(ctx, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_NONE, errno, "cannot make the signal channel");
    }
    ctx->events.asked = true;
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_dispatch(daemonctx_context_t *ctx)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    daemonctx_status_t status = ask(ctx, "dispatch signals");
    return status == DAEMONCTX_OK ? dispatch(ctx) : status;
}

/* 1: readable, 0: time is over, -1 and errno. A signal that is no event of ours does not end the waiting. */
static int wait_readable(int fd, int32_t timeout_ms)
{
    struct deadline deadline = deadline_in(timeout_ms);
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    for (;;) {
        int result = poll(&poll_fd, 1, deadline_left_ms(&deadline));
        if (result >= 0 || errno != EINTR) {
            return result;
        }
    }
}

daemonctx_status_t daemonctx_wait_events(daemonctx_context_t *ctx, int32_t timeout_ms)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (timeout_ms < -1) {
        return error_set(ctx, DAEMONCTX_ERR_RANGE, DAEMONCTX_STEP_NONE, 0,
                         "cannot wait %d milliseconds: neither a time nor -1 for ever", timeout_ms);
    }
    daemonctx_status_t status = ask(ctx, "wait for signals");
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (ctx->events.terminating != 0) {
        return dispatch(ctx);
    }
    int readable = wait_readable(ctx->events.channel.read_fd, timeout_ms);
    if (readable < 0) {
        return error_set(ctx, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_NONE, errno, "cannot wait for signals");
    }
    return readable == 0 ? DAEMONCTX_IDLE : dispatch(ctx);
}

int32_t daemonctx_is_terminating(const daemonctx_context_t *ctx, int32_t *ret_signum)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (!context_is_open(ctx)) {
        return 0;
    }
    /* Whoever polls this flag ends in its own way, and must not be ended by the handler. Not part of what const
     * promises: the handle is the caller's, its events are the library's. */
    struct events *events = (struct events *)&ctx->events;
    events->asked = true;
    int signum = events->terminating;
    if (signum != 0 && ret_signum != NULL) {
        *ret_signum = signum;
    }
    return signum != 0 ? 1 : 0;
}

daemonctx_status_t daemonctx_terminate(daemonctx_context_t *ctx, int32_t signum)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (!signal_ends_process(signum)) {
        return DAEMONCTX_ERR_RANGE; /* no sentence: another thread, or a signal handler, may be in this call */
    }
    if (!context_is_open(ctx)) {
        return DAEMONCTX_ERR_STATE;
    }
    events_terminate(ctx, signum);
    return DAEMONCTX_OK;
}
