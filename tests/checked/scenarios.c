/* See scenarios.h. All paths are relative to a directory of the program's own. */
#include "scenarios.h"

#include <signal.h>
#include <unistd.h>

static int32_t agree(daemonctx_context_t *ctx, void *user_data)
{
    (void)ctx;
    (void)user_data;
    return 0;
}

static int32_t refuse(daemonctx_context_t *ctx, void *user_data)
{
    (void)user_data;
    (void)daemonctx_notify_failed(ctx, HOOK_REFUSES, "the hook has its reasons");
    return HOOK_REFUSES;
}

static int32_t preserve_one(daemonctx_context_t *ctx, void *user_data)
{
    (void)user_data;
    int fd = dup(STDERR_FILENO);
    return daemonctx_preserve(ctx, fd) == DAEMONCTX_OK && close(fd) == 0 ? 0 : 1;
}

static void on_event(daemonctx_context_t *ctx, int32_t signum, void *user_data)
{
    (void)ctx;
    (void)signum;
    (void)user_data;
}

static void set_nothing(daemonctx_context_t *ctx)
{
    (void)ctx;
}

static void set_everything(daemonctx_context_t *ctx)
{
    (void)daemonctx_set_pidfile(ctx, "pid");
    (void)daemonctx_set_stdin_path(ctx, "/dev/zero");
    (void)daemonctx_set_stdout_path(ctx, "out", 0600);
    (void)daemonctx_set_stderr_path(ctx, "err", 0600);
    (void)daemonctx_set_umask(ctx, 027);
    (void)daemonctx_set_no_new_privs(ctx, 1);
    (void)daemonctx_set_signal_handler(ctx, SIGUSR1, on_event, NULL);
    (void)daemonctx_set_signal_reset(ctx, DAEMONCTX_SIGNAL_RESET_ALL);
    (void)daemonctx_set_prepare_hook(ctx, agree, NULL);
    (void)daemonctx_set_launcher_hook(ctx, agree, NULL);
    (void)daemonctx_set_daemon_hook(ctx, agree, NULL);
    (void)daemonctx_set_privileged_hook(ctx, preserve_one, NULL);
}

static void set_manual(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_ready_mode(ctx, DAEMONCTX_READY_MODE_MANUAL);
    (void)daemonctx_set_stream_switch(ctx, DAEMONCTX_STREAM_SWITCH_AT_READY);
}

static void set_short_wait(daemonctx_context_t *ctx)
{
    set_manual(ctx);
    (void)daemonctx_set_ready_timeout(ctx, 100);
}

static void set_manager(daemonctx_context_t *ctx)
{
    (void)daemonctx_set_pidfile_manager(ctx, agree, agree, NULL);
}

static void set_refusing_manager(daemonctx_context_t *ctx)
{
    (void)daemonctx_set_pidfile_manager(ctx, refuse, agree, NULL);
}

static void set_nowhere(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_working_directory(ctx, "/nonexistent");
}

static void set_no_stream(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_stdout_path(ctx, "/nonexistent/out", 0600);
}

static void set_unknown_user(daemonctx_context_t *ctx)
{
    (void)daemonctx_set_user(ctx, "nobody knows this one");
}

static void set_refused_option(daemonctx_context_t *ctx)
{
    (void)daemonctx_set_umask(ctx, 01000);
}

static void set_refusing_prepare(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_prepare_hook(ctx, refuse, NULL);
}

static void set_refusing_launcher(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_launcher_hook(ctx, refuse, NULL);
}

static void set_refusing_daemon(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_daemon_hook(ctx, refuse, NULL);
}

static void set_refusing_privileged(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_privileged_hook(ctx, refuse, NULL);
}

static void set_nobody(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_user(ctx, "nobody");
}

static void set_jail(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_user(ctx, "nobody");
    (void)daemonctx_set_chroot_directory(ctx, ".");
}

static void set_no_jail(daemonctx_context_t *ctx)
{
    set_everything(ctx);
    (void)daemonctx_set_chroot_directory(ctx, "/nonexistent");
}

