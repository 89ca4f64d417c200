/*
 * What the program asked for. Setters validate, then store; nothing here touches the process.
 * A refused setter stores nothing and is remembered, so that open() cannot go on with less than was asked for.
 */
#ifndef DAEMONCTX_OPTIONS_H
#define DAEMONCTX_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemonctx/daemonctx.h"
#include "os/os.h"

enum option {
    OPTION_FILES_PRESERVE,
    OPTION_CHROOT_DIRECTORY,
    OPTION_WORKING_DIRECTORY,
    OPTION_UMASK,
    OPTION_PIDFILE,
    OPTION_PIDFILE_MANAGER,
    OPTION_DETACH_PROCESS,
    OPTION_SIGNAL_RESET,
    OPTION_UID,
    OPTION_GID,
    OPTION_USER,
    OPTION_GROUP,
    OPTION_GROUPS,
    OPTION_PREVENT_CORE,
    OPTION_STDIN,
    OPTION_STDOUT,
    OPTION_STDERR,
    OPTION_DETACH_METHOD,
    OPTION_READY_MODE,
    OPTION_READY_TIMEOUT,
    OPTION_STREAM_SWITCH,
    OPTION_PREPARE_HOOK,
    OPTION_LAUNCHER_HOOK,
    OPTION_DAEMON_HOOK,
    OPTION_PRIVILEGED_HOOK,
    OPTION_TRACE,
    OPTION_NO_NEW_PRIVS,
    OPTION_CAPABILITIES,
    OPTION_CLOSE_AT_EXIT,
    OPTION_STATE,
    OPTION_SIGNAL_MAP,                              /* a signal number that no system has */
    OPTION_COUNT = OPTION_SIGNAL_MAP + SIGNAL_LIMIT /* then one for each signal: OPTION_SIGNAL_MAP + signum */
};

struct hook {
    daemonctx_hook_fn fn;
    void *user_data;
};

struct signal_entry {
    uint32_t action; /* enum daemonctx_signal_action; UNSET is not in the map */
    daemonctx_signal_fn handler;
    void *user_data;
    daemonctx_async_signal_fn async_handler;
};

struct stream_option {
    uint32_t kind; /* enum daemonctx_stream_kind */
    int32_t fd;
    char *path;
    uint32_t mode;
};

enum {
    STREAM_COUNT = 3,
    FILES_PRESERVE_MAX = 1 << 20, /* more than any process may have open by default */
    STATE_MAX = 1 << 20
};
enum hook_place { HOOK_PREPARE, HOOK_LAUNCHER, HOOK_DAEMON, HOOK_PRIVILEGED, HOOK_COUNT };
enum identity_form { IDENTITY_UNSET, IDENTITY_BY_ID, IDENTITY_BY_NAME };

/* A user or a group as the program named it. */
struct identity_option {
    enum identity_form form;
    uint32_t id;
    char *name;
};

struct options {
    int32_t *files_preserve;
    size_t files_preserve_count;
    char *chroot_directory;  /* NULL: none */
    char *working_directory; /* NULL: "/" */
    bool umask_inherit;
    uint32_t umask;
    char *pidfile; /* NULL: none */
    struct hook pidfile_enter;
    struct hook pidfile_exit;
    uint32_t detach_process;
    uint32_t detach_reason;
    struct signal_entry signal_map[SIGNAL_LIMIT];
    uint32_t signal_reset;
    struct identity_option user;
    struct identity_option group;
    bool groups_given;
    uint32_t *groups;
    size_t groups_count;
    int32_t prevent_core;
    struct stream_option streams[STREAM_COUNT];
    uint32_t detach_method;
    uint32_t ready_mode;
    int32_t ready_timeout_ms;
    uint32_t stream_switch;
    struct hook hooks[HOOK_COUNT];
    daemonctx_trace_fn trace;
    void *trace_data;
    int32_t no_new_privs;
    uint64_t capabilities; /* bit n: capability n is kept; 0: not asked for */
    int32_t close_at_exit;
    unsigned char *state; /* for the program that is started again; NULL: none */
    size_t state_length;
};

struct refusal {
    daemonctx_status_t status; /* OK: none */
    uint32_t order;
    char *sentence; /* NULL when there was no memory for it */
};

struct refusals {
    uint32_t last_order;
    struct refusal of[OPTION_COUNT];
};

void options_init(struct options *options);
void options_free(struct options *options);

/* The start of every setter: OK, or the refusal of a NULL handle or of a context that is not closed. */
daemonctx_status_t option_enter(daemonctx_context_t *ctx, enum option option);
/* The refusing end of a setter: records detail and refusal, returns `status`. */
daemonctx_status_t option_refuse(daemonctx_context_t *ctx, enum option option, daemonctx_status_t status,
                                 const char *format, ...) __attribute__((format(printf, 4, 5)));
daemonctx_status_t option_refuse_null(daemonctx_context_t *ctx, enum option option);
daemonctx_status_t option_refuse_memory(daemonctx_context_t *ctx, enum option option);
/* The good end of a setter: forgets a refusal of that option. */
daemonctx_status_t option_accept(daemonctx_context_t *ctx, enum option option);
void option_forget_refusal(daemonctx_context_t *ctx, enum option option);
/* Records the first refusal that still stands as the error of this call; OK when there is none. */
daemonctx_status_t options_first_refusal(daemonctx_context_t *ctx);
void refusals_free(struct refusals *refusals);
const char *option_name(enum option option);

/* Where a stored value stands in struct options: a handle may be NULL, so that no pointer is formed before it is
 * checked. */
typedef size_t option_place_t;
#define OPTION_PLACE(member) offsetof(struct options, member)

/* Setters and getters of one shape. */
daemonctx_status_t option_set_enum(daemonctx_context_t *ctx, enum option option, option_place_t place, uint32_t value,
                                   uint32_t last);
daemonctx_status_t option_set_flag(daemonctx_context_t *ctx, enum option option, option_place_t place, int32_t value);
daemonctx_status_t option_set_hook(daemonctx_context_t *ctx, enum option option, option_place_t place,
                                   daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t option_set_path(daemonctx_context_t *ctx, enum option option, option_place_t place,
                                   const char *path);
daemonctx_status_t option_get_u32(const daemonctx_context_t *ctx, option_place_t place, uint32_t *ret_value);
daemonctx_status_t option_get_i32(const daemonctx_context_t *ctx, option_place_t place, int32_t *ret_value);
daemonctx_status_t option_get_text(const daemonctx_context_t *ctx, option_place_t place, const char **ret_text);
/* A checked copy of a path (or name) in *ret_copy; on refusal its status. */
daemonctx_status_t option_copy_text(daemonctx_context_t *ctx, enum option option, const char *text, size_t limit,
                                    char **ret_copy);

#endif
