/* getters.c: `get NAME` answers `ok value=…`, or the getter's own status. */
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef const daemonctx_context_t context_t;

static const struct {
    const char *name;
    daemonctx_status_t (*get)(context_t *, const char **);
} texts[] = {
    {"chroot_directory", daemonctx_get_chroot_directory},
    {"working_directory", daemonctx_get_working_directory},
    {"pidfile", daemonctx_get_pidfile},
    {"user", daemonctx_get_user},
    {"group", daemonctx_get_group},
    {"stdin_path", daemonctx_get_stdin_path},
};

static const struct {
    const char *name;
    daemonctx_status_t (*get)(context_t *, uint32_t *);
} numbers[] = {
    {"umask", daemonctx_get_umask},
    {"uid", daemonctx_get_uid},
    {"gid", daemonctx_get_gid},
    {"detach_process", daemonctx_get_detach_process},
    {"method", daemonctx_get_detach_method},
    {"ready_mode", daemonctx_get_ready_mode},
    {"stream_switch", daemonctx_get_stream_switch},
    {"signal_reset", daemonctx_get_signal_reset},
    {"stdin_kind", daemonctx_get_stdin_kind},
    {"stdout_kind", daemonctx_get_stdout_kind},
    {"stderr_kind", daemonctx_get_stderr_kind},
};

static const struct {
    const char *name;
    daemonctx_status_t (*get)(context_t *, int32_t *);
} integers[] = {
    {"prevent_core", daemonctx_get_prevent_core},
    {"no_new_privs", daemonctx_get_no_new_privs},
    {"close_at_exit", daemonctx_get_close_at_exit},
    {"ready_timeout", daemonctx_get_ready_timeout},
    {"stdin", daemonctx_get_stdin},
    {"stdout", daemonctx_get_stdout},
    {"stderr", daemonctx_get_stderr},
};

static void append(char *list, size_t size, int64_t value)
{
    const size_t length = strlen(list);
    snprintf(list + length, size - length, "%s%lld", length > 0 ? "," : "", (long long)value);
}

static void get_list(const struct command *command, context_t *context, bool descriptors)
{
    const int32_t *fds = NULL;
    const uint32_t *groups = NULL;
    size_t count = 0;
    char list[4096] = "";
    const daemonctx_status_t status = descriptors ? daemonctx_get_files_preserve(context, &fds, &count)
                                                  : daemonctx_get_groups(context, &groups, &count);
    if (status != DAEMONCTX_OK) {
        answer_status(command, status);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        append(list, sizeof list, descriptors ? (int64_t)fds[i] : (int64_t)groups[i]);
    }
    answer_text(command, "value", list);
}

static void get_signal(const struct command *command, context_t *context)
{
    uint32_t action = 0;
    const int signum = command->count > 2 ? value_signal(command->words[2]) : 0;
    const daemonctx_status_t status = daemonctx_get_signal_action(context, signum, &action);
    if (status == DAEMONCTX_OK) {
        answer_number(command, "value", action);
    } else {
        answer_status(command, status);
    }
}

static void get_output_path(const struct command *command, context_t *context, bool error_stream)
{
    const char *path = NULL;
    uint32_t mode = 0;
    const daemonctx_status_t status = error_stream ? daemonctx_get_stderr_path(context, &path, &mode)
                                                   : daemonctx_get_stdout_path(context, &path, &mode);
    if (status == DAEMONCTX_OK) {
        answer_text(command, "value", path);
    } else {
        answer_status(command, status);
    }
}

static void get_capabilities(const struct command *command, context_t *context)
{
    uint64_t kept = 0;
    const daemonctx_status_t status = daemonctx_get_capabilities(context, &kept);
    if (status == DAEMONCTX_OK) {
        answer_number(command, "value", (int64_t)kept);
    } else {
        answer_status(command, status);
    }
}

static bool get_in_tables(const struct command *command, context_t *context)
{
    const char *name = command->words[1];
    const char *text = NULL;
    uint32_t number = 0;
    int32_t integer = 0;
    daemonctx_status_t status = DAEMONCTX_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i].name, name) == 0) {
            status = texts[i].get(context, &text);
            status == DAEMONCTX_OK ? answer_text(command, "value", text != NULL ? text : "")
                                   : answer_status(command, status);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(numbers[i].name, name) == 0) {
            status = numbers[i].get(context, &number);
            status == DAEMONCTX_OK ? answer_number(command, "value", number) : answer_status(command, status);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
        if (strcmp(integers[i].name, name) == 0) {
            status = integers[i].get(context, &integer);
            status == DAEMONCTX_OK ? answer_number(command, "value", integer) : answer_status(command, status);
            return true;
        }
    }
    return false;
}

void command_get(const struct command *command)
{
    context_t *context = context_current();
    const char *name = command->words[1];
    if (strcmp(name, "files_preserve") == 0 || strcmp(name, "groups") == 0) {
        get_list(command, context, name[0] == 'f');
    } else if (strcmp(name, "signal") == 0) {
        get_signal(command, context);
    } else if (strcmp(name, "stdout_path") == 0 || strcmp(name, "stderr_path") == 0) {
        get_output_path(command, context, name[3] == 'e');
    } else if (strcmp(name, "capabilities") == 0) {
        get_capabilities(command, context);
    } else if (!get_in_tables(command, context)) {
        answer_error(command, EINVAL);
    }
}
