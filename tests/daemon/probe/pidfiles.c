// pidfiles.c: the functions on the pid files of other processes, which need no context.
#include <daemonctx/daemonctx.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

static void answer(const struct command *command, daemonctx_status_t status, int error)
{
    static struct line line;
    line_start(&line, "ok");
    line_number(&line, "status", status);
    line_number(&line, "errno", status < 0 ? error : 0);
    line_send(&line, command->channel);
}

static void command_query(const struct command *command)
{
    static struct line line;
    int32_t pid = -1;
    errno = 0;
    const daemonctx_status_t status = daemonctx_pidfile_query(command->words[1], &pid);
    const int error = errno;
    line_start(&line, "ok");
    line_number(&line, "status", status);
    line_number(&line, "pid", pid);
    line_number(&line, "errno", status < 0 ? error : 0);
    line_send(&line, command->channel);
}

static void command_signal(const struct command *command)
{
    errno = 0;
    const daemonctx_status_t status = daemonctx_pidfile_signal(command->words[1], value_signal(command->words[2]));
    answer(command, status, errno);
}

static void command_stop(const struct command *command)
{
    errno = 0;
    const daemonctx_status_t status =
        daemonctx_pidfile_stop(command->words[1], (int32_t)value_number(command->words[2]));
    answer(command, status, errno);
}

static void command_wait(const struct command *command)
{
    errno = 0;
    const daemonctx_status_t status =
        daemonctx_pidfile_wait(command->words[1], (int32_t)value_number(command->words[2]));
    answer(command, status, errno);
}

/* What others than the library may do to a pid file: lock FD ofd|record read|write BYTE. */
static int lock_byte(const struct command *command)
{
    struct flock lock = {.l_type = strcmp(command->words[3], "read") == 0 ? F_RDLCK : F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = (off_t)value_number(command->words[4]),
                         .l_len = 1};
    const int how = strcmp(command->words[2], "ofd") == 0 ? F_OFD_SETLK : F_SETLK;
    return fcntl((int)value_number(command->words[1]), how, &lock);
}

static void command_lock(const struct command *command)
{
    answer_result(command, lock_byte(command));
}

static int lock_and_end(void *command)
{
    _exit(lock_byte(command) == 0 ? 0 : 1);
}

/* lock_by_child FD ofd|record read|write BYTE: a child that shares the descriptors does it and ends; a record lock
 * stays. result= the pid that it had. */
static void command_lock_by_child(const struct command *command)
{
    static char stack[65536] __attribute__((aligned(16)));
    struct command copy = *command;
    int status = 0;
    const pid_t child = clone(lock_and_end, stack + sizeof stack, CLONE_FILES | SIGCHLD, &copy);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        answer_error(command, errno);
        return;
    }
    answer_number(command, "result", child);
}

const struct command_entry pidfile_commands[] = {
    {"lock", command_lock, 4, 4},
    {"lock_by_child", command_lock_by_child, 4, 4},
    {"query", command_query, 1, 1},
    {"pidfile_signal", command_signal, 2, 2},
    {"pidfile_stop", command_stop, 2, 2},
    {"pidfile_wait", command_wait, 2, 2},
    {NULL, NULL, 0, 0},
};
