/* processes.c: commands about processes and threads: children, signals sent, ways to end. */
#include "probe.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void command_getpid(const struct command *command)
{
    answer_number(command, "value", getpid());
}

static void command_getppid(const struct command *command)
{
    answer_number(command, "value", getppid());
}

/* fork CHANNEL: the child reports `forked` and obeys there. */
static void command_fork(const struct command *command)
{
    const int channel = (int)value_number(command->words[1]);
    const pid_t child = fork();
    if (child == 0) {
        context_set_channel(channel);
        event_send(channel, "forked", "pid", getpid());
        return;
    }
    answer_result(command, child);
}

/* execute CHANNEL: a child executes the probe afresh; it reports `started` there, with nothing set. */
static void command_execute(const struct command *command)
{
    char program[4096];
    char channel[64];
    char *arguments[2] = {program, NULL};
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    snprintf(channel, sizeof channel, "DAEMONCTX_PROBE_CHANNEL=%s", command->words[1]);
    const pid_t child = fork();
    if (child == 0) {
        putenv(channel);
        execv(program, arguments);
        _exit(127);
    }
    answer_result(command, child);
}

/* run PATH ARGUMENTS: a child executes it and is waited for; result=exit status, or 128 + signal. */
static void command_run_program(const struct command *command)
{
    char *arguments[PROBE_WORDS + 1] = {NULL};
    int status = 0;
    for (int i = 1; i < command->count; i++) {
        arguments[i - 1] = command->words[i];
    }
    const pid_t child = fork();
    if (child == 0) {
        execv(arguments[0], arguments);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        answer_error(command, errno);
        return;
    }
    answer_number(command, "result", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* waitpid PID [nohang]: pid, exit_code and signal (-1: none), or the errno. */
static void command_waitpid(const struct command *command)
{
    static struct line line;
    int status = 0;
    const pid_t pid = waitpid((pid_t)value_number(command->words[1]), &status, command->count > 2 ? WNOHANG : 0);
    if (pid < 0) {
        answer_error(command, errno);
        return;
    }
    line_start(&line, "ok");
    line_number(&line, "pid", pid);
    line_number(&line, "exit_code", pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    line_number(&line, "signal", pid > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : -1);
    line_send(&line, command->channel);
}

/* kill PID|parent SIG: one process, never a group. */
static void command_kill(const struct command *command)
{
    const pid_t pid = strcmp(command->words[1], "parent") == 0 ? getppid() : (pid_t)value_number(command->words[1]);
    if (pid <= 1) {
        answer_error(command, ESRCH);
        return;
    }
    answer_result(command, kill(pid, value_signal(command->words[2])));
}

static void command_raise(const struct command *command)
{
    answer_result(command, raise(value_signal(command->words[1])));
}

/* Ends by that signal's default action, whatever was set: SEGV makes a core where one is allowed. */
static void command_crash(const struct command *command)
{
    const int signum = command->count > 1 ? value_signal(command->words[1]) : SIGSEGV;
    sigset_t signals;
    signal(signum, SIG_DFL);
    sigemptyset(&signals);
    sigaddset(&signals, signum);
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
    raise(signum);
    answer_error(command, EINVAL);
}

static void command_exit(const struct command *command)
{
    exit((int)value_number(command->words[1]));
}

static void command_exit_at_once(const struct command *command)
{
    _exit((int)value_number(command->words[1]));
}

static void command_return_code(const struct command *command)
{
    command_return((int)value_number(command->words[1]));
}

static void *sleep_in_thread(void *unused)
{
    (void)unused;
    for (;;) {
        pause();
    }
    return NULL;
}

/* That many threads which do nothing, with every signal blocked. */
static void command_threads(const struct command *command)
{
    sigset_t all;
    sigset_t before;
    pthread_t thread;
    int error = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int64_t i = 0; i < value_number(command->words[1]) && error == 0; i++) {
        error = pthread_create(&thread, NULL, sleep_in_thread, NULL);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    answer_result(command, error == 0 ? 0 : -1);
}

static void command_setsid(const struct command *command)
{
    answer_result(command, setsid());
}

/* Keeps the processor busy for that many microseconds: for races, where a sleep would be too coarse. */
static void command_spin(const struct command *command)
{
    struct timespec start;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000000 + (now.tv_nsec - start.tv_nsec) / 1000 <
             value_number(command->words[1]));
    answer_ok(command);
}

const struct command_entry process_commands[] = {
    {"setsid", command_setsid, 0, 0},
    {"spin", command_spin, 1, 1},
    {"getpid", command_getpid, 0, 0},
    {"getppid", command_getppid, 0, 0},
    {"fork", command_fork, 1, 1},
    {"execute", command_execute, 1, 1},
    {"run", command_run_program, 1, PROBE_WORDS},
    {"waitpid", command_waitpid, 1, 2},
    {"kill", command_kill, 2, 2},
    {"raise", command_raise, 1, 1},
    {"crash", command_crash, 0, 1},
    {"exit", command_exit, 1, 1},
    {"_exit", command_exit_at_once, 1, 1},
    {"return", command_return_code, 1, 1},
    {"threads", command_threads, 1, 1},
    {NULL, NULL, 0, 0},
};
