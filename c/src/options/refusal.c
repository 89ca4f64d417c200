/* Refused setters: how they are told, remembered and forgotten. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "options/options.h"

/* The texts themselves: pointers would have to be relocated in every process that loads the library. */
static const char names[][18] = {
    [OPTION_FILES_PRESERVE] = "files_preserve",
    [OPTION_CHROOT_DIRECTORY] = "chroot_directory",
    [OPTION_WORKING_DIRECTORY] = "working_directory",
    [OPTION_UMASK] = "umask",
    [OPTION_PIDFILE] = "pidfile",
    [OPTION_PIDFILE_MANAGER] = "pidfile_manager",
    [OPTION_DETACH_PROCESS] = "detach_process",
    [OPTION_SIGNAL_RESET] = "signal_reset",
    [OPTION_UID] = "uid",
    [OPTION_GID] = "gid",
    [OPTION_USER] = "user",
    [OPTION_GROUP] = "group",
    [OPTION_GROUPS] = "groups",
    [OPTION_PREVENT_CORE] = "prevent_core",
    [OPTION_STDIN] = "stdin",
    [OPTION_STDOUT] = "stdout",
    [OPTION_STDERR] = "stderr",
    [OPTION_DETACH_METHOD] = "detach_method",
    [OPTION_READY_MODE] = "ready_mode",
    [OPTION_READY_TIMEOUT] = "ready_timeout",
    [OPTION_STREAM_SWITCH] = "stream_switch",
    [OPTION_PREPARE_HOOK] = "prepare_hook",
    [OPTION_LAUNCHER_HOOK] = "launcher_hook",
    [OPTION_DAEMON_HOOK] = "daemon_hook",
    [OPTION_PRIVILEGED_HOOK] = "privileged_hook",
    [OPTION_TRACE] = "trace",
    [OPTION_NO_NEW_PRIVS] = "no_new_privs",
    [OPTION_CAPABILITIES] = "capabilities",
    [OPTION_CLOSE_AT_EXIT] = "close_at_exit",
    [OPTION_STATE] = "state",
    [OPTION_SIGNAL_MAP] = "signal_map",
};

const char *option_name(enum option option)
{
    return names[option < OPTION_SIGNAL_MAP ? option : OPTION_SIGNAL_MAP];
}

static void remember(daemonctx_context_t *ctx, enum option option)
{
    struct refusal *refusal = &ctx->refusals.of[option];
    if (refusal->status != DAEMONCTX_OK) {
        return; /* the first refusal of an option is the one to mend */
    }
    refusal->status = ctx->error.status;
    refusal->order = ++ctx->refusals.last_order;
    refusal->sentence = strdup(ctx->error.message);
}

daemonctx_status_t option_refuse(daemonctx_context_t *ctx, enum option option, daemonctx_status_t status,
                                 const char *format, ...)
{
    char reason[PATH_MAX + 256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof(reason), format, arguments);
    va_end(arguments);
    (void)error_set(ctx, status, DAEMONCTX_STEP_NONE, 0, "cannot set %s: %s", option_name(option), reason);
    remember(ctx, option);
    return status;
}

daemonctx_status_t option_refuse_null(daemonctx_context_t *ctx, enum option option)
{
    return option_refuse(ctx, option, DAEMONCTX_ERR_ARGUMENT, "the value is NULL");
}

daemonctx_status_t option_refuse_memory(daemonctx_context_t *ctx, enum option option)
{
    return option_refuse(ctx, option, DAEMONCTX_ERR_MEMORY, "out of memory");
}

daemonctx_status_t option_enter(daemonctx_context_t *ctx, enum option option)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    const int state = ctx->state;
    switch (state) {
    case CONTEXT_CLOSED:
        return DAEMONCTX_OK;
    case CONTEXT_FAILED:
        return option_refuse(ctx, option, DAEMONCTX_ERR_STATE, "opening failed half-way, only close and free remain");
    default:
        return option_refuse(ctx, option, DAEMONCTX_ERR_STATE, "the context is %s",
                             state == CONTEXT_OPENING ? "being opened" : "open");
    }
}

void option_forget_refusal(daemonctx_context_t *ctx, enum option option)
{
    struct refusal *refusal = &ctx->refusals.of[option];
    refusal->status = DAEMONCTX_OK;
    free(refusal->sentence);
    refusal->sentence = NULL;
}

daemonctx_status_t option_accept(daemonctx_context_t *ctx, enum option option)
{
    option_forget_refusal(ctx, option);
    return DAEMONCTX_OK;
}

daemonctx_status_t options_first_refusal(daemonctx_context_t *ctx)
{
    const struct refusal *first = NULL;
    enum option of = OPTION_FILES_PRESERVE;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct refusal *refusal = &ctx->refusals.of[i];
        if (refusal->status != DAEMONCTX_OK && (first == NULL || refusal->order < first->order)) {
            first = refusal;
            of = (enum option)i;
        }
    }
    if (first == NULL) {
        return DAEMONCTX_OK;
    }
    if (first->sentence == NULL) {
        return error_set(ctx, first->status, DAEMONCTX_STEP_PLAN, 0, "cannot set %s: %s", option_name(of),
                         daemonctx_status_message(first->status));
    }
    return error_set(ctx, first->status, DAEMONCTX_STEP_PLAN, 0, "%s", first->sentence);
}

void refusals_free(struct refusals *refusals)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        free(refusals->of[i].sentence);
    }
}
