/* redirect.h: included before each source of the C probe, so that its calls go to the Rust functions of main.rs, and so
 * to the crate. */
#ifndef DAEMONCTX_TESTS_REDIRECT_H
#define DAEMONCTX_TESTS_REDIRECT_H

#include <daemonctx/daemonctx.h>

daemonctx_status_t wrapped_new(daemonctx_context_t **ret_ctx);
void wrapped_free(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_check(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_open(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_launch(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_close(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_terminate(daemonctx_context_t *ctx, int32_t signum);
daemonctx_status_t wrapped_notify_ready(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_notify_failed(daemonctx_context_t *ctx, int32_t exit_code, const char *message);
daemonctx_status_t wrapped_reopen_streams(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_signal_fd(daemonctx_context_t *ctx, int32_t *ret_fd);
daemonctx_status_t wrapped_dispatch(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_wait_events(daemonctx_context_t *ctx, int32_t timeout_ms);
int32_t wrapped_is_terminating(const daemonctx_context_t *ctx, int32_t *ret_signum);
int32_t wrapped_is_open(const daemonctx_context_t *ctx);
int32_t wrapped_daemon_pid(const daemonctx_context_t *ctx);
daemonctx_status_t wrapped_preserve(daemonctx_context_t *ctx, int32_t fd);
int32_t wrapped_is_relaunched(void);
daemonctx_status_t wrapped_get_inherited_state(const daemonctx_context_t *ctx, const void **ret_bytes,
                                               size_t *ret_length);
daemonctx_status_t wrapped_set_state(daemonctx_context_t *ctx, const void *bytes, size_t length);
daemonctx_status_t wrapped_set_files_preserve(daemonctx_context_t *ctx, const int32_t *fds, size_t count);
daemonctx_status_t wrapped_set_chroot_directory(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t wrapped_set_working_directory(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t wrapped_set_umask(daemonctx_context_t *ctx, uint32_t mask);
daemonctx_status_t wrapped_set_umask_inherit(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_pidfile(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t wrapped_set_pidfile_manager(daemonctx_context_t *ctx, daemonctx_hook_fn enter,
                                               daemonctx_hook_fn exit, void *user_data);
daemonctx_status_t wrapped_set_detach_process(daemonctx_context_t *ctx, uint32_t detach);
daemonctx_status_t wrapped_set_signal_action(daemonctx_context_t *ctx, int32_t signum, uint32_t action);
daemonctx_status_t wrapped_set_signal_handler(daemonctx_context_t *ctx, int32_t signum, daemonctx_signal_fn fn,
                                              void *user_data);
daemonctx_status_t wrapped_set_signal_async_handler(daemonctx_context_t *ctx, int32_t signum,
                                                    daemonctx_async_signal_fn fn);
daemonctx_status_t wrapped_unset_signal(daemonctx_context_t *ctx, int32_t signum);
daemonctx_status_t wrapped_clear_signal_map(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_signal_reset(daemonctx_context_t *ctx, uint32_t mode);
daemonctx_status_t wrapped_set_uid(daemonctx_context_t *ctx, uint32_t uid);
daemonctx_status_t wrapped_set_gid(daemonctx_context_t *ctx, uint32_t gid);
daemonctx_status_t wrapped_set_user(daemonctx_context_t *ctx, const char *name);
daemonctx_status_t wrapped_set_group(daemonctx_context_t *ctx, const char *name);
daemonctx_status_t wrapped_set_groups(daemonctx_context_t *ctx, const uint32_t *gids, size_t count);
daemonctx_status_t wrapped_unset_chroot_directory(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_unset_pidfile(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_unset_uid(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_unset_gid(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_unset_user(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_unset_group(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_unset_groups(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_prevent_core(daemonctx_context_t *ctx, int32_t enabled);
daemonctx_status_t wrapped_set_stdin(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t wrapped_set_stdin_path(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t wrapped_set_stdin_null(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_stdin_inherit(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_stdout(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t wrapped_set_stdout_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);
daemonctx_status_t wrapped_set_stdout_null(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_stdout_inherit(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_stderr(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t wrapped_set_stderr_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);
daemonctx_status_t wrapped_set_stderr_null(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_stderr_inherit(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_detach_method(daemonctx_context_t *ctx, uint32_t method);
daemonctx_status_t wrapped_set_ready_mode(daemonctx_context_t *ctx, uint32_t mode);
daemonctx_status_t wrapped_set_ready_timeout(daemonctx_context_t *ctx, int32_t timeout_ms);
daemonctx_status_t wrapped_set_stream_switch(daemonctx_context_t *ctx, uint32_t when);
daemonctx_status_t wrapped_set_prepare_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t wrapped_set_launcher_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t wrapped_set_daemon_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t wrapped_set_privileged_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t wrapped_set_trace(daemonctx_context_t *ctx, daemonctx_trace_fn fn, void *user_data);
daemonctx_status_t wrapped_set_no_new_privs(daemonctx_context_t *ctx, int32_t enabled);
daemonctx_status_t wrapped_set_capabilities(daemonctx_context_t *ctx, uint64_t kept);
daemonctx_status_t wrapped_set_close_at_exit(daemonctx_context_t *ctx, int32_t enabled);
daemonctx_status_t wrapped_pidfile_query(const char *path, int32_t *ret_pid);
daemonctx_status_t wrapped_pidfile_signal(const char *path, int32_t signum);
daemonctx_status_t wrapped_pidfile_stop(const char *path, int32_t kill_after_ms);
daemonctx_status_t wrapped_pidfile_wait(const char *path, int32_t timeout_ms);

#define daemonctx_new wrapped_new
#define daemonctx_free wrapped_free
#define daemonctx_check wrapped_check
#define daemonctx_open wrapped_open
#define daemonctx_launch wrapped_launch
#define daemonctx_close wrapped_close
#define daemonctx_terminate wrapped_terminate
#define daemonctx_notify_ready wrapped_notify_ready
#define daemonctx_notify_failed wrapped_notify_failed
#define daemonctx_reopen_streams wrapped_reopen_streams
#define daemonctx_signal_fd wrapped_signal_fd
#define daemonctx_dispatch wrapped_dispatch
#define daemonctx_wait_events wrapped_wait_events
#define daemonctx_is_terminating wrapped_is_terminating
#define daemonctx_is_open wrapped_is_open
#define daemonctx_daemon_pid wrapped_daemon_pid
#define daemonctx_preserve wrapped_preserve
#define daemonctx_is_relaunched wrapped_is_relaunched
#define daemonctx_get_inherited_state wrapped_get_inherited_state
#define daemonctx_set_state wrapped_set_state
#define daemonctx_set_files_preserve wrapped_set_files_preserve
#define daemonctx_set_chroot_directory wrapped_set_chroot_directory
#define daemonctx_set_working_directory wrapped_set_working_directory
#define daemonctx_set_umask wrapped_set_umask
#define daemonctx_set_umask_inherit wrapped_set_umask_inherit
#define daemonctx_set_pidfile wrapped_set_pidfile
#define daemonctx_set_pidfile_manager wrapped_set_pidfile_manager
#define daemonctx_set_detach_process wrapped_set_detach_process
#define daemonctx_set_signal_action wrapped_set_signal_action
#define daemonctx_set_signal_handler wrapped_set_signal_handler
#define daemonctx_set_signal_async_handler wrapped_set_signal_async_handler
#define daemonctx_unset_signal wrapped_unset_signal
#define daemonctx_clear_signal_map wrapped_clear_signal_map
#define daemonctx_set_signal_reset wrapped_set_signal_reset
#define daemonctx_set_uid wrapped_set_uid
#define daemonctx_set_gid wrapped_set_gid
#define daemonctx_set_user wrapped_set_user
#define daemonctx_set_group wrapped_set_group
#define daemonctx_set_groups wrapped_set_groups
#define daemonctx_unset_chroot_directory wrapped_unset_chroot_directory
#define daemonctx_unset_pidfile wrapped_unset_pidfile
#define daemonctx_unset_uid wrapped_unset_uid
#define daemonctx_unset_gid wrapped_unset_gid
#define daemonctx_unset_user wrapped_unset_user
#define daemonctx_unset_group wrapped_unset_group
#define daemonctx_unset_groups wrapped_unset_groups
#define daemonctx_set_prevent_core wrapped_set_prevent_core
#define daemonctx_set_stdin wrapped_set_stdin
#define daemonctx_set_stdin_path wrapped_set_stdin_path
#define daemonctx_set_stdin_null wrapped_set_stdin_null
#define daemonctx_set_stdin_inherit wrapped_set_stdin_inherit
#define daemonctx_set_stdout wrapped_set_stdout
#define daemonctx_set_stdout_path wrapped_set_stdout_path
#define daemonctx_set_stdout_null wrapped_set_stdout_null
#define daemonctx_set_stdout_inherit wrapped_set_stdout_inherit
#define daemonctx_set_stderr wrapped_set_stderr
#define daemonctx_set_stderr_path wrapped_set_stderr_path
#define daemonctx_set_stderr_null wrapped_set_stderr_null
#define daemonctx_set_stderr_inherit wrapped_set_stderr_inherit
#define daemonctx_set_detach_method wrapped_set_detach_method
#define daemonctx_set_ready_mode wrapped_set_ready_mode
#define daemonctx_set_ready_timeout wrapped_set_ready_timeout
#define daemonctx_set_stream_switch wrapped_set_stream_switch
#define daemonctx_set_prepare_hook wrapped_set_prepare_hook
#define daemonctx_set_launcher_hook wrapped_set_launcher_hook
#define daemonctx_set_daemon_hook wrapped_set_daemon_hook
#define daemonctx_set_privileged_hook wrapped_set_privileged_hook
#define daemonctx_set_trace wrapped_set_trace
#define daemonctx_set_no_new_privs wrapped_set_no_new_privs
#define daemonctx_set_capabilities wrapped_set_capabilities
#define daemonctx_set_close_at_exit wrapped_set_close_at_exit
#define daemonctx_pidfile_query wrapped_pidfile_query
#define daemonctx_pidfile_signal wrapped_pidfile_signal
#define daemonctx_pidfile_stop wrapped_pidfile_stop
#define daemonctx_pidfile_wait wrapped_pidfile_wait

#endif
