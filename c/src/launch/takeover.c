/* The launcher's options win; callbacks are of this image: their addresses mean nothing in another one. */
#include "launch/takeover.h"

#include <string.h>

#include "context.h"

static bool has_function(uint32_t action)
{
    return action == DAEMONCTX_SIGNAL_ACTION_HANDLER || action == DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER;
}

static daemonctx_status_t take_handlers(struct options *options, const struct options *own, struct failure *failure)
{
    for (int signum = 1; signum < SIGNAL_LIMIT; signum++) {
        struct signal_entry *entry = &options->signal_map[signum];
        if (!has_function(entry->action)) {
            continue;
        }
        if (own->signal_map[signum].action != entry->action) {
            failure->step = DAEMONCTX_STEP_SIGNALS;
            failure->number = signum;
            return failure_set(failure, DAEMONCTX_ERR_STATE, DEED_ADOPT_HANDLER, 0);
        }
        *entry = own->signal_map[signum];
    }
    return DAEMONCTX_OK;
}

static daemonctx_status_t take_manager(struct options *options, const struct options *own, bool managed,
                                       struct failure *failure)
{
    if (!managed) {
        return DAEMONCTX_OK;
    }
    if (own->pidfile_enter.fn == NULL) {
        failure->step = DAEMONCTX_STEP_PIDFILE;
        return failure_set(failure, DAEMONCTX_ERR_STATE, DEED_ADOPT_MANAGER, 0);
    }
    options->pidfile_enter = own->pidfile_enter;
    options->pidfile_exit = own->pidfile_exit;
    return DAEMONCTX_OK;
}

daemonctx_status_t takeover_options(daemonctx_context_t *ctx, daemonctx_context_t *relaunched, const struct seal *seal)
{
    struct failure *failure = &ctx->launch.failure;
    struct options own = ctx->options;
    struct options *taken = &ctx->options;
    *taken = relaunched->options;
    /* The inherited state stays where daemonctx_get_inherited_state() looks for it. */
    memset(&relaunched->options, 0, sizeof(relaunched->options));
    relaunched->options.state = taken->state;
    relaunched->options.state_length = taken->state_length;
    taken->state = own.state;
    taken->state_length = own.state_length;
    own.state = NULL;
    memcpy(taken->hooks, own.hooks, sizeof(taken->hooks));
    taken->trace = own.trace;
    taken->trace_data = own.trace_data;
    ctx->launch.traced = ctx->launch.role == ROLE_DAEMON ? seal->traced : taken->trace != NULL;
    daemonctx_status_t status = take_handlers(taken, &own, failure);
    if (status == DAEMONCTX_OK) {
        status = take_manager(taken, &own, seal->managed, failure);
    }
    options_free(&own);
    return status;
}
