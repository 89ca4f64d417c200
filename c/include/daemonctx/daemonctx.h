/* daemonctx.h: the C ABI of daemonctx. */
#ifndef DAEMONCTX_DAEMONCTX_H
#define DAEMONCTX_DAEMONCTX_H

#include <stddef.h>
#include <stdint.h>

#if defined(DAEMONCTX_BUILD) && defined(__GNUC__)
#define DAEMONCTX_API __attribute__((visibility("default")))
#else
#define DAEMONCTX_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- 1. Version ------------------------------------------------------------------------------------------- */
#define DAEMONCTX_VERSION_MAJOR 1
#define DAEMONCTX_VERSION_MINOR 0
#define DAEMONCTX_VERSION_PATCH 0
DAEMONCTX_API uint32_t daemonctx_version(void);
DAEMONCTX_API const char *daemonctx_version_string(void);

/* ---- 2. Status, steps ------------------------------------------------------------------------------------- */
typedef int32_t daemonctx_status_t;
enum daemonctx_status {
    DAEMONCTX_OK = 0,
    DAEMONCTX_LAUNCHED = 1,       /* launch: this is the launcher, the daemon runs */
    DAEMONCTX_TERMINATED = 2,     /* wait_events, dispatch: a TERMINATE signal came */
    DAEMONCTX_IDLE = 3,           /* wait_events: nothing came in time */
    DAEMONCTX_NOT_RUNNING = 4,    /* pidfile_*: nobody holds the lock */
    DAEMONCTX_ERR_ARGUMENT = -1,
    DAEMONCTX_ERR_RANGE = -2,
    DAEMONCTX_ERR_STATE = -3,
    DAEMONCTX_ERR_MEMORY = -4,
    DAEMONCTX_ERR_SYSTEM = -5,
    DAEMONCTX_ERR_NOT_FOUND = -6,
    DAEMONCTX_ERR_ALREADY_RUNNING = -7,
    DAEMONCTX_ERR_UNSAFE_PATH = -8,
    DAEMONCTX_ERR_PRIVILEGE = -9,
    DAEMONCTX_ERR_THREADS = -10,
    DAEMONCTX_ERR_TIMEOUT = -11,
    DAEMONCTX_ERR_DIED = -12,
    DAEMONCTX_ERR_PROGRAM = -13,
    DAEMONCTX_ERR_CALLBACK = -14,
    DAEMONCTX_ERR_UNSUPPORTED = -15
};
DAEMONCTX_API const char *daemonctx_status_name(daemonctx_status_t status);
DAEMONCTX_API const char *daemonctx_status_message(daemonctx_status_t status);

typedef uint32_t daemonctx_step_t;
enum daemonctx_step {
    DAEMONCTX_STEP_NONE = 0, DAEMONCTX_STEP_PLAN, DAEMONCTX_STEP_PREPARE, DAEMONCTX_STEP_DETACH, DAEMONCTX_STEP_FILES,
    DAEMONCTX_STEP_PREVENT_CORE, DAEMONCTX_STEP_PRIVILEGED, DAEMONCTX_STEP_CHROOT, DAEMONCTX_STEP_IDENTITY,
    DAEMONCTX_STEP_NOT_DUMPABLE, DAEMONCTX_STEP_WORKING_DIRECTORY, DAEMONCTX_STEP_UMASK,
    DAEMONCTX_STEP_SIGNALS, DAEMONCTX_STEP_STREAMS, DAEMONCTX_STEP_PIDFILE, DAEMONCTX_STEP_OPEN,
    DAEMONCTX_STEP_CLOSE_AT_EXIT, DAEMONCTX_STEP_REPORT
};
DAEMONCTX_API const char *daemonctx_step_name(daemonctx_step_t step);

/* ---- 3. Life ---------------------------------------------------------------------------------------------- */
typedef struct daemonctx_context daemonctx_context_t;

