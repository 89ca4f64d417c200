/* redirect.h: put before each source of the C probe, so that its calls go to wrapped.c, and so to the Go package. */
#ifndef DAEMONCTX_TESTS_GO_REDIRECT_H
#define DAEMONCTX_TESTS_GO_REDIRECT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <daemonctx/daemonctx.h>

int probe_main(int argc, char **argv);

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
daemonctx_status_t wrapped_dispatch(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_wait_events(daemonctx_context_t *ctx, int32_t timeout_ms);
daemonctx_status_t wrapped_set_files_preserve(daemonctx_context_t *ctx, const int32_t *fds, size_t count);
daemonctx_status_t wrapped_set_working_directory(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t wrapped_set_chroot_directory(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t wrapped_set_pidfile(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t wrapped_set_user(daemonctx_context_t *ctx, const char *name);
daemonctx_status_t wrapped_set_group(daemonctx_context_t *ctx, const char *name);
daemonctx_status_t wrapped_set_uid(daemonctx_context_t *ctx, uint32_t uid);
daemonctx_status_t wrapped_set_gid(daemonctx_context_t *ctx, uint32_t gid);
daemonctx_status_t wrapped_set_umask(daemonctx_context_t *ctx, uint32_t mask);
daemonctx_status_t wrapped_set_umask_inherit(daemonctx_context_t *ctx);
daemonctx_status_t wrapped_set_detach_process(daemonctx_context_t *ctx, uint32_t detach);
daemonctx_status_t wrapped_set_detach_method(daemonctx_context_t *ctx, uint32_t method);
daemonctx_status_t wrapped_set_ready_mode(daemonctx_context_t *ctx, uint32_t mode);
daemonctx_status_t wrapped_set_ready_timeout(daemonctx_context_t *ctx, int32_t timeout_ms);
daemonctx_status_t wrapped_set_stream_switch(daemonctx_context_t *ctx, uint32_t when);
daemonctx_status_t wrapped_set_stdin_path(daemonctx_context_t *ctx, const char *path);
daemonctx_status_t wrapped_set_stdout_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);
daemonctx_status_t wrapped_set_stderr_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);
daemonctx_status_t wrapped_set_stdin(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t wrapped_set_stdout(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t wrapped_set_stderr(daemonctx_context_t *ctx, int32_t fd);
daemonctx_status_t wrapped_set_signal_action(daemonctx_context_t *ctx, int32_t signum, uint32_t action);
daemonctx_status_t wrapped_set_signal_handler(daemonctx_context_t *ctx, int32_t signum, daemonctx_signal_fn fn,
                                              void *user_data);
daemonctx_status_t wrapped_set_pidfile_manager(daemonctx_context_t *ctx, daemonctx_hook_fn enter,
                                               daemonctx_hook_fn leave, void *user_data);
daemonctx_status_t wrapped_set_privileged_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data);
daemonctx_status_t wrapped_set_trace(daemonctx_context_t *ctx, daemonctx_trace_fn fn, void *user_data);
daemonctx_status_t wrapped_pidfile_query(const char *path, int32_t *ret_pid);
daemonctx_status_t wrapped_pidfile_signal(const char *path, int32_t signum);
daemonctx_status_t wrapped_pidfile_stop(const char *path, int32_t kill_after_ms);
daemonctx_status_t wrapped_pidfile_wait(const char *path, int32_t timeout_ms);

#ifdef DAEMONCTX_TESTS_GO_REDIRECTED
#define main probe_main
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
#define daemonctx_dispatch wrapped_dispatch
#define daemonctx_wait_events wrapped_wait_events
#define daemonctx_set_files_preserve wrapped_set_files_preserve
#define daemonctx_set_working_directory wrapped_set_working_directory
#define daemonctx_set_chroot_directory wrapped_set_chroot_directory
#define daemonctx_set_pidfile wrapped_set_pidfile
#define daemonctx_set_user wrapped_set_user
#define daemonctx_set_group wrapped_set_group
#define daemonctx_set_uid wrapped_set_uid
#define daemonctx_set_gid wrapped_set_gid
#define daemonctx_set_umask wrapped_set_umask
#define daemonctx_set_umask_inherit wrapped_set_umask_inherit
#define daemonctx_set_detach_process wrapped_set_detach_process
#define daemonctx_set_detach_method wrapped_set_detach_method
#define daemonctx_set_ready_mode wrapped_set_ready_mode
#define daemonctx_set_ready_timeout wrapped_set_ready_timeout
#define daemonctx_set_stream_switch wrapped_set_stream_switch
#define daemonctx_set_stdin_path wrapped_set_stdin_path
#define daemonctx_set_stdout_path wrapped_set_stdout_path
#define daemonctx_set_stderr_path wrapped_set_stderr_path
#define daemonctx_set_stdin wrapped_set_stdin
#define daemonctx_set_stdout wrapped_set_stdout
#define daemonctx_set_stderr wrapped_set_stderr
#define daemonctx_set_signal_action wrapped_set_signal_action
#define daemonctx_set_signal_handler wrapped_set_signal_handler
#define daemonctx_set_pidfile_manager wrapped_set_pidfile_manager
#define daemonctx_set_privileged_hook wrapped_set_privileged_hook
#define daemonctx_set_trace wrapped_set_trace
#define daemonctx_pidfile_query wrapped_pidfile_query
#define daemonctx_pidfile_signal wrapped_pidfile_signal
#define daemonctx_pidfile_stop wrapped_pidfile_stop
#define daemonctx_pidfile_wait wrapped_pidfile_wait
#endif

#endif
