/* options.c: `name=value` calls that option's setter; `none` unsets it where it can be unset. */
#include "probe.h"

#include <errno.h>
#include <string.h>

typedef daemonctx_context_t context_t;

/* The channels are the probe's own and outlive every open. */
daemonctx_status_t files_preserve_channels(context_t *context, const int32_t *more, size_t count)
{
    int32_t descriptors[256];
    size_t total = 0;
    for (; total < PROBE_CHANNELS; total++) {
        descriptors[total] = PROBE_FIRST_CHANNEL + (int32_t)total;
    }
    for (size_t i = 0; i < count && total < sizeof descriptors / sizeof descriptors[0]; i++) {
        descriptors[total++] = more[i];
    }
    return daemonctx_set_files_preserve(context, descriptors, total);
}

static daemonctx_status_t set_files_preserve(context_t *context, char *value)
{
    int64_t numbers[128];
    int32_t descriptors[128];
    const size_t count = value_list(value, numbers, 128);
    for (size_t i = 0; i < count; i++) {
        descriptors[i] = (int32_t)numbers[i];
    }
    return files_preserve_channels(context, descriptors, count);
}

static daemonctx_status_t set_groups(context_t *context, char *value)
{
    int64_t numbers[64];
    uint32_t groups[64];
    if (strcmp(value, "none") == 0) {
        return daemonctx_unset_groups(context);
    }
    const size_t count = value_list(value, numbers, 64);
    for (size_t i = 0; i < count; i++) {
        groups[i] = (uint32_t)numbers[i];
    }
    return daemonctx_set_groups(context, groups, count);
}

static daemonctx_status_t set_umask(context_t *context, char *value)
{
    if (strcmp(value, "inherit") == 0) {
        return daemonctx_set_umask_inherit(context);
    }
    return daemonctx_set_umask(context, (uint32_t)value_number(value));
}

static const struct {
    const char *name;
    daemonctx_status_t (*set)(context_t *, const char *);
    daemonctx_status_t (*unset)(context_t *);
} texts[] = {
    {"chroot_directory", daemonctx_set_chroot_directory, daemonctx_unset_chroot_directory},
    {"working_directory", daemonctx_set_working_directory, NULL},
    {"pidfile", daemonctx_set_pidfile, daemonctx_unset_pidfile},
    {"user", daemonctx_set_user, daemonctx_unset_user},
    {"group", daemonctx_set_group, daemonctx_unset_group},
};

static const struct {
    const char *name;
    daemonctx_status_t (*set)(context_t *, uint32_t);
    daemonctx_status_t (*unset)(context_t *);
} numbers[] = {
    {"uid", daemonctx_set_uid, daemonctx_unset_uid},
    {"gid", daemonctx_set_gid, daemonctx_unset_gid},
};

static const struct {
    const char *name;
    daemonctx_status_t (*set)(context_t *, int32_t);
} flags[] = {
    {"prevent_core", daemonctx_set_prevent_core},
    {"no_new_privs", daemonctx_set_no_new_privs},
    {"close_at_exit", daemonctx_set_close_at_exit},
    {"ready_timeout", daemonctx_set_ready_timeout},
};

static const struct {
    const char *name;
    daemonctx_status_t (*set)(context_t *, uint32_t);
} enumerated[] = {
    {"detach_process", daemonctx_set_detach_process}, {"method", daemonctx_set_detach_method},
    {"ready_mode", daemonctx_set_ready_mode},         {"stream_switch", daemonctx_set_stream_switch},
    {"signal_reset", daemonctx_set_signal_reset},
};

static daemonctx_status_t set_stdin_path(context_t *context, const char *path, uint32_t mode)
{
    (void)mode;
    return daemonctx_set_stdin_path(context, path);
}

static const struct stream {
    const char *name;
    daemonctx_status_t (*set_null)(context_t *);
    daemonctx_status_t (*set_inherit)(context_t *);
    daemonctx_status_t (*set_fd)(context_t *, int32_t);
    daemonctx_status_t (*set_path)(context_t *, const char *, uint32_t);
} streams[] = {
    {"stdin", daemonctx_set_stdin_null, daemonctx_set_stdin_inherit, daemonctx_set_stdin, set_stdin_path},
    {"stdout", daemonctx_set_stdout_null, daemonctx_set_stdout_inherit, daemonctx_set_stdout,
     daemonctx_set_stdout_path},
    {"stderr", daemonctx_set_stderr_null, daemonctx_set_stderr_inherit, daemonctx_set_stderr,
     daemonctx_set_stderr_path},
};

/* null, inherit, fd:N, path:P (mode 0640), mode:M:P */
static daemonctx_status_t set_stream(const struct stream *stream, context_t *context, char *value, bool *known)
{
    if (strcmp(value, "null") == 0) {
        return stream->set_null(context);
    }
    if (strcmp(value, "inherit") == 0) {
        return stream->set_inherit(context);
    }
    if (strncmp(value, "fd:", 3) == 0) {
        return stream->set_fd(context, (int32_t)value_number(value + 3));
    }
    if (strncmp(value, "path:", 5) == 0) {
        return stream->set_path(context, value + 5, 0640);
    }
    char *path = strncmp(value, "mode:", 5) == 0 ? strchr(value + 5, ':') : NULL;
    if (path == NULL) {
        *known = false;
        return DAEMONCTX_OK;
    }
    return stream->set_path(context, path + 1, (uint32_t)value_number(value + 5));
}

static daemonctx_status_t set_in_tables(context_t *context, const char *name, char *value, bool *known)
{
    uint32_t enumerator = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i].name, name) == 0) {
            const bool unset = texts[i].unset != NULL && strcmp(value, "none") == 0;
            return unset ? texts[i].unset(context) : texts[i].set(context, value);
        }
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(numbers[i].name, name) == 0) {
            const bool unset = strcmp(value, "none") == 0;
            return unset ? numbers[i].unset(context) : numbers[i].set(context, (uint32_t)value_number(value));
        }
    }
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strcmp(flags[i].name, name) == 0) {
            return flags[i].set(context, (int32_t)value_number(value));
        }
    }
    for (size_t i = 0; i < sizeof enumerated / sizeof enumerated[0]; i++) {
        if (strcmp(enumerated[i].name, name) == 0 && value_enumerator(name, value, &enumerator)) {
            return enumerated[i].set(context, enumerator);
        }
    }
    *known = false;
    return DAEMONCTX_OK;
}

daemonctx_status_t option_set(const char *name, char *value, bool *known)
{
    context_t *context = context_current();
    *known = true;
    if (strcmp(name, "files_preserve") == 0) {
        return set_files_preserve(context, value);
    }
    if (strcmp(name, "groups") == 0) {
        return set_groups(context, value);
    }
    if (strcmp(name, "umask") == 0) {
        return set_umask(context, value);
    }
    if (strcmp(name, "capabilities") == 0) {
        return daemonctx_set_capabilities(context, (uint64_t)value_number(value));
    }
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        if (strcmp(streams[i].name, name) == 0) {
            return set_stream(&streams[i], context, value, known);
        }
    }
    return set_in_tables(context, name, value, known);
}
