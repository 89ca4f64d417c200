/* signal_map: edited signal by signal, and signal_reset for those outside it. */
#include "options/signal_map.h"

#include <signal.h>
#include <string.h>

#include "context.h"

void signal_map_init(struct options *options)
{
    for (int signum = 0; signum < SIGNAL_LIMIT; signum++) {
        options->signal_map[signum] = (struct signal_entry){.action = DAEMONCTX_SIGNAL_ACTION_UNSET};
    }
    options->signal_map[SIGTTIN].action = DAEMONCTX_SIGNAL_ACTION_IGNORE;
    options->signal_map[SIGTTOU].action = DAEMONCTX_SIGNAL_ACTION_IGNORE;
    options->signal_map[SIGTSTP].action = DAEMONCTX_SIGNAL_ACTION_IGNORE;
    options->signal_map[SIGTERM].action = DAEMONCTX_SIGNAL_ACTION_TERMINATE;
}

bool signal_exists(int32_t signum)
{
    return (signum > 0 && signum < OS_SIGNAL_RESERVED_FIRST) || (signum >= SIGRTMIN && signum <= SIGRTMAX);
}

bool signal_ends_process(int32_t signum)
{
    switch (signum) {
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH:
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return false;
    default:
        return signal_exists(signum);
    }
}

bool signal_action_is_ours(uint32_t action)
{
    return action == DAEMONCTX_SIGNAL_ACTION_TERMINATE || action == DAEMONCTX_SIGNAL_ACTION_HANDLER;
}

/* A signal's own slot of refusals; numbers that no system has share the map's. */
static enum option slot(int32_t signum)
{
    return signum > 0 && signum < SIGNAL_LIMIT ? (enum option)((int)OPTION_SIGNAL_MAP + signum) : OPTION_SIGNAL_MAP;
}

static daemonctx_status_t check_signal(daemonctx_context_t *ctx, int32_t signum)
{
    daemonctx_status_t status = option_enter(ctx, slot(signum));
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (!signal_exists(signum)) {
        return option_refuse(ctx, slot(signum), DAEMONCTX_ERR_RANGE, "there is no signal %d", signum);
    }
    if (signum == SIGKILL || signum == SIGSTOP) {
        return option_refuse(ctx, slot(signum), DAEMONCTX_ERR_RANGE, "signal %d (SIG%s) cannot be changed", signum,
                             signum == SIGKILL ? "KILL" : "STOP");
    }
    return DAEMONCTX_OK;
}

static daemonctx_status_t store(daemonctx_context_t *ctx, int32_t signum, struct signal_entry entry)
{
    ctx->options.signal_map[signum] = entry;
    return option_accept(ctx, slot(signum));
}

daemonctx_status_t daemonctx_set_signal_action(daemonctx_context_t *ctx, int32_t signum, uint32_t action)
{
    daemonctx_status_t status = check_signal(ctx, signum);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (action > DAEMONCTX_SIGNAL_ACTION_TERMINATE) {
        return option_refuse(ctx, slot(signum), DAEMONCTX_ERR_RANGE,
                             "%u is not an action for signal %d (ignore 0, default 1, terminate 2)", action, signum);
    }
    return store(ctx, signum, (struct signal_entry){.action = action});
}

daemonctx_status_t daemonctx_set_signal_handler(daemonctx_context_t *ctx, int32_t signum, daemonctx_signal_fn fn,
                                                void *user_data)
{
    daemonctx_status_t status = check_signal(ctx, signum);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (fn == NULL) {
        return option_refuse(ctx, slot(signum), DAEMONCTX_ERR_ARGUMENT, "the handler of signal %d is NULL", signum);
    }
    return store(
        ctx, signum,
        (struct signal_entry){.action = DAEMONCTX_SIGNAL_ACTION_HANDLER, .handler = fn, .user_data = user_data});
}

daemonctx_status_t daemonctx_set_signal_async_handler(daemonctx_context_t *ctx, int32_t signum,
                                                      daemonctx_async_signal_fn fn)
{
    daemonctx_status_t status = check_signal(ctx, signum);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (fn == NULL) {
        return option_refuse(ctx, slot(signum), DAEMONCTX_ERR_ARGUMENT, "the handler of signal %d is NULL", signum);
    }
    return store(ctx, signum,
                 (struct signal_entry){.action = DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER, .async_handler = fn});
}

daemonctx_status_t daemonctx_unset_signal(daemonctx_context_t *ctx, int32_t signum)
{
    daemonctx_status_t status = option_enter(ctx, slot(signum));
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (!signal_exists(signum)) {
        return option_refuse(ctx, slot(signum), DAEMONCTX_ERR_RANGE, "there is no signal %d", signum);
    }
    return store(ctx, signum, (struct signal_entry){.action = DAEMONCTX_SIGNAL_ACTION_UNSET});
}

daemonctx_status_t daemonctx_clear_signal_map(daemonctx_context_t *ctx)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_SIGNAL_MAP);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    for (int signum = 0; signum < SIGNAL_LIMIT; signum++) {
        ctx->options.signal_map[signum] = (struct signal_entry){.action = DAEMONCTX_SIGNAL_ACTION_UNSET};
        option_forget_refusal(ctx, slot(signum));
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_get_signal_action(const daemonctx_context_t *ctx, int32_t signum, uint32_t *ret_action)
{
    if (ctx == NULL || ret_action == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (!signal_exists(signum)) {
        return DAEMONCTX_ERR_RANGE;
    }
    *ret_action = ctx->options.signal_map[signum].action;
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_set_signal_reset(daemonctx_context_t *ctx, uint32_t mode)
{
    return option_set_enum(ctx, OPTION_SIGNAL_RESET, OPTION_PLACE(signal_reset), mode, DAEMONCTX_SIGNAL_RESET_ALL);
}

daemonctx_status_t daemonctx_get_signal_reset(const daemonctx_context_t *ctx, uint32_t *ret_mode)
{
    return option_get_u32(ctx, OPTION_PLACE(signal_reset), ret_mode);
}
