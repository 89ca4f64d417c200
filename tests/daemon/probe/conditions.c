/* conditions.c: commands that change the process otherwise: directory, umask, limits, identity, signals, stdio, exit
 * and fork handlers. */
#include "probe.h"

#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void command_chdir(const struct command *command)
{
    answer_result(command, chdir(command->words[1]));
}

static void command_fchdir(const struct command *command)
{
    answer_result(command, fchdir((int)value_number(command->words[1])));
}

static void command_umask(const struct command *command)
{
    answer_result(command, (int)umask((mode_t)value_number(command->words[1])));
}

/* No table: the type of RLIMIT_... differs between C libraries. */
static int set_limit(const char *name, const struct rlimit *limit)
{
    if (strcmp(name, "NOFILE") == 0) {
        return setrlimit(RLIMIT_NOFILE, limit);
    }
    if (strcmp(name, "CORE") == 0) {
        return setrlimit(RLIMIT_CORE, limit);
    }
    if (strcmp(name, "NPROC") == 0) {
        return setrlimit(RLIMIT_NPROC, limit);
    }
    if (strcmp(name, "FSIZE") == 0) {
        return setrlimit(RLIMIT_FSIZE, limit);
    }
    if (strcmp(name, "AS") == 0) {
        return setrlimit(RLIMIT_AS, limit);
    }
    errno = EINVAL;
    return -1;
}

/* limit NAME SOFT HARD; -1 is unlimited. */
static void command_limit(const struct command *command)
{
    const struct rlimit limit = {(rlim_t)value_number(command->words[2]), (rlim_t)value_number(command->words[3])};
    answer_result(command, set_limit(command->words[1], &limit));
}

static void command_env(const struct command *command)
{
    answer_result(command, setenv(command->words[1], command->words[2], 1));
}

/* The process's own pid as value: LISTEN_PID and the like. */
static void command_env_pid(const struct command *command)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%ld", (long)getpid());
    answer_result(command, setenv(command->words[1], digits, 1));
}

static void command_unsetenv(const struct command *command)
{
    answer_result(command, unsetenv(command->words[1]));
}

static void command_getenv(const struct command *command)
{
    const char *value = getenv(command->words[1]);
    answer_text(command, value != NULL ? "value" : "unset", value != NULL ? value : "");
}

static void command_setgroups(const struct command *command)
{
    int64_t numbers[64];
    gid_t groups[64];
    const size_t count = value_list(command->words[1], numbers, 64);
    for (size_t i = 0; i < count; i++) {
        groups[i] = (gid_t)numbers[i];
    }
    answer_result(command, setgroups(count, groups));
}

static void command_setresgid(const struct command *command)
{
    answer_result(command, setresgid((gid_t)value_number(command->words[1]), (gid_t)value_number(command->words[2]),
                                     (gid_t)value_number(command->words[3])));
}

static void command_setresuid(const struct command *command)
{
    answer_result(command, setresuid((uid_t)value_number(command->words[1]), (uid_t)value_number(command->words[2]),
                                     (uid_t)value_number(command->words[3])));
}

/* Answers the value; with an argument sets it before. */
static void command_dumpable(const struct command *command)
{
    if (command->count > 1 && prctl(PR_SET_DUMPABLE, value_number(command->words[1]), 0, 0, 0) < 0) {
        answer_error(command, errno);
        return;
    }
    answer_number(command, "value", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
}

/* prctl OPTION VALUE, both numbers. */
static void command_prctl(const struct command *command)
{
    answer_result(command, prctl((int)value_number(command->words[1]), value_number(command->words[2]), 0, 0, 0));
}

static int termination_signal;

static void report_signal(int signum)
{
    event_send(context_channel(), "signal", "signum", signum);
}

static void terminate_context(int signum)
{
    (void)signum;
    daemonctx_terminate(context_current(), termination_signal);
}

/* SIG default|ignore|report|terminate:SIG: the program's own disposition, set behind the library's back. */
static void command_sigaction(const struct command *command)
{
    struct sigaction action = {.sa_flags = SA_RESTART};
    const char *what = command->words[2];
    if (strcmp(what, "ignore") == 0) {
        action.sa_handler = SIG_IGN;
    } else if (strcmp(what, "report") == 0) {
        action.sa_handler = report_signal;
    } else if (strncmp(what, "terminate:", 10) == 0) {
        termination_signal = value_signal(what + 10);
        action.sa_handler = terminate_context;
    } else {
        action.sa_handler = SIG_DFL;
    }
    answer_result(command, sigaction(value_signal(command->words[1]), &action, NULL));
}

/* block|unblock|set, then signals parted by commas. */
static void command_sigmask(const struct command *command)
{
    sigset_t signals;
    sigemptyset(&signals);
    char *rest = NULL;
    for (char *name = strtok_r(command->words[2], ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
        sigaddset(&signals, value_signal(name));
    }
    const char *how = command->words[1];
    const int number = strcmp(how, "block") == 0 ? SIG_BLOCK : strcmp(how, "unblock") == 0 ? SIG_UNBLOCK : SIG_SETMASK;
    answer_result(command, sigprocmask(number, &signals, NULL));
}

/* Text left in a fully buffered stdout, or stderr, whatever the file is. */
static void print_to(const struct command *command, FILE *stream)
{
    static char buffers[2][8192];
    static bool buffered[2];
    const size_t index = stream == stderr;
    if (!buffered[index]) {
        setvbuf(stream, buffers[index], _IOFBF, sizeof buffers[index]);
        buffered[index] = true;
    }
    answer_result(command, fputs(command->words[1], stream));
}

static void command_print(const struct command *command)
{
    print_to(command, stdout);
}

static void command_print_error(const struct command *command)
{
    print_to(command, stderr);
}

static void command_flush(const struct command *command)
{
    answer_result(command, fflush(NULL));
}

static void at_exit(void)
{
    event_send(context_channel(), "atexit", "pid", getpid());
}

static void command_atexit(const struct command *command)
{
    answer_result(command, atexit(at_exit) == 0 ? 0 : -1);
}

static void before_fork(void)
{
    event_send(context_channel(), "atfork_prepare", "pid", getpid());
}

static void after_fork_parent(void)
{
    event_send(context_channel(), "atfork_parent", "pid", getpid());
}

static void after_fork_child(void)
{
    event_send(context_channel(), "atfork_child", "pid", getpid());
}

static void command_atfork(const struct command *command)
{
    errno = pthread_atfork(before_fork, after_fork_parent, after_fork_child);
    answer_result(command, errno == 0 ? 0 : -1);
}

const struct command_entry condition_commands[] = {
    {"chdir", command_chdir, 1, 1},
    {"fchdir", command_fchdir, 1, 1},
    {"set_umask", command_umask, 1, 1},
    {"limit", command_limit, 3, 3},
    {"env", command_env, 2, 2},
    {"env_pid", command_env_pid, 1, 1},
    {"unsetenv", command_unsetenv, 1, 1},
    {"getenv", command_getenv, 1, 1},
    {"setgroups", command_setgroups, 1, 1},
    {"setresgid", command_setresgid, 3, 3},
    {"setresuid", command_setresuid, 3, 3},
    {"dumpable", command_dumpable, 0, 1},
    {"prctl", command_prctl, 2, 2},
    {"sigaction", command_sigaction, 2, 2},
    {"sigmask", command_sigmask, 2, 2},
    {"print", command_print, 1, 1},
    {"print_error", command_print_error, 1, 1},
    {"flush", command_flush, 0, 0},
    {"atexit", command_atexit, 0, 0},
    {"atfork", command_atfork, 0, 0},
    {NULL, NULL, 0, 0},
};
