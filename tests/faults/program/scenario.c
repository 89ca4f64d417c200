/* The options of a scenario, as words of the command line ask for them. The hooks make no system call: a failure of
 * theirs would be the program's own. */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

/* Descriptors have numbers of their own, which the program knows when it is started again. */
enum { TARGET_ID = 65534, PRESERVED_BY_OPTION = 201, PRESERVED_BY_HOOK = 202 };

static const char state[] = "what the launcher knows";

static struct {
    int prepare, launcher, daemon, privileged, steps;
} calls;

static int32_t on_prepare(daemonctx_context_t *ctx, void *data)
{
    (void)data;
    calls.prepare++;
    return daemonctx_preserve(ctx, PRESERVED_BY_HOOK);
}

static int32_t on_count(daemonctx_context_t *ctx, void *data)
{
    (void)ctx;
    ++*(int *)data;
    return 0;
}

static void on_step(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status, void *data)
{
    (void)ctx;
    (void)step;
    (void)status;
    (void)data;
    calls.steps++;
}

static void on_signal(int signum)
{
    (void)signum;
}

void scenario_describe_preserved(struct text *text, const struct scenario *scenario)
{
    text_add(text, "preserved=%d %d", control_fd(), PRESERVED_BY_OPTION);
    if (scenario->full && !scenario->reexec) { /* re-exec calls no prepare hook */
        text_add(text, " %d", PRESERVED_BY_HOOK);
    }
    text_add(text, "\n");
}

void scenario_describe_state(struct text *text, const daemonctx_context_t *ctx)
{
    const void *bytes = NULL;
    size_t length = 0;
    (void)daemonctx_get_inherited_state(ctx, &bytes, &length);
    text_add(text, "state=%.*s\n", (int)length, bytes == NULL ? "" : (const char *)bytes);
}

void scenario_count_hooks(struct text *text)
{
    text_add(text, "prepare=%d\nlauncher=%d\ndaemon=%d\nprivileged=%d\nsteps=%d\n", calls.prepare, calls.launcher,
             calls.daemon, calls.privileged, calls.steps);
}

void scenario_forget_hooks(void)
{
    (void)memset(&calls, 0, sizeof(calls));
}

static char *in_directory(const struct scenario *scenario, const char *name)
{
    static char path[PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s/%s", scenario->directory, name);
    return path;
}

static void open_at(int number)
{
    int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || dup3(fd, number, O_CLOEXEC) != number || close(fd) != 0) {
        exit(2);
    }
}

static void set_everything(daemonctx_context_t *ctx, const struct scenario *scenario)
{
    static const uint32_t groups[] = {TARGET_ID, 7};
    (void)daemonctx_set_chroot_directory(ctx, in_directory(scenario, "jail"));
    (void)daemonctx_set_working_directory(ctx, "/work");
    (void)daemonctx_set_user(ctx, "nobody");
    (void)daemonctx_set_gid(ctx, TARGET_ID);
    (void)daemonctx_set_groups(ctx, groups, 2);
    (void)daemonctx_set_stdout_path(ctx, in_directory(scenario, "out.log"), 0640);
    (void)daemonctx_set_stderr_path(ctx, in_directory(scenario, "err.log"), 0640);
    (void)daemonctx_set_umask(ctx, 022);
    (void)daemonctx_set_no_new_privs(ctx, 1);
    (void)daemonctx_set_signal_action(ctx, SIGINT, DAEMONCTX_SIGNAL_ACTION_TERMINATE);
    (void)daemonctx_set_signal_action(ctx, SIGHUP, DAEMONCTX_SIGNAL_ACTION_IGNORE);
    (void)daemonctx_set_signal_async_handler(ctx, SIGUSR2, on_signal);
    (void)daemonctx_set_prepare_hook(ctx, on_prepare, NULL);
    (void)daemonctx_set_launcher_hook(ctx, on_count, &calls.launcher);
    (void)daemonctx_set_daemon_hook(ctx, on_count, &calls.daemon);
    (void)daemonctx_set_privileged_hook(ctx, on_count, &calls.privileged);
    (void)daemonctx_set_trace(ctx, on_step, NULL);
}

/* A refused setter is remembered: the launch would say so. */
daemonctx_context_t *scenario_context(struct scenario *scenario)
{
    daemonctx_context_t *ctx = NULL;
    if (daemonctx_new(&ctx) != DAEMONCTX_OK) {
        exit(2);
    }
    if (!scenario->again) {
        open_at(PRESERVED_BY_OPTION);
        open_at(PRESERVED_BY_HOOK);
    }
    const int32_t preserved[] = {control_fd(), PRESERVED_BY_OPTION};
    (void)daemonctx_set_files_preserve(ctx, preserved, 2);
    if (!scenario->bare) {
        (void)daemonctx_set_pidfile(ctx, in_directory(scenario, "program.pid"));
    }
    (void)daemonctx_set_detach_process(ctx,
                                       scenario->in_place ? DAEMONCTX_DETACH_PROCESS_NO : DAEMONCTX_DETACH_PROCESS_YES);
    (void)daemonctx_set_ready_timeout(ctx, scenario->bound_ms);
    if (scenario->manual) {
        (void)daemonctx_set_ready_mode(ctx, DAEMONCTX_READY_MODE_MANUAL);
    }
    if (scenario->unchecked) {
        (void)daemonctx_set_detach_method(ctx, DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED);
    }
    if (scenario->reexec) {
        (void)daemonctx_set_detach_method(ctx, DAEMONCTX_DETACH_METHOD_REEXEC);
    }
    if (scenario->reexec && !scenario->again) {
        (void)daemonctx_set_state(ctx, state, sizeof(state) - 1);
    }
    if (scenario->full) {
        set_everything(ctx, scenario);
    }
    return ctx;
}