DAEMONCTX_API daemonctx_status_t daemonctx_new(daemonctx_context_t **ret_ctx);
DAEMONCTX_API void daemonctx_free(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_check(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_open(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_launch(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_close(daemonctx_context_t *ctx);
DAEMONCTX_API int32_t daemonctx_is_open(const daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_terminate(daemonctx_context_t *ctx, int32_t signum);
DAEMONCTX_API int32_t daemonctx_daemon_pid(const daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_notify_ready(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_notify_failed(daemonctx_context_t *ctx, int32_t exit_code,
                                                         const char *message);
DAEMONCTX_API daemonctx_status_t daemonctx_reopen_streams(daemonctx_context_t *ctx);

/* ---- 4. Error detail of the last failed call on this context ---------------------------------------------- */
DAEMONCTX_API daemonctx_status_t daemonctx_error_status(const daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_step_t daemonctx_error_step(const daemonctx_context_t *ctx);
DAEMONCTX_API int32_t daemonctx_error_errno(const daemonctx_context_t *ctx);
DAEMONCTX_API int32_t daemonctx_error_pid(const daemonctx_context_t *ctx);
DAEMONCTX_API int32_t daemonctx_error_exit_code(const daemonctx_context_t *ctx);
DAEMONCTX_API int32_t daemonctx_error_signal(const daemonctx_context_t *ctx); /* the daemon died by it; -1: not known */
DAEMONCTX_API const char *daemonctx_error_message(const daemonctx_context_t *ctx);

/* ---- 5. Callbacks ----------------------------------------------------------------------------------------- */
/* hook: 0 = go on; anything else fails the launch, with the text given to notify_failed() before returning */
typedef int32_t (*daemonctx_hook_fn)(daemonctx_context_t *ctx, void *user_data);
typedef void (*daemonctx_signal_fn)(daemonctx_context_t *ctx, int32_t signum, void *user_data);
typedef void (*daemonctx_async_signal_fn)(int signum);
typedef void (*daemonctx_trace_fn)(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status,
                                   void *user_data);

/* ---- 6. The PEP's options --------------------------------------------------------------------------------- */
DAEMONCTX_API daemonctx_status_t daemonctx_set_files_preserve(daemonctx_context_t *ctx, const int32_t *fds, size_t count);
DAEMONCTX_API daemonctx_status_t daemonctx_get_files_preserve(const daemonctx_context_t *ctx, const int32_t **ret_fds, size_t *ret_count);
DAEMONCTX_API daemonctx_status_t daemonctx_preserve(daemonctx_context_t *ctx, int32_t fd);

DAEMONCTX_API daemonctx_status_t daemonctx_set_chroot_directory(daemonctx_context_t *ctx, const char *path);
DAEMONCTX_API daemonctx_status_t daemonctx_get_chroot_directory(const daemonctx_context_t *ctx, const char **ret_path);
DAEMONCTX_API daemonctx_status_t daemonctx_set_working_directory(daemonctx_context_t *ctx, const char *path);
DAEMONCTX_API daemonctx_status_t daemonctx_get_working_directory(const daemonctx_context_t *ctx, const char **ret_path);

DAEMONCTX_API daemonctx_status_t daemonctx_set_umask_inherit(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_set_umask(daemonctx_context_t *ctx, uint32_t mask);
DAEMONCTX_API daemonctx_status_t daemonctx_get_umask(const daemonctx_context_t *ctx, uint32_t *ret_mask);

DAEMONCTX_API daemonctx_status_t daemonctx_set_pidfile(daemonctx_context_t *ctx, const char *path);
DAEMONCTX_API daemonctx_status_t daemonctx_get_pidfile(const daemonctx_context_t *ctx, const char **ret_path);
DAEMONCTX_API daemonctx_status_t daemonctx_set_pidfile_manager(daemonctx_context_t *ctx, daemonctx_hook_fn enter,
                                                               daemonctx_hook_fn exit, void *user_data);

enum daemonctx_detach_process { DAEMONCTX_DETACH_PROCESS_NO = 0, DAEMONCTX_DETACH_PROCESS_YES = 1, DAEMONCTX_DETACH_PROCESS_AUTO = 2 };
DAEMONCTX_API daemonctx_status_t daemonctx_set_detach_process(daemonctx_context_t *ctx, uint32_t detach);
DAEMONCTX_API daemonctx_status_t daemonctx_get_detach_process(const daemonctx_context_t *ctx, uint32_t *ret_detach);
enum daemonctx_detach_reason {
    DAEMONCTX_DETACH_REASON_REQUIRED = 0, DAEMONCTX_DETACH_REASON_PID_1, DAEMONCTX_DETACH_REASON_CHILD_OF_PID_1, DAEMONCTX_DETACH_REASON_INETD,
    DAEMONCTX_DETACH_REASON_NOTIFY_SOCKET, DAEMONCTX_DETACH_REASON_LISTEN_PID
};
DAEMONCTX_API daemonctx_status_t daemonctx_detach_reason(const daemonctx_context_t *ctx, uint32_t *ret_reason);

/* signal_map: edited per signal */
enum daemonctx_signal_action { DAEMONCTX_SIGNAL_ACTION_IGNORE = 0, DAEMONCTX_SIGNAL_ACTION_DEFAULT = 1, DAEMONCTX_SIGNAL_ACTION_TERMINATE = 2,
       DAEMONCTX_SIGNAL_ACTION_HANDLER = 3, DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER = 4, DAEMONCTX_SIGNAL_ACTION_UNSET = 5 };
DAEMONCTX_API daemonctx_status_t daemonctx_set_signal_action(daemonctx_context_t *ctx, int32_t signum, uint32_t action);
DAEMONCTX_API daemonctx_status_t daemonctx_set_signal_handler(daemonctx_context_t *ctx, int32_t signum, daemonctx_signal_fn fn, void *user_data);
DAEMONCTX_API daemonctx_status_t daemonctx_set_signal_async_handler(daemonctx_context_t *ctx, int32_t signum, daemonctx_async_signal_fn fn);
DAEMONCTX_API daemonctx_status_t daemonctx_unset_signal(daemonctx_context_t *ctx, int32_t signum);
DAEMONCTX_API daemonctx_status_t daemonctx_clear_signal_map(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_get_signal_action(const daemonctx_context_t *ctx, int32_t signum, uint32_t *ret_action);
enum daemonctx_signal_reset { DAEMONCTX_SIGNAL_RESET_MAPPED = 0, DAEMONCTX_SIGNAL_RESET_ALL = 1 };
DAEMONCTX_API daemonctx_status_t daemonctx_set_signal_reset(daemonctx_context_t *ctx, uint32_t mode);
DAEMONCTX_API daemonctx_status_t daemonctx_get_signal_reset(const daemonctx_context_t *ctx, uint32_t *ret_mode);

DAEMONCTX_API daemonctx_status_t daemonctx_set_uid(daemonctx_context_t *ctx, uint32_t uid);
DAEMONCTX_API daemonctx_status_t daemonctx_get_uid(const daemonctx_context_t *ctx, uint32_t *ret_uid);
DAEMONCTX_API daemonctx_status_t daemonctx_set_gid(daemonctx_context_t *ctx, uint32_t gid);
DAEMONCTX_API daemonctx_status_t daemonctx_get_gid(const daemonctx_context_t *ctx, uint32_t *ret_gid);
DAEMONCTX_API daemonctx_status_t daemonctx_set_user(daemonctx_context_t *ctx, const char *name);
DAEMONCTX_API daemonctx_status_t daemonctx_get_user(const daemonctx_context_t *ctx, const char **ret_name);
DAEMONCTX_API daemonctx_status_t daemonctx_set_group(daemonctx_context_t *ctx, const char *name);
DAEMONCTX_API daemonctx_status_t daemonctx_get_group(const daemonctx_context_t *ctx, const char **ret_name);
DAEMONCTX_API daemonctx_status_t daemonctx_set_groups(daemonctx_context_t *ctx, const uint32_t *gids, size_t count);
DAEMONCTX_API daemonctx_status_t daemonctx_get_groups(const daemonctx_context_t *ctx, const uint32_t **ret_gids, size_t *ret_count);
DAEMONCTX_API daemonctx_status_t daemonctx_unset_chroot_directory(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_unset_pidfile(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_unset_uid(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_unset_gid(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_unset_user(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_unset_group(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_unset_groups(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_set_prevent_core(daemonctx_context_t *ctx, int32_t enabled);
DAEMONCTX_API daemonctx_status_t daemonctx_get_prevent_core(const daemonctx_context_t *ctx, int32_t *ret_enabled);

/* streams: a kind, and one setter for each */
enum daemonctx_stream_kind { DAEMONCTX_STREAM_KIND_NULL = 0, DAEMONCTX_STREAM_KIND_INHERIT = 1, DAEMONCTX_STREAM_KIND_FD = 2, DAEMONCTX_STREAM_KIND_PATH = 3 };
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdin(daemonctx_context_t *ctx, int32_t fd);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdin_path(daemonctx_context_t *ctx, const char *path);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdin_null(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdin_inherit(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdin_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdin(const daemonctx_context_t *ctx, int32_t *ret_fd);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdin_path(const daemonctx_context_t *ctx, const char **ret_path);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdout(daemonctx_context_t *ctx, int32_t fd);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdout_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdout_null(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdout_inherit(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdout_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdout(const daemonctx_context_t *ctx, int32_t *ret_fd);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdout_path(const daemonctx_context_t *ctx, const char **ret_path, uint32_t *ret_mode);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stderr(daemonctx_context_t *ctx, int32_t fd);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stderr_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stderr_null(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_set_stderr_inherit(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stderr_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stderr(const daemonctx_context_t *ctx, int32_t *ret_fd);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stderr_path(const daemonctx_context_t *ctx, const char **ret_path, uint32_t *ret_mode);

/* ---- 7. Options beyond the PEP ---------------------------------------------------------------------------- */
enum daemonctx_detach_method { DAEMONCTX_DETACH_METHOD_AUTO = 0, DAEMONCTX_DETACH_METHOD_FORK = 1, DAEMONCTX_DETACH_METHOD_REEXEC = 2,
       DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED = 3 };
DAEMONCTX_API daemonctx_status_t daemonctx_set_detach_method(daemonctx_context_t *ctx, uint32_t method);
DAEMONCTX_API daemonctx_status_t daemonctx_get_detach_method(const daemonctx_context_t *ctx, uint32_t *ret_method);
enum daemonctx_ready_mode { DAEMONCTX_READY_MODE_ON_OPEN = 0, DAEMONCTX_READY_MODE_MANUAL = 1 };
DAEMONCTX_API daemonctx_status_t daemonctx_set_ready_mode(daemonctx_context_t *ctx, uint32_t mode);
DAEMONCTX_API daemonctx_status_t daemonctx_get_ready_mode(const daemonctx_context_t *ctx, uint32_t *ret_mode);
DAEMONCTX_API daemonctx_status_t daemonctx_set_ready_timeout(daemonctx_context_t *ctx, int32_t timeout_ms);
DAEMONCTX_API daemonctx_status_t daemonctx_get_ready_timeout(const daemonctx_context_t *ctx, int32_t *ret_timeout_ms);
enum daemonctx_stream_switch { DAEMONCTX_STREAM_SWITCH_AT_OPEN = 0, DAEMONCTX_STREAM_SWITCH_AT_READY = 1 };
DAEMONCTX_API daemonctx_status_t daemonctx_set_stream_switch(daemonctx_context_t *ctx, uint32_t when);
DAEMONCTX_API daemonctx_status_t daemonctx_get_stream_switch(const daemonctx_context_t *ctx, uint32_t *ret_when);
DAEMONCTX_API daemonctx_status_t daemonctx_set_prepare_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
DAEMONCTX_API daemonctx_status_t daemonctx_set_launcher_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
DAEMONCTX_API daemonctx_status_t daemonctx_set_daemon_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
DAEMONCTX_API daemonctx_status_t daemonctx_set_privileged_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
DAEMONCTX_API daemonctx_status_t daemonctx_set_trace(daemonctx_context_t *ctx, daemonctx_trace_fn fn, void *user_data);
DAEMONCTX_API daemonctx_status_t daemonctx_set_no_new_privs(daemonctx_context_t *ctx, int32_t enabled);
DAEMONCTX_API daemonctx_status_t daemonctx_get_no_new_privs(const daemonctx_context_t *ctx, int32_t *ret_enabled);
DAEMONCTX_API daemonctx_status_t daemonctx_set_close_at_exit(daemonctx_context_t *ctx, int32_t enabled);
DAEMONCTX_API daemonctx_status_t daemonctx_get_close_at_exit(const daemonctx_context_t *ctx, int32_t *ret_enabled);
DAEMONCTX_API int32_t daemonctx_is_detach_required(uint32_t *ret_reason);

/* ---- 8. Events -------------------------------------------------------------------------------------------- */
DAEMONCTX_API daemonctx_status_t daemonctx_signal_fd(daemonctx_context_t *ctx, int32_t *ret_fd);
DAEMONCTX_API daemonctx_status_t daemonctx_dispatch(daemonctx_context_t *ctx);
DAEMONCTX_API daemonctx_status_t daemonctx_wait_events(daemonctx_context_t *ctx, int32_t timeout_ms);
DAEMONCTX_API int32_t daemonctx_is_terminating(const daemonctx_context_t *ctx, int32_t *ret_signum);

/* ---- 9. Pid files of other processes (no handle: the failing call's errno is in errno) ----------------------------- */
DAEMONCTX_API daemonctx_status_t daemonctx_pidfile_query(const char *path, int32_t *ret_pid);

#ifdef __cplusplus
}
#endif
#endif
