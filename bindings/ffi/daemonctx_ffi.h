/*
 * The C ABI of daemonctx as plain declarations: no preprocessor, no attributes, nothing of the system's headers.
 * For LuaJIT's ffi.cdef, Python's cffi and PHP's FFI::cdef; C programs include daemonctx/daemonctx.h, which documents
 * every name. Generated from that header by bindings/generate.sh through the C preprocessor: do not edit.
 */

enum {
    DAEMONCTX_VERSION_MAJOR = 1,
    DAEMONCTX_VERSION_MINOR = 0,
    DAEMONCTX_VERSION_PATCH = 0
};

uint32_t daemonctx_version(void);
const char *daemonctx_version_string(void);
typedef int32_t daemonctx_status_t;

enum daemonctx_status {
    DAEMONCTX_OK = 0,
    DAEMONCTX_LAUNCHED = 1,
    DAEMONCTX_TERMINATED = 2,
    DAEMONCTX_IDLE = 3,
    DAEMONCTX_NOT_RUNNING = 4,
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

const char *daemonctx_status_name(daemonctx_status_t status);
const char *daemonctx_status_message(daemonctx_status_t status);
typedef uint32_t daemonctx_step_t;

enum daemonctx_step {
    DAEMONCTX_STEP_NONE = 0,
    DAEMONCTX_STEP_PLAN = 1,
    DAEMONCTX_STEP_PREPARE = 2,
    DAEMONCTX_STEP_DETACH = 3,
    DAEMONCTX_STEP_FILES = 4,
    DAEMONCTX_STEP_PREVENT_CORE = 5,
    DAEMONCTX_STEP_PRIVILEGED = 6,
    DAEMONCTX_STEP_CHROOT = 7,
    DAEMONCTX_STEP_IDENTITY = 8,
    DAEMONCTX_STEP_NOT_DUMPABLE = 9,
    DAEMONCTX_STEP_WORKING_DIRECTORY = 10,
    DAEMONCTX_STEP_UMASK = 11,
    DAEMONCTX_STEP_SIGNALS = 12,
    DAEMONCTX_STEP_STREAMS = 13,
    DAEMONCTX_STEP_PIDFILE = 14,
    DAEMONCTX_STEP_OPEN = 15,
    DAEMONCTX_STEP_CLOSE_AT_EXIT = 16,
    DAEMONCTX_STEP_REPORT = 17
};

const char *daemonctx_step_name(daemonctx_step_t step);
typedef struct daemonctx_context daemonctx_context_t;
daemonctx_status_t daemonctx_new(daemonctx_context_t **ret_ctx);
void daemonctx_free(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_check(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_open(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_launch(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_close(daemonctx_context_t *ctx);
int32_t daemonctx_is_open(const daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_terminate(daemonctx_context_t *ctx, int32_t signum);
int32_t daemonctx_daemon_pid(const daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_notify_ready(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_notify_failed(daemonctx_context_t *ctx, int32_t exit_code, const char *message);
daemonctx_status_t daemonctx_reopen_streams(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_error_status(const daemonctx_context_t *ctx);
daemonctx_step_t daemonctx_error_step(const daemonctx_context_t *ctx);
int32_t daemonctx_error_errno(const daemonctx_context_t *ctx);
int32_t daemonctx_error_pid(const daemonctx_context_t *ctx);
int32_t daemonctx_error_exit_code(const daemonctx_context_t *ctx);
int32_t daemonctx_error_signal(const daemonctx_context_t *ctx);
const char *daemonctx_error_message(const daemonctx_context_t *ctx);
typedef int32_t (*daemonctx_hook_fn)(daemonctx_context_t *ctx, void *user_data);
typedef void (*daemonctx_signal_fn)(daemonctx_context_t *ctx, int32_t signum, void *user_data);
typedef void (*daemonctx_async_signal_fn)(int signum);
typedef void (*daemonctx_trace_fn)(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status,
    void *user_data);
daemonctx_status_t daemonctx_set_files_preserve(daemonctx_context_t *ctx, const int32_t *fds, size_t count);
daemonctx_status_t daemonctx_get_files_preserve(const daemonctx_context_t *ctx, const int32_t **ret_fds,
    size_t *ret_count);
daemonctx_status_t daemonctx_preserve(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t daemonctx_set_chroot_directory(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t daemonctx_get_chroot_directory(const daemonctx_context_t *ctx, const char **ret_path);
daemonctx_status_t daemonctx_set_working_directory(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t daemonctx_get_working_directory(const daemonctx_context_t *ctx, const char **ret_path);
daemonctx_status_t daemonctx_set_umask_inherit(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_set_umask(daemonctx_context_t *ctx, uint32_t mask);
daemonctx_status_t daemonctx_get_umask(const daemonctx_context_t *ctx, uint32_t *ret_mask);
daemonctx_status_t daemonctx_set_pidfile(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t daemonctx_get_pidfile(const daemonctx_context_t *ctx, const char **ret_path);
daemonctx_status_t daemonctx_set_pidfile_manager(daemonctx_context_t *ctx, daemonctx_hook_fn enter,
    daemonctx_hook_fn exit, void *user_data);

enum daemonctx_detach_process {
    DAEMONCTX_DETACH_PROCESS_NO = 0,
    DAEMONCTX_DETACH_PROCESS_YES = 1,
    DAEMONCTX_DETACH_PROCESS_AUTO = 2
};

daemonctx_status_t daemonctx_set_detach_process(daemonctx_context_t *ctx, uint32_t detach);
daemonctx_status_t daemonctx_get_detach_process(const daemonctx_context_t *ctx, uint32_t *ret_detach);

enum daemonctx_detach_reason {
    DAEMONCTX_DETACH_REASON_REQUIRED = 0,
    DAEMONCTX_DETACH_REASON_PID_1 = 1,
    DAEMONCTX_DETACH_REASON_CHILD_OF_PID_1 = 2,
    DAEMONCTX_DETACH_REASON_INETD = 3,
    DAEMONCTX_DETACH_REASON_NOTIFY_SOCKET = 4,
    DAEMONCTX_DETACH_REASON_LISTEN_PID = 5
};

daemonctx_status_t daemonctx_detach_reason(const daemonctx_context_t *ctx, uint32_t *ret_reason);

enum daemonctx_signal_action {
    DAEMONCTX_SIGNAL_ACTION_IGNORE = 0,
    DAEMONCTX_SIGNAL_ACTION_DEFAULT = 1,
    DAEMONCTX_SIGNAL_ACTION_TERMINATE = 2,
    DAEMONCTX_SIGNAL_ACTION_HANDLER = 3,
    DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER = 4,
    DAEMONCTX_SIGNAL_ACTION_UNSET = 5
};

daemonctx_status_t daemonctx_set_signal_action(daemonctx_context_t *ctx, int32_t signum, uint32_t action);
daemonctx_status_t daemonctx_set_signal_handler(daemonctx_context_t *ctx, int32_t signum, daemonctx_signal_fn fn,
    void *user_data);
daemonctx_status_t daemonctx_set_signal_async_handler(daemonctx_context_t *ctx, int32_t signum,
    daemonctx_async_signal_fn fn);
daemonctx_status_t daemonctx_unset_signal(daemonctx_context_t *ctx, int32_t signum);
daemonctx_status_t daemonctx_clear_signal_map(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_get_signal_action(const daemonctx_context_t *ctx, int32_t signum, uint32_t *ret_action);

enum daemonctx_signal_reset {
    DAEMONCTX_SIGNAL_RESET_MAPPED = 0,
    DAEMONCTX_SIGNAL_RESET_ALL = 1
};

daemonctx_status_t daemonctx_set_signal_reset(daemonctx_context_t *ctx, uint32_t mode);
daemonctx_status_t daemonctx_get_signal_reset(const daemonctx_context_t *ctx, uint32_t *ret_mode);
daemonctx_status_t daemonctx_set_uid(daemonctx_context_t *ctx, uint32_t uid);
daemonctx_status_t daemonctx_get_uid(const daemonctx_context_t *ctx, uint32_t *ret_uid);
daemonctx_status_t daemonctx_set_gid(daemonctx_context_t *ctx, uint32_t gid);
daemonctx_status_t daemonctx_get_gid(const daemonctx_context_t *ctx, uint32_t *ret_gid);
daemonctx_status_t daemonctx_set_user(daemonctx_context_t *ctx, const char *name);
daemonctx_status_t daemonctx_get_user(const daemonctx_context_t *ctx, const char **ret_name);
daemonctx_status_t daemonctx_set_group(daemonctx_context_t *ctx, const char *name);
daemonctx_status_t daemonctx_get_group(const daemonctx_context_t *ctx, const char **ret_name);
daemonctx_status_t daemonctx_set_groups(daemonctx_context_t *ctx, const uint32_t *gids, size_t count);
daemonctx_status_t daemonctx_get_groups(const daemonctx_context_t *ctx, const uint32_t **ret_gids, size_t *ret_count);
daemonctx_status_t daemonctx_unset_chroot_directory(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_unset_pidfile(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_unset_uid(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_unset_gid(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_unset_user(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_unset_group(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_unset_groups(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_set_prevent_core(daemonctx_context_t *ctx, int32_t enabled);
daemonctx_status_t daemonctx_get_prevent_core(const daemonctx_context_t *ctx, int32_t *ret_enabled);

enum daemonctx_stream_kind {
    DAEMONCTX_STREAM_KIND_NULL = 0,
    DAEMONCTX_STREAM_KIND_INHERIT = 1,
    DAEMONCTX_STREAM_KIND_FD = 2,
    DAEMONCTX_STREAM_KIND_PATH = 3
};

daemonctx_status_t daemonctx_set_stdin(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t daemonctx_set_stdin_path(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t daemonctx_set_stdin_null(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_set_stdin_inherit(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_get_stdin_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind);
daemonctx_status_t daemonctx_get_stdin(const daemonctx_context_t *ctx, int32_t *ret_fd);
daemonctx_status_t daemonctx_get_stdin_path(const daemonctx_context_t *ctx, const char **ret_path);
daemonctx_status_t daemonctx_set_stdout(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t daemonctx_set_stdout_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);
daemonctx_status_t daemonctx_set_stdout_null(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_set_stdout_inherit(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_get_stdout_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind);
daemonctx_status_t daemonctx_get_stdout(const daemonctx_context_t *ctx, int32_t *ret_fd);
daemonctx_status_t daemonctx_get_stdout_path(const daemonctx_context_t *ctx, const char **ret_path, uint32_t *ret_mode);
daemonctx_status_t daemonctx_set_stderr(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t daemonctx_set_stderr_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);
daemonctx_status_t daemonctx_set_stderr_null(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_set_stderr_inherit(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_get_stderr_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind);
daemonctx_status_t daemonctx_get_stderr(const daemonctx_context_t *ctx, int32_t *ret_fd);
daemonctx_status_t daemonctx_get_stderr_path(const daemonctx_context_t *ctx, const char **ret_path, uint32_t *ret_mode);

enum daemonctx_detach_method {
    DAEMONCTX_DETACH_METHOD_AUTO = 0,
    DAEMONCTX_DETACH_METHOD_FORK = 1,
    DAEMONCTX_DETACH_METHOD_REEXEC = 2,
    DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED = 3
};

daemonctx_status_t daemonctx_set_detach_method(daemonctx_context_t *ctx, uint32_t method);
daemonctx_status_t daemonctx_get_detach_method(const daemonctx_context_t *ctx, uint32_t *ret_method);

enum daemonctx_ready_mode {
    DAEMONCTX_READY_MODE_ON_OPEN = 0,
    DAEMONCTX_READY_MODE_MANUAL = 1
};

daemonctx_status_t daemonctx_set_ready_mode(daemonctx_context_t *ctx, uint32_t mode);
daemonctx_status_t daemonctx_get_ready_mode(const daemonctx_context_t *ctx, uint32_t *ret_mode);
daemonctx_status_t daemonctx_set_ready_timeout(daemonctx_context_t *ctx, int32_t timeout_ms);
daemonctx_status_t daemonctx_get_ready_timeout(const daemonctx_context_t *ctx, int32_t *ret_timeout_ms);

enum daemonctx_stream_switch {
    DAEMONCTX_STREAM_SWITCH_AT_OPEN = 0,
    DAEMONCTX_STREAM_SWITCH_AT_READY = 1
};

daemonctx_status_t daemonctx_set_stream_switch(daemonctx_context_t *ctx, uint32_t when);
daemonctx_status_t daemonctx_get_stream_switch(const daemonctx_context_t *ctx, uint32_t *ret_when);
daemonctx_status_t daemonctx_set_prepare_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t daemonctx_set_launcher_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t daemonctx_set_daemon_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t daemonctx_set_privileged_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t daemonctx_set_trace(daemonctx_context_t *ctx, daemonctx_trace_fn fn, void *user_data);
daemonctx_status_t daemonctx_set_no_new_privs(daemonctx_context_t *ctx, int32_t enabled);
daemonctx_status_t daemonctx_get_no_new_privs(const daemonctx_context_t *ctx, int32_t *ret_enabled);
daemonctx_status_t daemonctx_set_capabilities(daemonctx_context_t *ctx, uint64_t kept);
daemonctx_status_t daemonctx_get_capabilities(const daemonctx_context_t *ctx, uint64_t *ret_kept);
daemonctx_status_t daemonctx_set_close_at_exit(daemonctx_context_t *ctx, int32_t enabled);
daemonctx_status_t daemonctx_get_close_at_exit(const daemonctx_context_t *ctx, int32_t *ret_enabled);
daemonctx_status_t daemonctx_set_state(daemonctx_context_t *ctx, const void *bytes, size_t length);
daemonctx_status_t daemonctx_get_state(const daemonctx_context_t *ctx, const void **ret_bytes, size_t *ret_length);
daemonctx_status_t daemonctx_get_inherited_state(const daemonctx_context_t *ctx, const void **ret_bytes,
    size_t *ret_length);
int32_t daemonctx_is_relaunched(void);
int32_t daemonctx_is_detach_required(uint32_t *ret_reason);
daemonctx_status_t daemonctx_signal_fd(daemonctx_context_t *ctx, int32_t *ret_fd);
daemonctx_status_t daemonctx_dispatch(daemonctx_context_t *ctx);
daemonctx_status_t daemonctx_wait_events(daemonctx_context_t *ctx, int32_t timeout_ms);
int32_t daemonctx_is_terminating(const daemonctx_context_t *ctx, int32_t *ret_signum);
daemonctx_status_t daemonctx_pidfile_query(const char *path, int32_t *ret_pid);
daemonctx_status_t daemonctx_pidfile_signal(const char *path, int32_t signum);
daemonctx_status_t daemonctx_pidfile_stop(const char *path, int32_t kill_after_ms);
daemonctx_status_t daemonctx_pidfile_wait(const char *path, int32_t timeout_ms);
