/* calls.c: the contexts of the probe and the commands that call the library on them. */
#include "probe.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static daemonctx_context_t *contexts[PROBE_CONTEXTS];
static int current;
static int channel_index;
static pid_t opening_pid;
static int opening_channel;

/* Made at first use, with the channels preserved. */
daemonctx_context_t *context_current(void)
{
    if (contexts[current] == NULL && daemonctx_new(&contexts[current]) == DAEMONCTX_OK) {
        files_preserve_channels(contexts[current], NULL, 0);
    }
    return contexts[current];
}

int context_channel(void)
{
    return channel_index;
}

void context_set_channel(int channel)
{
    channel_index = channel;
}

int context_hook_channel(void)
{
    return opening_pid == 0 || opening_pid == getpid() ? channel_index : opening_channel;
}

/* All that the context knows about its last failed call. */
void line_error(struct line *line, daemonctx_status_t status)
{
    const daemonctx_context_t *context = contexts[current];
    line_number(line, "status", status);
    line_number(line, "error_status", daemonctx_error_status(context));
    line_number(line, "step", daemonctx_error_step(context));
    line_number(line, "errno", daemonctx_error_errno(context));
    line_number(line, "pid", daemonctx_error_pid(context));
    line_number(line, "exit_code", daemonctx_error_exit_code(context));
    line_number(line, "signal", daemonctx_error_signal(context));
    line_text(line, "message", daemonctx_error_message(context));
}

/* The daemon (another process than before) goes over to its own channel; every outcome is one line. */
static void open_as(const struct again *again, int channel)
{
    static struct line line;
    const pid_t outer_pid = opening_pid; /* a hook may try to open once more */
    const int outer_channel = opening_channel;
    opening_channel = again->daemons_channel;
    opening_pid = again->caller;
    daemonctx_context_t *context = context_current();
    const bool launches = strcmp(again->call, "launch") == 0;
    const daemonctx_status_t status = launches ? daemonctx_launch(context) : daemonctx_open(context);
    const int error = errno;
    if (getpid() != again->caller) {
        channel_index = again->daemons_channel;
        channel = again->daemons_channel;
    }
    opening_pid = outer_pid;
    opening_channel = outer_channel;
    line_start(&line, status < 0 ? "failed" : status == DAEMONCTX_LAUNCHED ? "launched" : "opened");
    if (status < 0) {
        line_error(&line, status);
        line_number(&line, "caller_errno", error);
    } else {
        line_number(&line, "status", status);
        line_number(&line, "pid", getpid());
        line_number(&line, "daemon_pid", daemonctx_daemon_pid(contexts[current]));
        line_number(&line, "is_open", daemonctx_is_open(contexts[current]));
    }
    line_text(&line, "command", again->call);
    line_send(&line, channel);
}

void context_open_again(const struct again *again)
{
    open_as(again, again->channel);
}

static void run_opening(const struct command *command)
{
    const struct again again = {
        .caller = getpid(),
        .channel = channel_index,
        .daemons_channel = command->count > 1 ? (int)value_number(command->words[1]) : channel_index + 1,
        .call = command->words[0],
    };
    (void)again_hand_over(context_current(), &again);
    open_as(&again, command->channel);
}

static void command_check(const struct command *command)
{
    answer_status(command, daemonctx_check(context_current()));
}

static void command_close(const struct command *command)
{
    answer_status(command, daemonctx_close(context_current()));
}

static void command_free(const struct command *command)
{
    daemonctx_free(contexts[current]);
    contexts[current] = NULL;
    answer_ok(command);
}

/* Later commands mean that context; it is made when it is first needed. */
static void command_context(const struct command *command)
{
    current = (int)value_number(command->words[1]) % PROBE_CONTEXTS;
    answer_ok(command);
}

static void command_is_open(const struct command *command)
{
    answer_number(command, "value", daemonctx_is_open(context_current()));
}

static void command_daemon_pid(const struct command *command)
{
    answer_number(command, "value", daemonctx_daemon_pid(context_current()));
}

static void command_error(const struct command *command)
{
    static struct line line;
    line_start(&line, "ok");
    line_error(&line, daemonctx_error_status(context_current()));
    line_send(&line, command->channel);
}

static void command_notify_ready(const struct command *command)
{
    answer_status(command, daemonctx_notify_ready(context_current()));
}

static void command_notify_failed(const struct command *command)
{
    const char *text = command->count > 2 ? command->words[2] : NULL;
    answer_status(command, daemonctx_notify_failed(context_current(), (int32_t)value_number(command->words[1]), text));
}

static void command_reopen_streams(const struct command *command)
{
    answer_status(command, daemonctx_reopen_streams(context_current()));
}

static void command_preserve(const struct command *command)
{
    answer_status(command, daemonctx_preserve(context_current(), (int32_t)value_number(command->words[1])));
}

static void command_terminate(const struct command *command)
{
    answer_status(command, daemonctx_terminate(context_current(), value_signal(command->words[1])));
}

static void *terminate_in_thread(void *signum)
{
    return (void *)(intptr_t)daemonctx_terminate(contexts[current], *(int *)signum);
}

static void command_terminate_thread(const struct command *command)
{
    int signum = value_signal(command->words[1]);
    pthread_t thread;
    void *status = NULL;
    const int error = pthread_create(&thread, NULL, terminate_in_thread, &signum);
    if (error != 0 || pthread_join(thread, &status) != 0) {
        answer_error(command, error);
        return;
    }
    answer_status(command, (daemonctx_status_t)(intptr_t)status);
}

static atomic_bool notifying;