static int work(daemonctx_context_t *ctx)
{
    int32_t pid = 0;
    demand(raise(SIGUSR1) == 0, "a signal can be sent");
    demand(daemonctx_wait_events(ctx, 0) == DAEMONCTX_OK, "the signal is an event");
    demand(daemonctx_wait_events(ctx, 0) == DAEMONCTX_IDLE, "the event comes once");
    demand(daemonctx_reopen_streams(ctx) == DAEMONCTX_OK, "the streams can be reopened");
    demand(daemonctx_pidfile_query("/nonexistent", &pid) == DAEMONCTX_NOT_RUNNING, "there is no such pid file");
    return 0;
}

static int work_ready(daemonctx_context_t *ctx)
{
    demand(daemonctx_notify_ready(ctx) == DAEMONCTX_OK, "the daemon can say that it is ready");
    return work(ctx);
}

static int do_nothing(daemonctx_context_t *ctx)
{
    return daemonctx_is_open(ctx) == 1 ? 0 : 1;
}

static int fail(daemonctx_context_t *ctx)
{
    demand(daemonctx_notify_failed(ctx, PROGRAM_FAILS, "the program cannot start") == DAEMONCTX_OK, "it can say so");
    return PROGRAM_FAILS;
}

static int stay_silent(daemonctx_context_t *ctx)
{
    (void)ctx;
    while (pause() < 0) { /* until the launcher gives up, and kills it */
    }
    return 0;
}

static int close_early(daemonctx_context_t *ctx)
{
    return daemonctx_close(ctx) == DAEMONCTX_OK ? 0 : 1;
}

const struct scenario scenarios[] = {
    {"nothing set", set_nothing, do_nothing, DAEMONCTX_LAUNCHED, 0},
    {"everything set", set_everything, do_nothing, DAEMONCTX_LAUNCHED, 0},
    {"readiness told", set_manual, work_ready, DAEMONCTX_LAUNCHED, 0},
    {"pid file manager", set_manager, do_nothing, DAEMONCTX_LAUNCHED, 0},
    {"pid file manager refuses", set_refusing_manager, do_nothing, DAEMONCTX_ERR_CALLBACK, 0},
    {"program fails", set_manual, fail, DAEMONCTX_ERR_PROGRAM, 0},
    {"daemon ends early", set_manual, do_nothing, DAEMONCTX_ERR_DIED, 0},
    {"context closed early", set_manual, close_early, DAEMONCTX_ERR_DIED, 0},
    {"no word in time", set_short_wait, stay_silent, DAEMONCTX_ERR_TIMEOUT, 0},
    {"no working directory", set_nowhere, do_nothing, DAEMONCTX_ERR_SYSTEM, 0},
    {"no stream", set_no_stream, do_nothing, DAEMONCTX_ERR_SYSTEM, 0},
    {"unknown user", set_unknown_user, do_nothing, DAEMONCTX_ERR_NOT_FOUND, 0},
    {"refused option", set_refused_option, do_nothing, DAEMONCTX_ERR_RANGE, 0},
    {"prepare hook refuses", set_refusing_prepare, do_nothing, DAEMONCTX_ERR_CALLBACK, 0},
    {"launcher hook refuses", set_refusing_launcher, do_nothing, DAEMONCTX_ERR_CALLBACK, 0},
    {"daemon hook refuses", set_refusing_daemon, do_nothing, DAEMONCTX_ERR_CALLBACK, 0},
    {"privileged hook refuses", set_refusing_privileged, do_nothing, DAEMONCTX_ERR_CALLBACK, 0},
    {"another user", set_nobody, do_nothing, DAEMONCTX_LAUNCHED, 1},
    {"chroot and another user", set_jail, do_nothing, DAEMONCTX_LAUNCHED, 1},
    {"no chroot directory", set_no_jail, do_nothing, DAEMONCTX_ERR_SYSTEM, 1},
};
const int scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);
