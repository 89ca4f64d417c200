/*
 * One launch, as the driver's words ask for it:
 *
 *     launch_program CONTROL ROLE BOUND_MS DIRECTORY [open] [manual] [full] [unchecked] [in_place] [reexec] [bare]
 * [twice]
 *
 * CONTROL is a SOCK_SEQPACKET socket. The program says "before" with what it is, is held where ROLE says, and says
 * "result" with what the launch came to; after a failure it launches once more for each word that it hears. The daemon
 * says "daemon" with what it is, waits for a word, closes, and says "closed".
 *
 * Re-exec starts it again with the same words: it finds its descriptors at their numbers, and opens without more ado.
 * If the library does not know that it was started again it does the same, as any program would, and says "unaware"
 * with what came of it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"

enum { OTHER_THREADS = 3, DESCRIPTORS = 256, PATIENT_BOUND_MS = 10000 };

static void *wait_for_ever(void *data)
{
    for (;;) {
        (void)pause();
    }
    return data;
}

static void start_threads(void)
{
    pthread_t thread;
    for (int i = 0; i < OTHER_THREADS; i++) {
        if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0) {
            exit(2);
        }
    }
}

static enum role role_named(const char *name)
{
    static const char *const names[] = {"launcher", "intermediate", "daemon"};
    for (int i = 0; i < ROLE_NONE; i++) {
        if (strcmp(name, names[i]) == 0) {
            return (enum role)i;
        }
    }
    return ROLE_NONE;
}

static bool ask_for(struct scenario *scenario, const char *word)
{
    const struct {
        const char *word;
        bool *wish;
    } wishes[] = {{"open", &scenario->open},           {"manual", &scenario->manual},     {"full", &scenario->full},
                  {"unchecked", &scenario->unchecked}, {"in_place", &scenario->in_place}, {"reexec", &scenario->reexec},
                  {"bare", &scenario->bare},           {"twice", &scenario->twice}};
    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
        if (strcmp(word, wishes[i].word) == 0) {
            *wishes[i].wish = true;
            return true;
        }
    }
    return false;
}

/* What the launch must leave alone in the launcher is set to what no program has by accident. */
static void make_remarkable(const char *directory)
{
    sigset_t blocked;
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGUSR1);
    (void)sigaddset(&blocked, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &blocked, NULL);
    (void)umask(027);
    /* Closing one by one, where the library must, is slow under strace. */
    const struct rlimit descriptors = {.rlim_cur = DESCRIPTORS, .rlim_max = DESCRIPTORS};
    (void)setrlimit(RLIMIT_NOFILE, &descriptors);
    (void)printf("buffered text\n");
    if (chdir(directory) != 0) {
        exit(2);
    }
}

static void say(const struct scenario *scenario, const char *title, const daemonctx_context_t *ctx,
                daemonctx_status_t status)
{
    struct text text = {.length = 0};
    text_add(&text, "%s\nstatus=%s\n", title, daemonctx_status_name(status));
    if (ctx != NULL && status < 0) {
        text_add(&text, "step=%s\nerrno=%d\nerror_pid=%d\nexit_code=%d\nsignal=%d\nmessage=%s\n",
                 daemonctx_step_name(daemonctx_error_step(ctx)), daemonctx_error_errno(ctx), daemonctx_error_pid(ctx),
                 daemonctx_error_exit_code(ctx), daemonctx_error_signal(ctx), daemonctx_error_message(ctx));
    }
    if (ctx != NULL && status == DAEMONCTX_LAUNCHED) {
        text_add(&text, "daemon_pid=%d\n", daemonctx_daemon_pid(ctx));
    }
    if (ctx != NULL) {
        scenario_describe_state(&text, ctx);
    }
    scenario_describe_preserved(&text, scenario);
    scenario_count_hooks(&text);
    describe_process(&text);
    control_send(&text);
}

static daemonctx_status_t launch(daemonctx_context_t *ctx, const struct scenario *scenario)
{
    scenario_forget_hooks();
    if (scenario->again) {
        hold_resume();
    } else {
        hold_launcher();
    }
    daemonctx_status_t status = scenario->open ? daemonctx_open(ctx) : daemonctx_launch(ctx);
    if (status == DAEMONCTX_OK && scenario->manual) {
        status = daemonctx_notify_ready(ctx);
    }
    hold_over();
    return status;
}

static int live_as_daemon(daemonctx_context_t *ctx, const struct scenario *scenario)
{
    char word[8];
    say(scenario, "daemon", ctx, DAEMONCTX_OK);
    (void)control_receive(word, sizeof(word));
    say(scenario, "closed", NULL, daemonctx_close(ctx));
    return 0;
}

int main(int argc, char **argv)
{
    struct scenario scenario = {.again = control_inherit()};
    if (argc < 5 || (!scenario.again && !control_use(atoi(argv[1])))) {
        return 2;
    }
    hold_register(scenario.again ? ROLE_NONE : role_named(argv[2]));
    scenario.bound_ms = atoi(argv[3]);
    scenario.directory = argv[4];
    for (int i = 5; i < argc; i++) {
        if (!ask_for(&scenario, argv[i])) {
            return 2;
        }
    }
    if (scenario.twice) {
        hold_refuse_sharing();
    }
    if (scenario.unchecked || scenario.reexec) {
        start_threads();
    }
    if (!scenario.again) {
        make_remarkable(scenario.directory);
    }
    daemonctx_context_t *ctx = scenario_context(&scenario);
    if (!scenario.again) {
        say(&scenario, "before", NULL, DAEMONCTX_OK);
    }
    for (;;) {
        char word[8];
        daemonctx_status_t status = launch(ctx, &scenario);
        if (status == DAEMONCTX_OK) {
            return live_as_daemon(ctx, &scenario);
        }
        say(&scenario, scenario.again && !scenario.in_place ? "unaware" : "result", ctx, status);
        if (status == DAEMONCTX_LAUNCHED || scenario.in_place || scenario.again ||
            !control_receive(word, sizeof(word))) {
            return status < 0 ? 1 : 0;
        }
        (void)daemonctx_set_ready_timeout(ctx, PATIENT_BOUND_MS);
    }
}
