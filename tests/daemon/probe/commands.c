/* commands.c: takes one command apart, finds who runs it, and gives the answers their form. */
#include "probe.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int return_code;
static bool return_asked;
static bool inside; /* a hook's commands: they come with the hook */

/* Ends the innermost loop of commands: a paused hook, or main. */
void command_return(int code)
{
    return_code = code;
    return_asked = true;
}

int command_returned(void)
{
    const int code = return_asked ? return_code : 0;
    return_asked = false;
    return code;
}

void answer_ok(const struct command *command)
{
    answer_number(command, "status", 0);
}

void answer_number(const struct command *command, const char *key, int64_t value)
{
    static struct line line;
    line_start(&line, "ok");
    line_number(&line, key, value);
    if (!command->quiet) {
        line_send(&line, command->channel);
    }
}

void answer_text(const struct command *command, const char *key, const char *value)
{
    static struct line line;
    line_start(&line, "ok");
    line_text(&line, key, value);
    if (!command->quiet) {
        line_send(&line, command->channel);
    }
}

/* The probe's own trouble, never the library's. */
void answer_error(const struct command *command, int error)
{
    static struct line line;
    line_start(&line, "error");
    line_number(&line, "errno", error);
    line_text(&line, "command", command->count > 0 ? command->words[0] : "");
    line_send(&line, command->channel);
}

/* A system call's result: its number, or errno. */
void answer_result(const struct command *command, int result)
{
    if (result < 0) {
        answer_error(command, errno);
    } else {
        answer_number(command, "result", result);
    }
}

void answer_status(const struct command *command, daemonctx_status_t status)
{
    static struct line line;
    if (status >= 0) {
        answer_number(command, "status", status);
        return;
    }
    line_start(&line, "failed");
    line_error(&line, status);
    line_text(&line, "command", command->words[0]);
    line_send(&line, command->channel);
}

static bool run_option(const struct command *command)
{
    char *equals = strchr(command->words[0], '=');
    if (equals == NULL) {
        return false;
    }
    *equals = '\0';
    bool known = false;
    daemonctx_status_t status = option_set(command->words[0], equals + 1, &known);
    if (!known) {
        status = option_set_callback(command->words[0], equals + 1, &known);
    }
    if (known) {
        answer_status(command, status);
    } else {
        answer_error(command, EINVAL);
    }
    return true;
}

static bool run_from(const struct command_entry *table, const struct command *command)
{
    for (; table->name != NULL; table++) {
        if (strcmp(table->name, command->words[0]) == 0) {
            const int arguments = command->count - 1;
            if (arguments < table->least || arguments > table->most) {
                answer_error(command, E2BIG);
            } else {
                table->run(command);
            }
            return true;
        }
    }
    return false;
}

/* Words are parted by one space each; an empty word is an empty argument. */
void command_run(char *text, int channel, bool quiet)
{
    struct command command = {.channel = channel, .quiet = quiet};
    if (!inside) {
        again_note(text);
    }
    for (char *rest = text; rest != NULL && command.count < PROBE_WORDS; command.count++) {
        command.words[command.count] = strsep(&rest, " ");
        percent_decode(command.words[command.count]);
    }
    if (!run_option(&command) && !run_from(library_commands, &command) && !run_from(pidfile_commands, &command) &&
        !run_from(descriptor_commands, &command) && !run_from(condition_commands, &command) &&
        !run_from(process_commands, &command) && !run_from(signal_commands, &command) &&
        !run_from(thread_commands, &command) && !run_from(socket_commands, &command) &&
        !run_from(child_commands, &command) && !run_from(memory_commands, &command) &&
        !run_from(kernel_thread_commands, &command)) {
        answer_error(&command, ENOSYS);
    }
}

/* Commands parted by ';', as a hook is given them. */
void commands_run(char *list, int channel)
{
    char *rest = list;
    const bool outer = inside;
    inside = true;
    while (rest != NULL && !return_asked) {
        command_run(strsep(&rest, ";"), channel, true);
    }
    inside = outer;
}

/* Obeys a channel until `return`; a process that has changed its channel meanwhile obeys the new one. */
int commands_obey(int channel)
{
    char buffer[PROBE_LINE_SIZE]; /* not static: a hook's loop runs inside of open's command */
    const int start = context_channel();
    while (!return_asked) {
        if (context_channel() != start) {
            channel = context_channel();
        }
        if (!channel_receive(channel, buffer, sizeof buffer)) {
            _exit(PROBE_LEASH_STATUS);
        }
        command_run(buffer, channel, false);
    }
    return command_returned();
}
