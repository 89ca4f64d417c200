/* wrapped.c: the C probe's calls, handed to Go. A value that Go's types cannot hold (a NULL, the zero value, which
 * means that the option is not set) goes to the C function. So does, once more, what the Go package has refused itself,
 * such as a setter in a hook: the probe reports the detail that C keeps. */
#include "redirect.h"

#include <errno.h>

#include "_cgo_export.h"

enum { REFUSED_BY_GO = -1000 };

#define BY_GO(go, c) (by_go = (go), by_go == REFUSED_BY_GO ? (c) : by_go)

/* The call first, then the errno that it has found. */
#define WITH_ERRNO(call)                          \
    do {                                          \
        const daemonctx_status_t status = (call); \
        if (status < 0) {                         \
            errno = error;                        \
        }                                         \
        return status;                            \
    } while (0)

daemonctx_status_t wrapped_new(daemonctx_context_t **ret_ctx)
{
    return goNew(ret_ctx);
}

void wrapped_free(daemonctx_context_t *ctx)
{
    goFree(ctx);
}

#define CALL(name, go)                                             \
    daemonctx_status_t wrapped_##name(daemonctx_context_t *ctx)    \
    {                                                              \
        daemonctx_status_t by_go;                                  \
        int32_t error = 0;                                         \
        WITH_ERRNO(BY_GO(go(ctx, &error), daemonctx_##name(ctx))); \
    }
CALL(check, goCheck)
CALL(open, goOpen)
CALL(launch, goLaunch)
CALL(close, goClose)
CALL(reopen_streams, goReopenStreams)
CALL(dispatch, goDispatch)
CALL(notify_ready, goNotifyReady)

daemonctx_status_t wrapped_set_umask_inherit(daemonctx_context_t *ctx)
{
    daemonctx_status_t by_go;
    return BY_GO(goUmask(ctx, -1), daemonctx_set_umask_inherit(ctx));
}

daemonctx_status_t wrapped_terminate(daemonctx_context_t *ctx, int32_t signum)
{
    return goTerminate(ctx, signum);
}

daemonctx_status_t wrapped_notify_failed(daemonctx_context_t *ctx, int32_t exit_code, const char *message)
{
    return message == NULL ? daemonctx_notify_failed(ctx, exit_code, message)
                           : goNotifyFailed(ctx, exit_code, (char *)message);
}

daemonctx_status_t wrapped_wait_events(daemonctx_context_t *ctx, int32_t timeout_ms)
{
    daemonctx_status_t by_go;
    return timeout_ms < -1 ? daemonctx_wait_events(ctx, timeout_ms)
                           : BY_GO(goWaitEvents(ctx, timeout_ms), daemonctx_wait_events(ctx, timeout_ms));
}

daemonctx_status_t wrapped_set_files_preserve(daemonctx_context_t *ctx, const int32_t *fds, size_t count)
{
    daemonctx_status_t by_go;
    return BY_GO(goFilesPreserve(ctx, (int32_t *)fds, count), daemonctx_set_files_preserve(ctx, fds, count));
}

#define TEXT(name, go)                                                                                          \
    daemonctx_status_t wrapped_set_##name(daemonctx_context_t *ctx, const char *text)                           \
    {                                                                                                           \
        daemonctx_status_t by_go;                                                                               \
        return text == NULL || text[0] == '\0' ? daemonctx_set_##name(ctx, text)                                \
                                               : BY_GO(go(ctx, (char *)text), daemonctx_set_##name(ctx, text)); \
    }
TEXT(working_directory, goWorkingDirectory)
TEXT(chroot_directory, goChrootDirectory)
TEXT(pidfile, goPidfile)
TEXT(user, goUser)
TEXT(group, goGroup)
TEXT(stdin_path, goStdinPath)

#define NUMBER(name, type, go)                                                  \
    daemonctx_status_t wrapped_set_##name(daemonctx_context_t *ctx, type value) \
    {                                                                           \
        daemonctx_status_t by_go;                                               \
        return BY_GO(go(ctx, value), daemonctx_set_##name(ctx, value));         \
    }
NUMBER(uid, uint32_t, goUID)
NUMBER(gid, uint32_t, goGID)
NUMBER(detach_process, uint32_t, goDetachProcess)
NUMBER(detach_method, uint32_t, goDetachMethod)
NUMBER(ready_mode, uint32_t, goReadyMode)
NUMBER(stream_switch, uint32_t, goStreamSwitch)
NUMBER(stdin, int32_t, goStdin)
NUMBER(stdout, int32_t, goStdout)
NUMBER(stderr, int32_t, goStderr)

daemonctx_status_t wrapped_set_umask(daemonctx_context_t *ctx, uint32_t mask)
{
    daemonctx_status_t by_go;
    return mask == 0 ? daemonctx_set_umask(ctx, mask) : BY_GO(goUmask(ctx, mask), daemonctx_set_umask(ctx, mask));
}

daemonctx_status_t wrapped_set_ready_timeout(daemonctx_context_t *ctx, int32_t timeout_ms)
{
    daemonctx_status_t by_go;
    return timeout_ms < -1 || timeout_ms == 0
               ? daemonctx_set_ready_timeout(ctx, timeout_ms)
               : BY_GO(goReadyTimeout(ctx, timeout_ms), daemonctx_set_ready_timeout(ctx, timeout_ms));
}

#define PATH_WITH_MODE(name, go)                                                                         \
    daemonctx_status_t wrapped_set_##name(daemonctx_context_t *ctx, const char *path, uint32_t mode)     \
    {                                                                                                    \
        daemonctx_status_t by_go;                                                                        \
        return path == NULL ? daemonctx_set_##name(ctx, path, mode)                                      \
                            : BY_GO(go(ctx, (char *)path, mode), daemonctx_set_##name(ctx, path, mode)); \
    }
PATH_WITH_MODE(stdout_path, goStdoutPath)
PATH_WITH_MODE(stderr_path, goStderrPath)

daemonctx_status_t wrapped_set_signal_action(daemonctx_context_t *ctx, int32_t signum, uint32_t action)
{
    daemonctx_status_t by_go;
    return action == DAEMONCTX_SIGNAL_ACTION_UNSET /* Go means unset_signal by it */
               ? daemonctx_set_signal_action(ctx, signum, action)
               : BY_GO(goSignalAction(ctx, signum, action), daemonctx_set_signal_action(ctx, signum, action));
}

daemonctx_status_t wrapped_set_signal_handler(daemonctx_context_t *ctx, int32_t signum, daemonctx_signal_fn fn,
                                              void *user_data)
{
    daemonctx_status_t by_go;
    return fn == NULL ? daemonctx_set_signal_handler(ctx, signum, fn, user_data)
                      : BY_GO(goSignalHandler(ctx, signum, (uintptr_t)fn, (uintptr_t)user_data),
                              daemonctx_set_signal_handler(ctx, signum, fn, user_data));
}

daemonctx_status_t wrapped_set_pidfile_manager(daemonctx_context_t *ctx, daemonctx_hook_fn enter,
                                               daemonctx_hook_fn leave, void *user_data)
{
    daemonctx_status_t by_go;
    return enter == NULL || leave == NULL
               ? daemonctx_set_pidfile_manager(ctx, enter, leave, user_data)
               : BY_GO(goPidfileManager(ctx, (uintptr_t)enter, (uintptr_t)leave, (uintptr_t)user_data),
                       daemonctx_set_pidfile_manager(ctx, enter, leave, user_data));
}

daemonctx_status_t wrapped_set_privileged_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data)
{
    daemonctx_status_t by_go;
    return fn == NULL ? daemonctx_set_privileged_hook(ctx, fn, user_data)
                      : BY_GO(goPrivilegedHook(ctx, (uintptr_t)fn, (uintptr_t)user_data),
                              daemonctx_set_privileged_hook(ctx, fn, user_data));
}

daemonctx_status_t wrapped_set_trace(daemonctx_context_t *ctx, daemonctx_trace_fn fn, void *user_data)
{
    daemonctx_status_t by_go;
    return fn == NULL
               ? daemonctx_set_trace(ctx, fn, user_data)
               : BY_GO(goTrace(ctx, (uintptr_t)fn, (uintptr_t)user_data), daemonctx_set_trace(ctx, fn, user_data));
}

daemonctx_status_t wrapped_pidfile_query(const char *path, int32_t *ret_pid)
{
    int32_t error = errno;
    WITH_ERRNO(goPidfileQuery((char *)path, ret_pid, &error));
}

daemonctx_status_t wrapped_pidfile_signal(const char *path, int32_t signum)
{
    int32_t error = errno;
    WITH_ERRNO(goPidfileSignal((char *)path, signum, &error));
}

daemonctx_status_t wrapped_pidfile_stop(const char *path, int32_t kill_after_ms)
{
    int32_t error = errno;
    if (kill_after_ms < -1) {
        return daemonctx_pidfile_stop(path, kill_after_ms);
    }
    WITH_ERRNO(goPidfileStop((char *)path, kill_after_ms, &error));
}

daemonctx_status_t wrapped_pidfile_wait(const char *path, int32_t timeout_ms)
{
    int32_t error = errno;
    if (timeout_ms < -1) {
        return daemonctx_pidfile_wait(path, timeout_ms);
    }
    WITH_ERRNO(goPidfileWait((char *)path, timeout_ms, &error));
}