static void *notify_in_thread(void *unused)
{
    (void)unused;
    atomic_store(&notifying, true);
    return (void *)(intptr_t)daemonctx_notify_ready(contexts[current]);
}

/* notify_ready_and_close MICROSECONDS: closes so long after another thread began to tell of readiness: status= of
 * close, value= of notify_ready. */
static void command_notify_ready_and_close(const struct command *command)
{
    struct timespec lead = {.tv_nsec = (long)value_number(command->words[1]) * 1000};
    pthread_t thread;
    void *notified = NULL;
    atomic_store(&notifying, false);
    const int error = pthread_create(&thread, NULL, notify_in_thread, NULL);
    if (error != 0) {
        answer_error(command, error);
        return;
    }
    while (!atomic_load(&notifying)) {
    }
    nanosleep(&lead, NULL);
    const daemonctx_status_t closed = daemonctx_close(contexts[current]);
    pthread_join(thread, &notified);
    struct line line;
    line_start(&line, "ok");
    line_number(&line, "status", closed);
    line_number(&line, "value", (intptr_t)notified);
    line_send(&line, command->channel);
}

static atomic_bool sparing;

static void *spare_thread(void *unused)
{
    (void)unused;
    while (atomic_load(&sparing)) {
    }
    return NULL;
}

/* signal_thread_and_close SIG MICROSECONDS: closes so long after another thread was sent the signal: status= of close.
 */
static void command_signal_thread_and_close(const struct command *command)
{
    struct timespec lead = {.tv_nsec = (long)value_number(command->words[2]) * 1000};
    pthread_t thread;
    atomic_store(&sparing, true);
    const int error = pthread_create(&thread, NULL, spare_thread, NULL);
    if (error != 0) {
        answer_error(command, error);
        return;
    }
    pthread_kill(thread, value_signal(command->words[1]));
    nanosleep(&lead, NULL);
    const daemonctx_status_t closed = daemonctx_close(contexts[current]);
    atomic_store(&sparing, false);
    pthread_join(thread, NULL);
    answer_status(command, closed);
}

static void command_signal_fd(const struct command *command)
{
    int32_t fd = -1;
    const daemonctx_status_t status = daemonctx_signal_fd(context_current(), &fd);
    if (status == DAEMONCTX_OK) {
        answer_number(command, "value", fd);
    } else {
        answer_status(command, status);
    }
}

/* value=1: signal_fd became readable within the time. */
static void command_poll_signal_fd(const struct command *command)
{
    struct pollfd event = {.fd = -1, .events = POLLIN};
    const daemonctx_status_t status = daemonctx_signal_fd(context_current(), &event.fd);
    int ready = 0;
    if (status != DAEMONCTX_OK) {
        answer_status(command, status);
        return;
    }
    do {
        ready = poll(&event, 1, (int)value_number(command->words[1]));
    } while (ready < 0 && errno == EINTR);
    answer_number(command, "value", ready > 0 && (event.revents & POLLIN) != 0);
}

static void command_dispatch(const struct command *command)
{
    answer_status(command, daemonctx_dispatch(context_current()));
}

static void command_wait_events(const struct command *command)
{
    answer_status(command, daemonctx_wait_events(context_current(), (int32_t)value_number(command->words[1])));
}

static void command_is_terminating(const struct command *command)
{
    static struct line line;
    int32_t signum = -1;
    line_start(&line, "ok");
    line_number(&line, "value", daemonctx_is_terminating(context_current(), &signum));
    line_number(&line, "signum", signum);
    line_send(&line, command->channel);
}

static void command_detach_reason(const struct command *command)
{
    uint32_t reason = 99;
    const daemonctx_status_t status = daemonctx_detach_reason(context_current(), &reason);
    if (status == DAEMONCTX_OK) {
        answer_number(command, "value", reason);
    } else {
        answer_status(command, status);
    }
}

static void command_is_detach_required(const struct command *command)
{
    static struct line line;
    uint32_t reason = 99;
    line_start(&line, "ok");
    line_number(&line, "value", daemonctx_is_detach_required(&reason));
    line_number(&line, "reason", reason);
    line_send(&line, command->channel);
}

const struct command_entry library_commands[] = {
    {"open", run_opening, 0, 1},
    {"launch", run_opening, 0, 1},
    {"check", command_check, 0, 0},
    {"close", command_close, 0, 0},
    {"free", command_free, 0, 0},
    {"context", command_context, 1, 1},
    {"is_open", command_is_open, 0, 0},
    {"daemon_pid", command_daemon_pid, 0, 0},
    {"error", command_error, 0, 0},
    {"get", command_get, 1, 2},
    {"notify_ready", command_notify_ready, 0, 0},
    {"notify_failed", command_notify_failed, 1, 2},
    {"reopen_streams", command_reopen_streams, 0, 0},
    {"preserve", command_preserve, 1, 1},
    {"terminate", command_terminate, 1, 1},
    {"terminate_thread", command_terminate_thread, 1, 1},
    {"notify_ready_and_close", command_notify_ready_and_close, 1, 1},
    {"signal_thread_and_close", command_signal_thread_and_close, 2, 2},
    {"signal_fd", command_signal_fd, 0, 0},
    {"poll_signal_fd", command_poll_signal_fd, 1, 1},
    {"dispatch", command_dispatch, 0, 0},
    {"wait_events", command_wait_events, 1, 1},
    {"is_terminating", command_is_terminating, 0, 0},
    {"detach_reason", command_detach_reason, 0, 0},
    {"is_detach_required", command_is_detach_required, 0, 0},
    {NULL, NULL, 0, 0},
};
