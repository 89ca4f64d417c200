/* hooks.c: the callbacks. Each reports first, on the channel of the process that called open, then does what its option
 * said. */
#include "probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One hook: its name in reports and what it does: report, return:CODE, fail:CODE:TEXT, run:COMMANDS, pause. */
struct hook {
    const char *name;
    char action[4096];
};
static struct hook hooks[] = {{"prepare", ""},    {"launcher", ""}, {"daemon", ""},
                              {"privileged", ""}, {"enter", ""},    {"exit", ""}};

static void report(const char *word, const char *key, int64_t value, const char *name)
{
    static struct line line;
    line_start(&line, word);
    if (name != NULL) {
        line_text(&line, "name", name);
    }
    if (key != NULL) {
        line_number(&line, key, value);
    }
    line_number(&line, "pid", getpid());
    line_number(&line, "uid", geteuid());
    line_send(&line, context_channel());
}

static int32_t fail(daemonctx_context_t *context, const char *arguments)
{
    const int32_t code = (int32_t)value_number(arguments);
    const char *text = strchr(arguments, ':');
    daemonctx_notify_failed(context, code, text != NULL ? text + 1 : "");
    return code != 0 ? code : 1;
}

static int32_t run_hook(daemonctx_context_t *context, void *user_data)
{
    const struct hook *hook = user_data;
    char commands[sizeof hook->action];
    report("hook", NULL, 0, hook->name);
    if (strncmp(hook->action, "return:", 7) == 0) {
        return (int32_t)value_number(hook->action + 7);
    }
    if (strncmp(hook->action, "fail:", 5) == 0) {
        return fail(context, hook->action + 5);
    }
    if (strncmp(hook->action, "run:", 4) == 0) {
        memcpy(commands, hook->action, sizeof commands);
        commands_run(commands + 4, context_channel());
        return command_returned();
    }
    if (strcmp(hook->action, "pause") == 0) {
        return commands_obey(context_hook_channel());
    }
    return 0;
}

/* user_data: the commands to run after the prepare step, or NULL. */
static void run_trace(daemonctx_context_t *context, daemonctx_step_t step, daemonctx_status_t status, void *user_data)
{
    static struct line line;
    (void)context;
    line_start(&line, "trace");
    line_number(&line, "step", step);
    line_text(&line, "name", daemonctx_step_name(step));
    line_number(&line, "status", status);
    line_number(&line, "pid", getpid());
    line_send(&line, context_channel());
    char *commands = user_data != NULL && step == DAEMONCTX_STEP_PREPARE ? strdup(user_data) : NULL;
    if (commands != NULL) {
        commands_run(commands, context_channel());
    }
    free(commands);
}

/* user_data: the commands to run, or NULL. */
static void run_signal_handler(daemonctx_context_t *context, int32_t signum, void *user_data)
{
    (void)context;
    report("handler", "signum", signum, NULL);
    char *commands = user_data != NULL ? strdup(user_data) : NULL;
    if (commands != NULL) {
        commands_run(commands, context_channel());
    }
    free(commands);
}

static void run_async_handler(int signum)
{
    event_send(context_channel(), "async", "signum", signum);
}

/* HUP:ignore|default|terminate|unset|handler|handler:run:COMMANDS|async, or clear */
static daemonctx_status_t set_signal(daemonctx_context_t *context, char *value, bool *known)
{
    uint32_t action = 0;
    char *what = strchr(value, ':');
    if (what == NULL) {
        *known = strcmp(value, "clear") == 0;
        return *known ? daemonctx_clear_signal_map(context) : DAEMONCTX_OK;
    }
    *what++ = '\0';
    const int signum = value_signal(value);
    if (strcmp(what, "unset") == 0) {
        return daemonctx_unset_signal(context, signum);
    }
    if (strcmp(what, "async") == 0) {
        return daemonctx_set_signal_async_handler(context, signum, run_async_handler);
    }
    if (strcmp(what, "handler") == 0) {
        return daemonctx_set_signal_handler(context, signum, run_signal_handler, NULL);
    }
    if (strncmp(what, "handler:run:", 12) == 0) { /* the copy lives as long as the probe */
        return daemonctx_set_signal_handler(context, signum, run_signal_handler, strdup(what + 12));
    }
    *known = value_enumerator("signal", what, &action);
    return *known ? daemonctx_set_signal_action(context, signum, action) : DAEMONCTX_OK;
}

static struct hook *hook_store(size_t index, const char *action)
{
    strncpy(hooks[index].action, action, sizeof hooks[index].action - 1);
    return &hooks[index];
}

/* One user_data for both, so that each has a function of its own. */
static int32_t run_enter(daemonctx_context_t *context, void *user_data)
{
    return run_hook(context, (struct hook *)user_data + 4);
}

static int32_t run_exit(daemonctx_context_t *context, void *user_data)
{
    return run_hook(context, (struct hook *)user_data + 5);
}

/* ENTER,EXIT: two actions; `none` in place of one of them gives no function. */
static daemonctx_status_t set_manager(daemonctx_context_t *context, char *value)
{
    char *exit_action = strchr(value, ',');
    if (exit_action != NULL) {
        *exit_action++ = '\0';
    } else {
        exit_action = value;
    }
    const bool no_enter = strcmp(value, "none") == 0;
    const bool no_exit = strcmp(exit_action, "none") == 0;
    hook_store(4, value);
    hook_store(5, exit_action);
    return daemonctx_set_pidfile_manager(context, no_enter ? NULL : run_enter, no_exit ? NULL : run_exit, hooks);
}

static const struct {
    const char *name;
    daemonctx_status_t (*set)(daemonctx_context_t *, daemonctx_hook_fn, void *);
} setters[] = {
    {"prepare_hook", daemonctx_set_prepare_hook},
    {"launcher_hook", daemonctx_set_launcher_hook},
    {"daemon_hook", daemonctx_set_daemon_hook},
    {"privileged_hook", daemonctx_set_privileged_hook},
};

daemonctx_status_t option_set_callback(const char *name, char *value, bool *known)
{
    daemonctx_context_t *context = context_current();
    *known = true;
    for (size_t i = 0; i < sizeof setters / sizeof setters[0]; i++) {
        if (strcmp(setters[i].name, name) == 0) {
            const bool none = strcmp(value, "none") == 0;
            return setters[i].set(context, none ? NULL : run_hook, hook_store(i, value));
        }
    }
    if (strcmp(name, "pidfile_manager") == 0) {
        return set_manager(context, value);
    }
    if (strcmp(name, "trace") == 0 && strncmp(value, "run:", 4) == 0) {
        return daemonctx_set_trace(context, run_trace, strdup(value + 4));
    }
    if (strcmp(name, "trace") == 0) {
        return daemonctx_set_trace(context, value_number(value) != 0 ? run_trace : NULL, NULL);
    }
    if (strcmp(name, "signal") == 0) {
        return set_signal(context, value, known);
    }
    *known = false;
    return DAEMONCTX_OK;
}
