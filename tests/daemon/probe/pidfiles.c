// pidfiles.c: the functions on the pid files of other processes, which need no context.
#include <daemonctx/daemonctx.h>
#include <errno.h>

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

const struct command_entry pidfile_commands[] = {
    {"query", command_query, 1, 1},
    {"pidfile_signal", command_signal, 2, 2},
    {"pidfile_stop", command_stop, 2, 2},
    {"pidfile_wait", command_wait, 2, 2},
    {NULL, NULL, 0, 0},
};
