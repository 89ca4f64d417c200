/* children.c: commands that make children in every other way than fork(): without fork handlers, by raw system call, by
 * vfork and posix_spawn, and children of children. */
#include "probe.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* clone(2): on this machine the stack comes before the flags. */
#ifdef __s390__
static pid_t fork_raw(void)
{
    return (pid_t)syscall(SYS_clone, 0UL, (unsigned long)SIGCHLD, 0UL, 0UL, 0UL);
}
#else
static pid_t fork_raw(void)
{
    return (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, 0UL, 0UL, 0UL, 0UL);
}
#endif

#ifdef __GLIBC__
#define HAS_BARE_FORK __GLIBC_PREREQ(2, 34)
#else
#define HAS_BARE_FORK 0
#endif
#if HAS_BARE_FORK
static pid_t fork_bare(void)
{
    return _Fork();
}
#else
static pid_t fork_bare(void)
{
    return fork_raw();
}
#endif

/* Its parent is gone when it goes on. */
static pid_t fork_grandchild(void)
{
    const pid_t child = fork();
    if (child == 0) {
        const pid_t grandchild = fork();
        if (grandchild != 0) {
            _exit(grandchild > 0 ? 0 : 1);
        }
    } else if (child > 0) {
        waitpid(child, NULL, 0);
    }
    return child;
}

/* child bare|clone|grandchild CHANNEL: it reports `forked` and obeys there, as after `fork`. */
static void command_child(const struct command *command)
{
    const char *kind = command->words[1];
    const int channel = (int)value_number(command->words[2]);
    errno = EINVAL;
    const pid_t child = strcmp(kind, "bare") == 0         ? fork_bare()
                        : strcmp(kind, "clone") == 0      ? fork_raw()
                        : strcmp(kind, "grandchild") == 0 ? fork_grandchild()
                                                          : -1;
    if (child == 0) {
        context_set_channel(channel);
        event_send(channel, "forked", "pid", getpid());
        return;
    }
    answer_result(command, child);
}

static pid_t execute(const char *kind, char *program)
{
    char *arguments[2] = {program, NULL};
    if (strcmp(kind, "spawn") == 0) {
        pid_t child = -1;
        errno = posix_spawn(&child, program, NULL, NULL, arguments, environ);
        return errno == 0 ? child : -1;
    }
    if (strcmp(kind, "bare") == 0) {
        const pid_t child = fork_bare();
        if (child == 0) {
            execv(program, arguments);
            _exit(127);
        }
        return child;
    }
    const pid_t child = vfork();
    if (child == 0) {
        execv(program, arguments);
        _exit(127);
    }
    return child;
}

/* execute_by vfork|spawn|bare CHANNEL: as `execute`. */
static void command_execute_by(const struct command *command)
{
    char program[4096];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    setenv("DAEMONCTX_PROBE_CHANNEL", command->words[2], 1);
    answer_result(command, execute(command->words[1], program));
    unsetenv("DAEMONCTX_PROBE_CHANNEL");
}

const struct command_entry child_commands[] = {
    {"child", command_child, 2, 2},
    {"execute_by", command_execute_by, 2, 2},
    {NULL, NULL, 0, 0},
};
