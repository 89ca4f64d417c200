/**
 * @file daemonctx.h
 * @brief The C ABI of daemonctx: a running program becomes a well-behaved Unix daemon (PEP 3143, DaemonContext).
 *
 * The whole public interface is declared here, in reading order; the library exports nothing else. What depends on one
 * platform or one language does not belong here. Until the tag v1.0.0 the interface may still change; from then on it
 * is only added to.
 *
 * A context lives like this: daemonctx_new(), the setters, daemonctx_open(), the program's work, daemonctx_close(),
 * daemonctx_free(). The process that calls open is the *launcher*; the process in which open returns DAEMONCTX_OK is
 * the *daemon*. They are the same process when the daemon is made *in place*, without detaching.
 *
 * @par Status
 * Functions return 0 (DAEMONCTX_OK), a positive outcome, or a negative error. The numbers never change. A newer library
 * may return values that this header does not name: test for `< 0`.
 *
 * @par Error detail
 * A failing call on a context leaves its detail there: see daemonctx_error_status() and the functions after it. The
 * detail stays until the next failing call on that context; a success does not clear it. Getters, other functions that
 * take a const context, and those that any thread may call (see Threads) record nothing. Nothing is kept per thread or
 * per process. Functions that take no context leave the errno of the failing system call in `errno`.
 *
 * @par Remembered refusals
 * A setter that is refused, for whatever reason, leaves the stored value as it was, and the refusal is remembered:
 * until that option is set or unset with success, daemonctx_check(), daemonctx_open() and daemonctx_launch() change
 * nothing and return the first refusal with its sentence. So a program may leave the setters' statuses unread and check
 * open alone. Each signal of the signal map is remembered on its own.
 *
 * @par NULL
 * A NULL context is DAEMONCTX_ERR_ARGUMENT in every function with an int32_t result; daemonctx_free() does nothing,
 * daemonctx_error_step() returns DAEMONCTX_STEP_NONE and daemonctx_error_message() a sentence. NULL as a value or as an
 * out-parameter is DAEMONCTX_ERR_ARGUMENT, except where it is said to be allowed.
 *
 * @par Ownership
 * Texts and lists given to the library are copied. Texts and lists that it returns are borrowed: they live until that
 * option is set or unset or the context is freed. Descriptors given to it stay the caller's, and are open in the daemon
 * too. `user_data` is handed to the callback as it is, and never freed.
 *
 * @par Out-parameters
 * They come last, are named `ret_`, and are written only on success.
 *
 * @par Threads
 * One thread at a time may use a context. Exceptions: daemonctx_terminate(), daemonctx_notify_ready(),
 * daemonctx_notify_failed() and daemonctx_is_terminating() may be called in any thread at any time, and
 * daemonctx_terminate() in a signal handler too. Different contexts may be used by different threads; one context in a
 * process can be open.
 *
 * @par Callbacks
 * Hooks, a pid file manager's callbacks and the trace callback must return: no exception and no longjmp() may leave
 * them. In them setters, daemonctx_check(), daemonctx_open(), daemonctx_launch() and daemonctx_close() return
 * DAEMONCTX_ERR_STATE.
 *
 * @par Child processes
 * In a child forked by the daemon the context counts as closed: closing or freeing it there removes nothing, and the
 * lock of the pid file is not kept by the child. A child that was made without fork handlers (_Fork(3), clone(2)) has
 * its copy of the lock until it executes a program, frees the context or ends.
 *
 * @par What the library never does
 * It never prints and never calls exit(). All its own descriptors are close-on-exec. While detaching it never changes
 * the launcher's process (directory, umask, ids, descriptors, signals), whether the launch succeeds or fails.
 *
 * @since 1.0
 * @see PEP 3143, Standard daemon process library; daemon(7)
 */
#ifndef DAEMONCTX_DAEMONCTX_H
#define DAEMONCTX_DAEMONCTX_H

#include <stddef.h>
#include <stdint.h>

/**
 * @def DAEMONCTX_API
 * @brief Marks what the library exports; callers need not define or use it.
 * @since 1.0
 */
#if defined(DAEMONCTX_BUILD) && defined(__GNUC__)
#define DAEMONCTX_API __attribute__((visibility("default")))
#else
#define DAEMONCTX_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- 1. Version ------------------------------------------------------------------------------------------------- */
/** @name 1. Version
 * @{ */

/** @brief Major version of this header; a difference means an incompatible interface. @since 1.0 */
#define DAEMONCTX_VERSION_MAJOR 1
/** @brief Minor version of this header; it grows with every addition to the interface. @since 1.0 */
#define DAEMONCTX_VERSION_MINOR 0
/** @brief Patch version of this header; it grows with corrections. @since 1.0 */
#define DAEMONCTX_VERSION_PATCH 0

/**
 * @brief Version of the library that runs, as one number.
 *
 * It may be newer than the header that the program was compiled with.
 *
 * Threads: any, at any time.
 *
 * @return major * 10000 + minor * 100 + patch: 10000 for 1.0.0.
 * @since 1.0
 * @see daemonctx_version_string()
 */
DAEMONCTX_API uint32_t daemonctx_version(void);

/**
 * @brief Version of the library that runs, as text.
 *
 * The text is static and lives as long as the library is loaded.
 *
 * Threads: any, at any time.
 *
 * @return the version, such as "1.0.0"; never NULL.
 * @since 1.0
 * @see daemonctx_version()
 */
DAEMONCTX_API const char *daemonctx_version_string(void);

/** @} */

/* ---- 2. Status, steps ------------------------------------------------------------------------------------------- */
/** @name 2. Status, steps
 * @{ */

/**
 * @brief What a call came to: a value of enum daemonctx_status, or one of a newer library.
 *
 * Negative: an error. 0: done. Positive: an outcome that is not an error.
 *
 * @since 1.0
 */
typedef int32_t daemonctx_status_t;

/**
 * @brief The values of daemonctx_status_t. They are never renumbered.
 *
 * @since 1.0
 */
enum daemonctx_status {
    /** Done. */
    DAEMONCTX_OK = 0,
    /** daemonctx_launch(): this process is the launcher, and the daemon runs. */
    DAEMONCTX_LAUNCHED = 1,
    /** daemonctx_wait_events(), daemonctx_dispatch(): a signal asks the daemon to end. */
    DAEMONCTX_TERMINATED = 2,
    /** daemonctx_wait_events(): nothing came within the time given. */
    DAEMONCTX_IDLE = 3,
    /** Of the daemonctx_pidfile_ functions: nobody holds the lock of the pid file. */
    DAEMONCTX_NOT_RUNNING = 4,
    /** An argument is NULL or empty where that is not allowed, or options contradict one another. */
    DAEMONCTX_ERR_ARGUMENT = -1,
    /** A number is outside its range, a text is too long, or an enumerator is unknown. */
    DAEMONCTX_ERR_RANGE = -2,
    /** The call does not fit the state of the context. */
    DAEMONCTX_ERR_STATE = -3,
    /** Memory could not be had. */
    DAEMONCTX_ERR_MEMORY = -4,
    /** A system call failed; daemonctx_error_errno() says how. */
    DAEMONCTX_ERR_SYSTEM = -5,
    /** There is no such user or group, or the option holds no value of the kind asked for. */
    DAEMONCTX_ERR_NOT_FOUND = -6,
    /** Another process holds the lock of the pid file. */
    DAEMONCTX_ERR_ALREADY_RUNNING = -7,
    /** The pid file, or its directory, could be in the hands of another user. */
    DAEMONCTX_ERR_UNSAFE_PATH = -8,
    /** A change of identity failed, or was not complete when it was verified. */
    DAEMONCTX_ERR_PRIVILEGE = -9,
    /** The process has more than one thread. */
    DAEMONCTX_ERR_THREADS = -10,
    /** The daemon was not ready in time. */
    DAEMONCTX_ERR_TIMEOUT = -11,
    /** The daemon ended, or closed its context, before it was ready. */
    DAEMONCTX_ERR_DIED = -12,
    /** The daemon called daemonctx_notify_failed(). */
    DAEMONCTX_ERR_PROGRAM = -13,
    /** A hook, or a pid file manager's callback, returned something other than 0. */
    DAEMONCTX_ERR_CALLBACK = -14,
    /** This version or platform cannot do what was asked. */
    DAEMONCTX_ERR_UNSUPPORTED = -15
};

/**
 * @brief Name of a status, for logs and tests.
 *
 * The text is static.
 *
 * Threads: any, at any time.
 *
 * @param[in] status any value.
 * @return the enumerator's name without its prefix, such as "ERR_TIMEOUT"; "UNKNOWN" for an unknown value; never
 *     NULL.
 * @since 1.0
 * @see daemonctx_status_message()
 */
DAEMONCTX_API const char *daemonctx_status_name(daemonctx_status_t status);

/**
 * @brief What a status means, in a few words.
 *
 * The text is static. For a failed call on a context, daemonctx_error_message() says more.
 *
 * Threads: any, at any time.
 *
 * @param[in] status any value.
 * @return a text in English; a general one for an unknown value; never NULL.
 * @since 1.0
 * @see daemonctx_error_message(), strerror(3)
 */
DAEMONCTX_API const char *daemonctx_status_message(daemonctx_status_t status);

/**
 * @brief A step of the launch: a value of enum daemonctx_step, or one of a newer library.
 *
 * @since 1.0
 */
typedef uint32_t daemonctx_step_t;

/**
 * @brief The steps of a launch, in the order in which they run. They are never renumbered.
 *
 * @since 1.0
 */
enum daemonctx_step {
    /** No step: the error did not come up in a launch. */
    DAEMONCTX_STEP_NONE = 0,
    /** In the launcher, before any change: options checked, names resolved, files opened, pid file locked. */
    DAEMONCTX_STEP_PLAN = 1,
    /** In the launcher, before any change: the prepare hook runs, threads are counted, stdio is flushed. */
    DAEMONCTX_STEP_PREPARE = 2,
    /**
     * Two forks with setsid() between them, and the launcher and daemon hooks; in place the daemon hook alone. By
     * re-exec the new start, without hooks.
     */
    DAEMONCTX_STEP_DETACH = 3,
    /** Descriptors that are not preserved are closed. */
    DAEMONCTX_STEP_FILES = 4,
    /** Core dumps are switched off. */
    DAEMONCTX_STEP_PREVENT_CORE = 5,
    /** The privileged hook runs. */
    DAEMONCTX_STEP_PRIVILEGED = 6,
    /** The root directory is changed. */
    DAEMONCTX_STEP_CHROOT = 7,
    /** Groups, gid and uid are changed and verified; no_new_privs is set. */
    DAEMONCTX_STEP_IDENTITY = 8,
    /** The process is made not dumpable again: a change of identity resets that. */
    DAEMONCTX_STEP_NOT_DUMPABLE = 9,
    /** The working directory is changed. */
    DAEMONCTX_STEP_WORKING_DIRECTORY = 10,
    /** The umask is set. */
    DAEMONCTX_STEP_UMASK = 11,
    /** The signal map is installed. */
    DAEMONCTX_STEP_SIGNALS = 12,
    /** Descriptors 0, 1 and 2 are switched to the streams. */
    DAEMONCTX_STEP_STREAMS = 13,
    /** The daemon's pid is written, or the pid file manager's enter callback runs. */
    DAEMONCTX_STEP_PIDFILE = 14,
    /** The context is marked open; mapped signals are unblocked. */
    DAEMONCTX_STEP_OPEN = 15,
    /** Closing at exit() is put in force. */
    DAEMONCTX_STEP_CLOSE_AT_EXIT = 16,
    /** The daemon reports to the launcher; the launcher waits for it. */
    DAEMONCTX_STEP_REPORT = 17
};

/**
 * @brief Name of a step, for logs and tests.
 *
 * The text is static.
 *
 * Threads: any, at any time.
 *
 * @param[in] step any value.
 * @return a name in lower case, such as "working_directory"; "unknown" for an unknown value; never NULL.
 * @since 1.0
 * @see daemonctx_error_step(), daemonctx_set_trace()
 */
DAEMONCTX_API const char *daemonctx_step_name(daemonctx_step_t step);

/** @} */

/* ---- 3. Life ---------------------------------------------------------------------------------------------------- */
/** @name 3. Life
 * @{ */

/**
 * @brief A context: the options of a daemon, and, once open, its state. Opaque.
 *
 * @since 1.0
 */
typedef struct daemonctx_context daemonctx_context_t;

/**
 * @brief Create a context with the PEP's defaults.
 *
 * Whether detaching is required is decided here: see daemonctx_detach_reason().
 *
 * Threads: any, at any time.
 *
 * @param[out] ret_ctx the new, closed context; the caller owns it and frees it with daemonctx_free().
 * @retval DAEMONCTX_OK created.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ret_ctx is NULL.
 * @retval DAEMONCTX_ERR_MEMORY no memory; `errno` is ENOMEM.
 * @since 1.0
 * @see PEP 3143, DaemonContext
 */
DAEMONCTX_API daemonctx_status_t daemonctx_new(daemonctx_context_t **ret_ctx);

/**
 * @brief Free a context; an open one is closed first.
 *
 * NULL does nothing. Called in a deferred signal handler of this context, it takes effect when daemonctx_dispatch()
 * or daemonctx_wait_events() returns; in a pid file manager's exit callback, when daemonctx_close() does; in a hook or
 * the trace callback it does nothing. What closing reports is lost:
 * call daemonctx_close() first to have it. Everything borrowed from the context ends with it; `user_data` and the
 * caller's descriptors are left alone.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a context, or NULL; afterwards it must not be used.
 * @since 1.0
 * @see daemonctx_close()
 */
DAEMONCTX_API void daemonctx_free(daemonctx_context_t *ctx);

/**
 * @brief Dry run: tell what daemonctx_open() would refuse before it changes anything.
 *
 * Makes the plan and takes it back: nothing is left behind, no hook is called, the context stays closed. What can
 * fail only later is not found: threads, privileges, directories that cannot be entered. Errors carry
 * DAEMONCTX_STEP_PLAN. In a program that was started again, whose plan is made, it looks at the setters alone.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx the context.
 * @retval DAEMONCTX_OK the plan can be made.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or options contradict one another: a relative working_directory
 *     together with a chroot_directory, a directory among the preserved or stream descriptors together with a
 *     chroot_directory, or a uid that has no passwd entry without a gid; or the pid file's path ends in a slash.
 * @retval DAEMONCTX_ERR_RANGE a refused setter is remembered.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory.
 * @retval DAEMONCTX_ERR_SYSTEM a system call failed, such as opening the file of a stream.
 * @retval DAEMONCTX_ERR_NOT_FOUND there is no such user or group.
 * @retval DAEMONCTX_ERR_ALREADY_RUNNING the pid file is locked; daemonctx_error_pid() is its holder, 0 while that one
 *     is starting.
 * @retval DAEMONCTX_ERR_UNSAFE_PATH the pid file, or its directory, could be in the hands of another user: see
 *     daemonctx_set_pidfile().
 * @retval DAEMONCTX_ERR_UNSUPPORTED by re-exec: the program cannot be started again, as a set-user-id program, one that
 *     was started again 64 times, or one that loads the library too late to take part in its own start.
 * @since 1.0
 * @see daemonctx_open()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_check(daemonctx_context_t *ctx);

/**
 * @brief Become a daemon: this process is the launcher, and the call returns in the daemon.
 *
 * The steps run in the order of enum daemonctx_step. While detaching, the launcher waits until the daemon is ready
 * (daemonctx_set_ready_mode()) and then ends with _exit(0): open returns in the launcher only when it failed. The
 * launcher is then unchanged, and no daemon, pid file, lock or zombie is left; the context is closed and can be
 * opened again.
 *
 * C stdio is flushed before the fork. The end of the intermediate process is never reported to the launcher's SIGCHLD
 * handler or to its waitpid(-1), unless a process with threads is forked unchecked. Ctrl-C (SIGINT), SIGTERM and
 * SIGQUIT at the waiting launcher abort the launch, unless they are ignored there: everything is cleaned up first, then
 * the signal has its usual effect and, if the process goes on, open returns DAEMONCTX_ERR_SYSTEM with EINTR. SIGHUP is
 * held back while it waits.
 *
 * In place (detach_process NO, or AUTO where detaching is not required) the same steps run in this process. If one
 * fails, the earlier ones stay done: the step is named, the pid file is removed, 0, 1 and 2 are as before, and only
 * daemonctx_close() and daemonctx_free() are left to call.
 *
 * An open context is left as it is.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx the context.
 * @retval DAEMONCTX_OK this process is the daemon; or the context was open already.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or options contradict one another: a relative working_directory
 *     together with a chroot_directory, a directory among the preserved or stream descriptors together with a
 *     chroot_directory, or a uid that has no passwd entry without a gid; or the pid file's path ends in a slash.
 * @retval DAEMONCTX_ERR_RANGE a refused setter is remembered.
 * @retval DAEMONCTX_ERR_STATE another context of this process is open, a callback of this one runs, or opening it in
 *     place failed before; by re-exec: the program that was started again has not set a handler or a pid file manager
 *     that its launcher had.
 * @retval DAEMONCTX_ERR_MEMORY no memory.
 * @retval DAEMONCTX_ERR_SYSTEM a system call failed; EINTR: a signal aborted the launch, and daemonctx_error_signal()
 *     is its number.
 * @retval DAEMONCTX_ERR_NOT_FOUND there is no such user or group.
 * @retval DAEMONCTX_ERR_ALREADY_RUNNING the pid file is locked; daemonctx_error_pid() is its holder, 0 while that one
 *     is starting.
 * @retval DAEMONCTX_ERR_UNSAFE_PATH the pid file, or its directory, could be in the hands of another user: see
 *     daemonctx_set_pidfile().
 * @retval DAEMONCTX_ERR_PRIVILEGE the identity asked for could not be taken, or not wholly.
 * @retval DAEMONCTX_ERR_THREADS the process has more than one thread, and would have been forked or changed in place.
 * @retval DAEMONCTX_ERR_TIMEOUT the daemon was not ready within the time of daemonctx_set_ready_timeout().
 * @retval DAEMONCTX_ERR_DIED the daemon ended, or closed its context, before it was ready; pid, exit code and signal
 *     are in the error detail where known.
 * @retval DAEMONCTX_ERR_PROGRAM the daemon called daemonctx_notify_failed(); its code and text are in the error
 *     detail.
 * @retval DAEMONCTX_ERR_CALLBACK a hook, or the pid file manager's enter callback, returned something other than 0.
 * @retval DAEMONCTX_ERR_UNSUPPORTED by re-exec: the program cannot be started again, as a set-user-id program, one that
 *     was started again 64 times, or one that loads the library too late to take part in its own start.
 * @since 1.0
 * @see PEP 3143, DaemonContext: open(); daemon(7), SysV Daemons; fork(2); setsid(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_open(daemonctx_context_t *ctx);

/**
 * @brief As daemonctx_open(), but return in the launcher too.
 *
 * In the launcher the context stays closed, the process is unchanged, and it can launch again. daemonctx_daemon_pid()
 * is then the pid of the daemon.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx the context.
 * @retval DAEMONCTX_OK this process is the daemon; or the context was open already.
 * @retval DAEMONCTX_LAUNCHED this process is the launcher, and the daemon is ready.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or options contradict one another: a relative working_directory
 *     together with a chroot_directory, a directory among the preserved or stream descriptors together with a
 *     chroot_directory, or a uid that has no passwd entry without a gid; or the pid file's path ends in a slash.
 * @retval DAEMONCTX_ERR_RANGE a refused setter is remembered.
 * @retval DAEMONCTX_ERR_STATE another context of this process is open, a callback of this one runs, or opening it in
 *     place failed before; by re-exec: the program that was started again has not set a handler or a pid file manager
 *     that its launcher had.
 * @retval DAEMONCTX_ERR_MEMORY no memory.
 * @retval DAEMONCTX_ERR_SYSTEM a system call failed; EINTR: a signal aborted the launch, and daemonctx_error_signal()
 *     is its number.
 * @retval DAEMONCTX_ERR_NOT_FOUND there is no such user or group.
 * @retval DAEMONCTX_ERR_ALREADY_RUNNING the pid file is locked; daemonctx_error_pid() is its holder, 0 while that one
 *     is starting.
 * @retval DAEMONCTX_ERR_UNSAFE_PATH the pid file, or its directory, could be in the hands of another user: see
 *     daemonctx_set_pidfile().
 * @retval DAEMONCTX_ERR_PRIVILEGE the identity asked for could not be taken, or not wholly.
 * @retval DAEMONCTX_ERR_THREADS the process has more than one thread, and would have been forked or changed in place.
 * @retval DAEMONCTX_ERR_TIMEOUT the daemon was not ready within the time of daemonctx_set_ready_timeout().
 * @retval DAEMONCTX_ERR_DIED the daemon ended, or closed its context, before it was ready; pid, exit code and signal
 *     are in the error detail where known.
 * @retval DAEMONCTX_ERR_PROGRAM the daemon called daemonctx_notify_failed(); its code and text are in the error
 *     detail.
 * @retval DAEMONCTX_ERR_CALLBACK a hook, or the pid file manager's enter callback, returned something other than 0.
 * @retval DAEMONCTX_ERR_UNSUPPORTED by re-exec: the program cannot be started again, as a set-user-id program, one that
 *     was started again 64 times, or one that loads the library too late to take part in its own start.
 * @since 1.0
 * @see daemonctx_open(); PEP 3143, DaemonContext: open()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_launch(daemonctx_context_t *ctx);

/**
 * @brief Close the context: the daemon gives back its pid file and its signals.
 *
 * The pid file is removed if it is still this daemon's; where it cannot be removed (dropped privileges, chroot) it is
 * truncated. Its lock is released, a pid file manager's exit callback is called, and handlers of the library are
 * taken out. Streams, working directory, umask and ids stay as they are. Before the daemon is ready, closing makes
 * the launch fail with DAEMONCTX_ERR_DIED, and the program is expected to end: the launcher gives it one second, and
 * then kills it.
 *
 * The context is closed afterwards in any case, and can be opened again; the first thing that went wrong is returned.
 * A closed context is left as it is. Unless daemonctx_set_close_at_exit() says otherwise, exit() and the return from
 * main() close an open context too; _exit() and a killing signal do not, and the pid file they leave does not block
 * the next start.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx the context.
 * @retval DAEMONCTX_OK closed, or was closed already.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE a hook, a pid file manager's callback or the trace callback of this context runs;
 *     nothing is done.
 * @retval DAEMONCTX_ERR_SYSTEM the pid file could be neither removed nor truncated.
 * @retval DAEMONCTX_ERR_CALLBACK the pid file manager's exit callback returned something other than 0.
 * @since 1.0
 * @see PEP 3143, DaemonContext: close(); exit(3)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_close(daemonctx_context_t *ctx);

/**
 * @brief Whether the context is open in this process.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @retval 1 open.
 * @retval 0 closed; also in a child that the daemon forked.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: is_open
 */
DAEMONCTX_API int32_t daemonctx_is_open(const daemonctx_context_t *ctx);

/**
 * @brief Ask the daemon to end, as if a signal mapped to TERMINATE had come.
 *
 * Until the program has asked for events (daemonctx_signal_fd(), daemonctx_dispatch(), daemonctx_wait_events(),
 * daemonctx_is_terminating()) the context is closed and the process ends by the signal's default action; as PID 1 it
 * ends with the status 128 + @p signum. From then on, and always with a pid file manager, it is an event:
 * daemonctx_wait_events() returns DAEMONCTX_TERMINATED.
 *
 * Threads: any, at any time; async-signal-safe.
 *
 * @param[in,out] ctx an open context.
 * @param[in] signum a signal whose default action ends a process, such as SIGTERM.
 * @retval DAEMONCTX_OK the event is recorded; without events the call does not return.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p signum is no signal, or one whose default action does not end a process.
 * @retval DAEMONCTX_ERR_STATE the context is not open in this process.
 * @since 1.0
 * @see PEP 3143, DaemonContext: terminate(); signal(7); signal-safety(7)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_terminate(daemonctx_context_t *ctx, int32_t signum);

/**
 * @brief Process id of the daemon.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @return in the daemon: its own pid; in the launcher: the pid of the daemon that daemonctx_launch() last started; 0
 *     if there is none.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @since 1.0
 * @see daemonctx_launch(), getpid(2)
 */
DAEMONCTX_API int32_t daemonctx_daemon_pid(const daemonctx_context_t *ctx);

/**
 * @brief Tell the waiting launcher that the daemon is ready.
 *
 * With DAEMONCTX_READY_MODE_MANUAL this commits the launch: the launcher returns or ends with success. With
 * DAEMONCTX_STREAM_SWITCH_AT_READY stdout is flushed and the streams are switched first. With
 * DAEMONCTX_READY_MODE_ON_OPEN, and when called again, nothing is left to do; in place only the streams are switched.
 * If the launcher gave up or is gone, the launch has failed: the pid file is removed and the process ends with
 * _exit(1).
 *
 * Threads: any, at any time.
 *
 * @param[in,out] ctx an open context.
 * @retval DAEMONCTX_OK the daemon is ready, or was already.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not open in this process.
 * @retval DAEMONCTX_ERR_SYSTEM the streams could not be switched: the launch has failed, the launcher is told, and
 *     the program is expected to end.
 * @since 1.0
 * @see daemonctx_set_ready_mode(); daemon(7), SysV Daemons, step 14
 */
DAEMONCTX_API daemonctx_status_t daemonctx_notify_ready(daemonctx_context_t *ctx);

/**
 * @brief Tell the waiting launcher that the daemon cannot start.
 *
 * In the daemon, before it is ready (DAEMONCTX_READY_MODE_MANUAL): daemonctx_open() or daemonctx_launch() in the
 * launcher returns DAEMONCTX_ERR_PROGRAM with this code and text, and the pid file is removed at once. The program is
 * expected to end; if it does not within 5 seconds, or within what is left of the ready time, the launcher kills it.
 *
 * In a hook, or in a pid file manager's callback: keeps code and text for the DAEMONCTX_ERR_CALLBACK with which the
 * callback then fails, whatever it returns. If the launcher gave up or is gone, the process ends with _exit(1).
 *
 * Threads: any, at any time.
 *
 * @param[in,out] ctx an open context, or that of a callback.
 * @param[in] exit_code any number; the launcher reads it with daemonctx_error_exit_code(). The daemon's own exit
 *     status stays the program's to choose.
 * @param[in] message UTF-8 text, copied, and cut at a character boundary to 2,048 bytes; when empty, a general
 *     sentence takes its place.
 * @retval DAEMONCTX_OK told, or kept.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p message is NULL.
 * @retval DAEMONCTX_ERR_STATE nobody waits: the context is not open in this process and no callback of it runs, the
 *     daemon is ready already, or was made in place.
 * @since 1.0
 * @see daemonctx_set_ready_mode(), daemonctx_error_message()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_notify_failed(daemonctx_context_t *ctx, int32_t exit_code,
                                                         const char *message);

/**
 * @brief Open the streams given as paths again, for log rotation.
 *
 * Each path is looked up as it was made absolute at open, with the daemon's identity and root directory; a file that
 * has to be created gets its mode. All are opened before the first is switched: if one cannot be, every stream keeps
 * its old file. Streams of other kinds are left alone.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx an open context.
 * @retval DAEMONCTX_OK all reopened, or none is a path.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not open in this process, or its streams are not switched yet
 *     (DAEMONCTX_STREAM_SWITCH_AT_READY).
 * @retval DAEMONCTX_ERR_SYSTEM a file could not be opened; the sentence names it.
 * @since 1.0
 * @see daemonctx_set_stdout_path(), open(2), dup2(2), logrotate(8)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_reopen_streams(daemonctx_context_t *ctx);

/** @} */

/* ---- 4. Error detail of the last failed call on this context ---------------------------------------------------- */
/** @name 4. Error detail of the last failed call on this context
 * @{ */

/**
 * @brief Status of the last failed call.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @return the status that the call returned; DAEMONCTX_OK if none has failed; DAEMONCTX_ERR_ARGUMENT also when @p ctx
 *     is NULL.
 * @since 1.0
 * @see daemonctx_error_message()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_error_status(const daemonctx_context_t *ctx);

/**
 * @brief Step of the launch in which the last failed call failed.
 *
 * What the plan finds, and a remembered refusal, is DAEMONCTX_STEP_PLAN; what is known only when the launcher waits,
 * such as a time-out or the daemon's death, is DAEMONCTX_STEP_REPORT. A refused setter itself is DAEMONCTX_STEP_NONE.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @return the step; DAEMONCTX_STEP_NONE outside a launch, if no call has failed, and when @p ctx is NULL.
 * @since 1.0
 * @see daemonctx_step_name()
 */
DAEMONCTX_API daemonctx_step_t daemonctx_error_step(const daemonctx_context_t *ctx);

/**
 * @brief The errno of the system call behind the last failure.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @return the errno, in the daemon or the launcher; 0 if no system call failed.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @since 1.0
 * @see errno(3)
 */
DAEMONCTX_API int32_t daemonctx_error_errno(const daemonctx_context_t *ctx);

/**
 * @brief The process behind the last failure.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @return DAEMONCTX_ERR_ALREADY_RUNNING: the pid of the daemon that runs, 0 while it is starting; a failed launch:
 *     the pid that the daemon had; 0 if not known.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @since 1.0
 * @see daemonctx_error_message()
 */
DAEMONCTX_API int32_t daemonctx_error_pid(const daemonctx_context_t *ctx);

/**
 * @brief The exit code behind the last failure.
 *
 * As any number may have been given to daemonctx_notify_failed(), look at daemonctx_error_status() first.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @return DAEMONCTX_ERR_PROGRAM: the code given to daemonctx_notify_failed(); DAEMONCTX_ERR_CALLBACK: that code, else
 *     what the callback returned; DAEMONCTX_ERR_DIED: the daemon's exit status, 0 to 255; -1 if not known.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @since 1.0
 * @see daemonctx_notify_failed(), wait(2)
 */
DAEMONCTX_API int32_t daemonctx_error_exit_code(const daemonctx_context_t *ctx);

/**
 * @brief The signal behind the last failure.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @return DAEMONCTX_ERR_DIED: the signal that ended the daemon; an aborted launch: the signal that aborted it; -1 if
 *     not known or there was none.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @since 1.0
 * @see signal(7), wait(2)
 */
DAEMONCTX_API int32_t daemonctx_error_signal(const daemonctx_context_t *ctx);

/**
 * @brief The last failure as one sentence that a user can act on.
 *
 * For example: ``cannot change directory to '/nope': No such file or directory``. The text is borrowed: valid until the
 * next failing call on this context, or until it is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @return the sentence; an empty text if no call has failed; a sentence about it when @p ctx is NULL; never NULL.
 * @since 1.0
 * @see daemonctx_error_status()
 */
DAEMONCTX_API const char *daemonctx_error_message(const daemonctx_context_t *ctx);

/** @} */

/* ---- 5. Callbacks ----------------------------------------------------------------------------------------------- */
/** @name 5. Callbacks
 * @{ */

/**
 * @brief A hook of the launch, or a pid file manager's callback. Return 0 to go on.
 *
 * Anything other than 0 fails the launch, or the closing, with DAEMONCTX_ERR_CALLBACK; so does a call of
 * daemonctx_notify_failed() in it, which gives it code and text. In it setters, daemonctx_open(), daemonctx_launch()
 * and daemonctx_close() return DAEMONCTX_ERR_STATE; getters may be called, and daemonctx_preserve() in the prepare,
 * daemon and privileged hooks.
 *
 * @since 1.0
 */
typedef int32_t (*daemonctx_hook_fn)(daemonctx_context_t *ctx, void *user_data);

/**
 * @brief A deferred signal handler.
 *
 * It runs in normal context, in the thread that calls daemonctx_dispatch() or daemonctx_wait_events(): it may
 * allocate and call any function of this library. daemonctx_free() takes effect when that call returns.
 *
 * @since 1.0
 */
typedef void (*daemonctx_signal_fn)(daemonctx_context_t *ctx, int32_t signum, void *user_data);

/**
 * @brief A signal handler as sigaction(2) takes it: only async-signal-safe calls are allowed in it.
 *
 * @since 1.0
 */
typedef void (*daemonctx_async_signal_fn)(int signum);

/**
 * @brief Told of each step of a launch, and how it ended.
 *
 * @since 1.0
 */
typedef void (*daemonctx_trace_fn)(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status,
                                   void *user_data);

/** @} */

/* ---- 6. The PEP's options --------------------------------------------------------------------------------------- */
/** @name 6. The PEP's options
 * @{ */

/**
 * @brief Store the descriptors that stay open in the daemon.
 *
 * Default: none. The list replaces the one before; @p count 0 empties it. The descriptors keep number, offset and
 * flags, and stay the caller's. Closed ones and duplicates are harmless. 0, 1 or 2 in the list stays in place where
 * its stream is null or inherit; a stream given as descriptor or path wins.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] fds the descriptors, each 0 or more; NULL only if @p count is 0.
 * @param[in] count how many, 0 to 1,048,576.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p fds is NULL and @p count is not 0.
 * @retval DAEMONCTX_ERR_RANGE a descriptor is negative, or @p count is too large.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see PEP 3143, DaemonContext: files_preserve
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_files_preserve(daemonctx_context_t *ctx, const int32_t *fds,
                                                              size_t count);

/**
 * @brief Read the descriptors that stay open.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_fds the list; NULL if it is empty.
 * @param[out] ret_count how many.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or an out-parameter is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: files_preserve
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_files_preserve(const daemonctx_context_t *ctx, const int32_t **ret_fds,
                                                              size_t *ret_count);

/**
 * @brief Add one descriptor to those that stay open in the daemon.
 *
 * Before open it is a setter that adds to files_preserve. In the prepare, daemon and privileged hooks it keeps what
 * they open, for this launch alone: up to 64; a refusal there is not remembered.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context, or that of one of these hooks.
 * @param[in] fd the descriptor, 0 or more; it stays the caller's.
 * @retval DAEMONCTX_OK added, or was kept already.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL; in a hook: @p fd is a directory and there is a chroot_directory.
 * @retval DAEMONCTX_ERR_RANGE @p fd is negative, or the list holds 1,048,576 already.
 * @retval DAEMONCTX_ERR_STATE the context is open, opening it in place failed, or a callback other than these hooks
 *     runs.
 * @retval DAEMONCTX_ERR_MEMORY no memory; in a hook: 64 were added in this launch.
 * @since 1.0
 * @see PEP 3143, DaemonContext: files_preserve; daemonctx_set_privileged_hook()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_preserve(daemonctx_context_t *ctx, int32_t fd);

/**
 * @brief Store the directory that becomes the daemon's root.
 *
 * Default: none. It needs the privilege to change it (CAP_SYS_CHROOT). The directory is entered before the identity
 * changes; no descriptor of a directory outside is kept.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] path the directory, 1 to 4,095 bytes; relative to the launcher's working directory at open. Copied.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p path is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p path has PATH_MAX (4,096) bytes or more.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see PEP 3143, DaemonContext: chroot_directory; chroot(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_chroot_directory(daemonctx_context_t *ctx, const char *path);

/**
 * @brief Read the directory that becomes the root.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_path the path as it was set; NULL if none is.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_path is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: chroot_directory
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_chroot_directory(const daemonctx_context_t *ctx, const char **ret_path);

/**
 * @brief Store the daemon's working directory.
 *
 * Default: "/". It is entered with the daemon's identity. Together with a chroot_directory it is a path inside the
 * new root and must be absolute, which open checks.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] path the directory, 1 to 4,095 bytes; relative to the launcher's working directory at open. Copied.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p path is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p path has PATH_MAX (4,096) bytes or more.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see PEP 3143, DaemonContext: working_directory; chdir(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_working_directory(daemonctx_context_t *ctx, const char *path);

/**
 * @brief Read the daemon's working directory.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_path the path as it was set; "/" if none was.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_path is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: working_directory
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_working_directory(const daemonctx_context_t *ctx, const char **ret_path);

/**
 * @brief Let the daemon keep the launcher's umask.
 *
 * Default: a umask of 0. daemonctx_set_umask() takes this back.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: umask; umask(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_umask_inherit(daemonctx_context_t *ctx);

/**
 * @brief Store the daemon's umask.
 *
 * Default: 0.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] mask the mode bits to take away from new files, 0 to 0777.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p mask is greater than 0777.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: umask; umask(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_umask(daemonctx_context_t *ctx, uint32_t mask);

/**
 * @brief Read the daemon's umask.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_mask the mask, 0 to 0777.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_mask is NULL.
 * @retval DAEMONCTX_ERR_NOT_FOUND the launcher's umask is to be kept.
 * @since 1.0
 * @see PEP 3143, DaemonContext: umask
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_umask(const daemonctx_context_t *ctx, uint32_t *ret_mask);

/**
 * @brief Store the path of the daemon's pid file.
 *
 * Default: none. It replaces a pid file manager. The launcher opens and locks the file before it detaches, so that a
 * second start is refused in the terminal; the lock, not the content, decides. While the daemon runs the file holds
 * its pid and a newline, with mode 0644 whatever the umask. A file that is there already and that no daemon holds gives
 * way to a new one, which only the launcher's user can open until it is locked; where its directory cannot be written,
 * it is used as it is.
 *
 * The file is opened with the launcher's effective rights: a set-user-id program gives an absolute path.
 *
 * Refused at open (DAEMONCTX_ERR_UNSAFE_PATH): what is not a regular file with one link; a file or a directory that
 * belongs to none of root, the launcher's and the target user; a file that everyone may write, or a directory that
 * everyone may write and that has no sticky bit; a symbolic link on the way to the directory that is neither root's nor
 * the launcher's.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] path the file, 1 to 4,095 bytes; relative to the launcher's working directory at open. Copied.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p path is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p path has PATH_MAX (4,096) bytes or more.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see PEP 3143, DaemonContext: pidfile; fcntl(2), open file description locks
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_pidfile(daemonctx_context_t *ctx, const char *path);

/**
 * @brief Read the path of the pid file.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_path the path as it was set; NULL if none is, or a manager took its place.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_path is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: pidfile
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_pidfile(const daemonctx_context_t *ctx, const char **ret_path);

/**
 * @brief Store callbacks that keep the pid file, in place of a path.
 *
 * Default: none. It replaces a path. In the daemon @p enter is called once, at the step of the pid file, and @p exit
 * once when the context is closed, never in a signal handler. If @p enter fails, the launch fails and @p exit is not
 * called; nor is it called in a daemon that the launcher has to kill (ready timeout, Ctrl-C) or that a signal kills.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] enter takes the pid file.
 * @param[in] exit gives it back.
 * @param[in] user_data handed to both; stays the caller's; may be NULL.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p enter or @p exit is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: pidfile
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_pidfile_manager(daemonctx_context_t *ctx, daemonctx_hook_fn enter,
                                                               daemonctx_hook_fn exit, void *user_data);

/**
 * @brief Whether to detach: see daemonctx_set_detach_process().
 *
 * @since 1.0
 */
enum daemonctx_detach_process {
    /** Become the daemon in place: same process, same session. */
    DAEMONCTX_DETACH_PROCESS_NO = 0,
    /** Detach: the daemon is a new process in a session of its own, without a terminal. */
    DAEMONCTX_DETACH_PROCESS_YES = 1,
    /** Detach where it is required (the PEP's None). */
    DAEMONCTX_DETACH_PROCESS_AUTO = 2
};

/**
 * @brief Store whether to detach from the launcher's session.
 *
 * Default: AUTO. A systemd unit with Type=forking needs YES.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] detach a value of enum daemonctx_detach_process.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p detach is no such value.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: detach_process; daemon(7)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_detach_process(daemonctx_context_t *ctx, uint32_t detach);

/**
 * @brief Read whether to detach.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_detach the value as it was set: AUTO is not resolved.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_detach is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: detach_process
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_detach_process(const daemonctx_context_t *ctx, uint32_t *ret_detach);

/**
 * @brief Why detaching is, or is not, required.
 *
 * The first that holds is given, in this order: PID_1, LISTEN_PID, NOTIFY_SOCKET, CHILD_OF_PID_1, INETD.
 *
 * @since 1.0
 */
enum daemonctx_detach_reason {
    /** It is required: none of the others holds. */
    DAEMONCTX_DETACH_REASON_REQUIRED = 0,
    /** This process is PID 1. */
    DAEMONCTX_DETACH_REASON_PID_1 = 1,
    /** The parent is PID 1, and there is no controlling terminal. */
    DAEMONCTX_DETACH_REASON_CHILD_OF_PID_1 = 2,
    /** Descriptors 0 and 1 are the same network socket: started by inetd. */
    DAEMONCTX_DETACH_REASON_INETD = 3,
    /** NOTIFY_SOCKET is set, and there is no controlling terminal. */
    DAEMONCTX_DETACH_REASON_NOTIFY_SOCKET = 4,
    /** SYSTEMD_EXEC_PID or LISTEN_PID names this process. */
    DAEMONCTX_DETACH_REASON_LISTEN_PID = 5
};

/**
 * @brief Read what AUTO decided when the context was created.
 *
 * The answer does not depend on daemonctx_set_detach_process().
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_reason a value of enum daemonctx_detach_reason; REQUIRED: AUTO detaches; any other: it does not.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_reason is NULL.
 * @since 1.0
 * @see daemonctx_is_detach_required(); PEP 3143, DaemonContext: detach_process
 */
DAEMONCTX_API daemonctx_status_t daemonctx_detach_reason(const daemonctx_context_t *ctx, uint32_t *ret_reason);

/* signal_map: edited per signal */

/**
 * @brief What the signal map does with a signal.
 *
 * @since 1.0
 */
enum daemonctx_signal_action {
    /** The signal is ignored (SIG_IGN; the PEP's None). */
    DAEMONCTX_SIGNAL_ACTION_IGNORE = 0,
    /** The signal has its default action (SIG_DFL). */
    DAEMONCTX_SIGNAL_ACTION_DEFAULT = 1,
    /** The signal asks the daemon to end, as daemonctx_terminate(). */
    DAEMONCTX_SIGNAL_ACTION_TERMINATE = 2,
    /** A deferred handler: daemonctx_set_signal_handler(). Read only. */
    DAEMONCTX_SIGNAL_ACTION_HANDLER = 3,
    /** An async handler: daemonctx_set_signal_async_handler(). Read only. */
    DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER = 4,
    /** The signal is not in the map: it keeps the disposition that the program gave it. Read only. */
    DAEMONCTX_SIGNAL_ACTION_UNSET = 5
};

/**
 * @brief Store what a signal does in the daemon.
 *
 * Default map: SIGTTIN, SIGTTOU and SIGTSTP are ignored, SIGTERM terminates. The entry replaces the one before.
 * Mapped signals are unblocked in the daemon; signals outside the map keep the disposition that the program gave
 * them, unless daemonctx_set_signal_reset() says otherwise.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] signum the signal's number, 1 to SIGRTMAX.
 * @param[in] action DAEMONCTX_SIGNAL_ACTION_IGNORE, _DEFAULT or _TERMINATE.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p signum is no signal, SIGKILL, SIGSTOP, or one that the C library keeps for itself;
 *     or @p action is another value.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: signal_map; sigaction(2), signal(7)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_signal_action(daemonctx_context_t *ctx, int32_t signum, uint32_t action);

/**
 * @brief Store a deferred handler for a signal.
 *
 * Default: see daemonctx_set_signal_action(). The handler is called from daemonctx_dispatch() or
 * daemonctx_wait_events(), in normal context; of several signals of one number that came before, one call is made.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] signum the signal's number, 1 to SIGRTMAX.
 * @param[in] fn the handler.
 * @param[in] user_data handed to it; stays the caller's; may be NULL.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p fn is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p signum is no signal, SIGKILL, SIGSTOP, or one that the C library keeps for itself.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: signal_map; sigaction(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_signal_handler(daemonctx_context_t *ctx, int32_t signum,
                                                              daemonctx_signal_fn fn, void *user_data);

/**
 * @brief Store a handler that is installed as it is.
 *
 * Default: see daemonctx_set_signal_action(). It is called in signal context, with SA_RESTART and SA_ONSTACK, in
 * whichever thread the signal arrives.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] signum the signal's number, 1 to SIGRTMAX.
 * @param[in] fn the handler; async-signal-safe.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p fn is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p signum is no signal, SIGKILL, SIGSTOP, or one that the C library keeps for itself.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: signal_map; sigaction(2), signal-safety(7)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_signal_async_handler(daemonctx_context_t *ctx, int32_t signum,
                                                                    daemonctx_async_signal_fn fn);

/**
 * @brief Take a signal out of the map.
 *
 * It then keeps the disposition that the program gave it. A signal that is not in the map is left as it is.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] signum the signal's number, 1 to SIGRTMAX.
 * @retval DAEMONCTX_OK not in the map.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p signum is no signal, or one that the C library keeps for itself.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: signal_map
 */
DAEMONCTX_API daemonctx_status_t daemonctx_unset_signal(daemonctx_context_t *ctx, int32_t signum);

/**
 * @brief Take every signal out of the map.
 *
 * Opened so, the context changes no disposition and installs no handler. The defaults are not put back.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK the map is empty; refusals of its signals are forgotten.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: signal_map
 */
DAEMONCTX_API daemonctx_status_t daemonctx_clear_signal_map(daemonctx_context_t *ctx);

/**
 * @brief Read what a signal does in the daemon.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[in] signum the signal's number, 1 to SIGRTMAX.
 * @param[out] ret_action a value of enum daemonctx_signal_action.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_action is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p signum is no signal, or one that the C library keeps for itself.
 * @since 1.0
 * @see PEP 3143, DaemonContext: signal_map
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_signal_action(const daemonctx_context_t *ctx, int32_t signum,
                                                             uint32_t *ret_action);

/**
 * @brief What happens to signals outside the map.
 *
 * @since 1.0
 */
enum daemonctx_signal_reset {
    /** Nothing: only mapped signals are touched. */
    DAEMONCTX_SIGNAL_RESET_MAPPED = 0,
    /**
     * All others go to their default action and the signal mask is emptied; ignored ones and the program's fault
     * handlers stay.
     */
    DAEMONCTX_SIGNAL_RESET_ALL = 1
};

/**
 * @brief Store what happens to signals outside the map.
 *
 * Default: MAPPED.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] mode a value of enum daemonctx_signal_reset.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p mode is no such value.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see daemon(7), SysV Daemons, steps 2 and 3
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_signal_reset(daemonctx_context_t *ctx, uint32_t mode);

/**
 * @brief Read what happens to signals outside the map.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_mode a value of enum daemonctx_signal_reset.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_mode is NULL.
 * @since 1.0
 * @see daemonctx_set_signal_reset()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_signal_reset(const daemonctx_context_t *ctx, uint32_t *ret_mode);

/**
 * @brief Store the user id that the daemon takes.
 *
 * Default: the launcher's real user id, so that an inherited set-user-id elevation is given up. It replaces a user
 * name. The user's primary and supplementary groups are taken too, unless gid or groups say otherwise; an id without
 * passwd entry needs a gid. Every id and the groups are read back afterwards, and regaining the old ones is tried:
 * any doubt fails the launch.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] uid the user id, 0 to 0xFFFFFFFE.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p uid is 0xFFFFFFFF.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: uid; setresuid(2), credentials(7)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_uid(daemonctx_context_t *ctx, uint32_t uid);

/**
 * @brief Read the user id that the daemon takes.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_uid the id as it was set; else the real user id of the caller. A user name is not resolved.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_uid is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: uid
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_uid(const daemonctx_context_t *ctx, uint32_t *ret_uid);

/**
 * @brief Store the group id that the daemon takes.
 *
 * Default: the primary group of the user or uid that was set, else the launcher's real group id. It replaces a group
 * name.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] gid the group id, 0 to 0xFFFFFFFE.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p gid is 0xFFFFFFFF.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: gid; setresgid(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_gid(daemonctx_context_t *ctx, uint32_t gid);

/**
 * @brief Read the group id that the daemon takes.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_gid the id as it was set; else the real group id of the caller. A group name is not resolved.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_gid is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: gid
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_gid(const daemonctx_context_t *ctx, uint32_t *ret_gid);

/**
 * @brief Store the user, by name, that the daemon becomes.
 *
 * Default: none. It replaces a uid, and does what that does. The name is looked up at open, before any change.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] name the login name, 1 to 256 bytes. Copied.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p name is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p name is longer than 256 bytes.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see PEP 3143, DaemonContext: uid; getpwnam(3)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_user(daemonctx_context_t *ctx, const char *name);

/**
 * @brief Read the user, by name, that the daemon becomes.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_name the name as it was set; NULL if none is.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_name is NULL.
 * @since 1.0
 * @see daemonctx_set_user()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_user(const daemonctx_context_t *ctx, const char **ret_name);

/**
 * @brief Store the group, by name, that the daemon takes.
 *
 * Default: none. It replaces a gid. The name is looked up at open, before any change.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] name the group's name, 1 to 256 bytes. Copied.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p name is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p name is longer than 256 bytes.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see PEP 3143, DaemonContext: gid; getgrnam(3)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_group(daemonctx_context_t *ctx, const char *name);

/**
 * @brief Read the group, by name, that the daemon takes.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_name the name as it was set; NULL if none is.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_name is NULL.
 * @since 1.0
 * @see daemonctx_set_group()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_group(const daemonctx_context_t *ctx, const char **ret_name);

/**
 * @brief Store the daemon's supplementary groups.
 *
 * Default: not set; those of the user or uid that was set, else the launcher's. The list replaces the one before;
 * @p count 0 stores an empty list, which is not the same as none set.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] gids the group ids, each 0 to 0xFFFFFFFE; NULL only if @p count is 0.
 * @param[in] count how many, 0 to NGROUPS_MAX (65,536).
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p gids is NULL and @p count is not 0.
 * @retval DAEMONCTX_ERR_RANGE an id is 0xFFFFFFFF, or @p count is too large.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see setgroups(2), getgrouplist(3)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_groups(daemonctx_context_t *ctx, const uint32_t *gids, size_t count);

/**
 * @brief Read the daemon's supplementary groups.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_gids the list as it was set; NULL if it is empty or none is set.
 * @param[out] ret_count how many; 0 if none is set.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or an out-parameter is NULL.
 * @since 1.0
 * @see daemonctx_set_groups()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_groups(const daemonctx_context_t *ctx, const uint32_t **ret_gids,
                                                      size_t *ret_count);

/**
 * @brief Put chroot_directory back to its default.
 *
 * Default: none.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK back at the default.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: chroot_directory
 */
DAEMONCTX_API daemonctx_status_t daemonctx_unset_chroot_directory(daemonctx_context_t *ctx);

/**
 * @brief Put the pid file back to its default.
 *
 * Default: none. A path and a manager are both taken out.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK back at the default.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: pidfile
 */
DAEMONCTX_API daemonctx_status_t daemonctx_unset_pidfile(daemonctx_context_t *ctx);

/**
 * @brief Put uid back to its default.
 *
 * Default: the real user id. A user name that was set stays.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK back at the default.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: uid
 */
DAEMONCTX_API daemonctx_status_t daemonctx_unset_uid(daemonctx_context_t *ctx);

/**
 * @brief Put gid back to its default.
 *
 * Default: that of daemonctx_set_gid(). A group name that was set stays.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK back at the default.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: gid
 */
DAEMONCTX_API daemonctx_status_t daemonctx_unset_gid(daemonctx_context_t *ctx);

/**
 * @brief Put the user back to its default.
 *
 * Default: none. A uid that was set stays.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK back at the default.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: uid
 */
DAEMONCTX_API daemonctx_status_t daemonctx_unset_user(daemonctx_context_t *ctx);

/**
 * @brief Put the group back to its default.
 *
 * Default: none. A gid that was set stays.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK back at the default.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: gid
 */
DAEMONCTX_API daemonctx_status_t daemonctx_unset_group(daemonctx_context_t *ctx);

/**
 * @brief Put the supplementary groups back to their default.
 *
 * Default: not set; see daemonctx_set_groups().
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK back at the default.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see setgroups(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_unset_groups(daemonctx_context_t *ctx);

/**
 * @brief Store whether the daemon never leaves a core file.
 *
 * Default: 1. Both limits of RLIMIT_CORE become 0, and the process not dumpable, as a core_pattern that is a pipe
 * does not heed the limit. 0 leaves both as the launcher's.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] enabled 1 or 0.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p enabled is neither 0 nor 1.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: prevent_core; getrlimit(2), prctl(2) PR_SET_DUMPABLE, core(5)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_prevent_core(daemonctx_context_t *ctx, int32_t enabled);

/**
 * @brief Read whether the daemon never leaves a core file.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_enabled 1 or 0.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_enabled is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: prevent_core
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_prevent_core(const daemonctx_context_t *ctx, int32_t *ret_enabled);

/* streams: a kind, and one setter for each */

/**
 * @brief What a stream of the daemon is.
 *
 * @since 1.0
 */
enum daemonctx_stream_kind {
    /** /dev/null (the PEP's None). */
    DAEMONCTX_STREAM_KIND_NULL = 0,
    /** What the launcher has; /dev/null if that is closed. */
    DAEMONCTX_STREAM_KIND_INHERIT = 1,
    /** A copy of a descriptor of the caller. */
    DAEMONCTX_STREAM_KIND_FD = 2,
    /** A file. */
    DAEMONCTX_STREAM_KIND_PATH = 3
};

/**
 * @brief Store a descriptor as the daemon's standard input.
 *
 * Default: null. Descriptor 0 of the daemon becomes a copy of it, not close-on-exec; the caller's own stays as it is,
 * and open in the daemon. That it is open is checked at open.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] fd the descriptor, 0 or more; it stays the caller's.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p fd is negative.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdin; dup2(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdin(daemonctx_context_t *ctx, int32_t fd);

/**
 * @brief Store a file as the daemon's standard input.
 *
 * Default: null. The launcher opens it for reading at open; a terminal does not become the controlling one.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] path the file, 1 to 4,095 bytes; relative to the launcher's working directory at open. Copied.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p path is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p path has PATH_MAX (4,096) bytes or more.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdin; open(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdin_path(daemonctx_context_t *ctx, const char *path);

/**
 * @brief Make the daemon's standard input /dev/null.
 *
 * This is the default, the PEP's None.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdin; null(4)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdin_null(daemonctx_context_t *ctx);

/**
 * @brief Keep the launcher's as the daemon's standard input.
 *
 * Default: null. If the launcher's is closed, it is /dev/null.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdin
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdin_inherit(daemonctx_context_t *ctx);

/**
 * @brief Read the kind of the daemon's standard input.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_kind a value of enum daemonctx_stream_kind.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_kind is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdin
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdin_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind);

/**
 * @brief Read the descriptor stored as the daemon's standard input.
 *
 * It is the caller's still.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_fd the descriptor as it was set.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_fd is NULL.
 * @retval DAEMONCTX_ERR_NOT_FOUND the kind is not DAEMONCTX_STREAM_KIND_FD.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdin
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdin(const daemonctx_context_t *ctx, int32_t *ret_fd);

/**
 * @brief Read the file stored as the daemon's standard input.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_path the path as it was set.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_path is NULL.
 * @retval DAEMONCTX_ERR_NOT_FOUND the kind is not DAEMONCTX_STREAM_KIND_PATH.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdin
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdin_path(const daemonctx_context_t *ctx, const char **ret_path);

/**
 * @brief Store a descriptor as the daemon's standard output.
 *
 * Default: null. Descriptor 1 of the daemon becomes a copy of it, not close-on-exec; the caller's own stays as it is,
 * and open in the daemon. That it is open is checked at open.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] fd the descriptor, 0 or more; it stays the caller's.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p fd is negative.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdout; dup2(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdout(daemonctx_context_t *ctx, int32_t fd);

/**
 * @brief Store a file as the daemon's standard output.
 *
 * Default: null. The launcher opens it for appending at open; if it has to be created it is given to the target user.
 * daemonctx_reopen_streams() opens it again.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] path the file, 1 to 4,095 bytes; relative to the launcher's working directory at open. Copied.
 * @param[in] mode mode bits of a file that has to be created, 0 to 0777, whatever the umask.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p path is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p path has PATH_MAX (4,096) bytes or more, or @p mode is greater than 0777.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdout; open(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdout_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);

/**
 * @brief Make the daemon's standard output /dev/null.
 *
 * This is the default, the PEP's None.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdout; null(4)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdout_null(daemonctx_context_t *ctx);

/**
 * @brief Keep the launcher's as the daemon's standard output.
 *
 * Default: null. If the launcher's is closed, it is /dev/null.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdout
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stdout_inherit(daemonctx_context_t *ctx);

/**
 * @brief Read the kind of the daemon's standard output.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_kind a value of enum daemonctx_stream_kind.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_kind is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdout
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdout_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind);

/**
 * @brief Read the descriptor stored as the daemon's standard output.
 *
 * It is the caller's still.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_fd the descriptor as it was set.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_fd is NULL.
 * @retval DAEMONCTX_ERR_NOT_FOUND the kind is not DAEMONCTX_STREAM_KIND_FD.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdout
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdout(const daemonctx_context_t *ctx, int32_t *ret_fd);

/**
 * @brief Read the file stored as the daemon's standard output.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_path the path as it was set.
 * @param[out] ret_mode the mode bits, 0 to 0777.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or an out-parameter is NULL.
 * @retval DAEMONCTX_ERR_NOT_FOUND the kind is not DAEMONCTX_STREAM_KIND_PATH.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stdout
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stdout_path(const daemonctx_context_t *ctx, const char **ret_path,
                                                           uint32_t *ret_mode);

/**
 * @brief Store a descriptor as the daemon's standard error output.
 *
 * Default: null. Descriptor 2 of the daemon becomes a copy of it, not close-on-exec; the caller's own stays as it is,
 * and open in the daemon. That it is open is checked at open.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] fd the descriptor, 0 or more; it stays the caller's.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p fd is negative.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stderr; dup2(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stderr(daemonctx_context_t *ctx, int32_t fd);

/**
 * @brief Store a file as the daemon's standard error output.
 *
 * Default: null. The launcher opens it for appending at open; if it has to be created it is given to the target user.
 * daemonctx_reopen_streams() opens it again.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] path the file, 1 to 4,095 bytes; relative to the launcher's working directory at open. Copied.
 * @param[in] mode mode bits of a file that has to be created, 0 to 0777, whatever the umask.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p path is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p path has PATH_MAX (4,096) bytes or more, or @p mode is greater than 0777.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory for the copy.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stderr; open(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stderr_path(daemonctx_context_t *ctx, const char *path, uint32_t mode);

/**
 * @brief Make the daemon's standard error output /dev/null.
 *
 * This is the default, the PEP's None.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stderr; null(4)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stderr_null(daemonctx_context_t *ctx);

/**
 * @brief Keep the launcher's as the daemon's standard error output.
 *
 * Default: null. If the launcher's is closed, it is /dev/null.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stderr
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stderr_inherit(daemonctx_context_t *ctx);

/**
 * @brief Read the kind of the daemon's standard error output.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_kind a value of enum daemonctx_stream_kind.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_kind is NULL.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stderr
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stderr_kind(const daemonctx_context_t *ctx, uint32_t *ret_kind);

/**
 * @brief Read the descriptor stored as the daemon's standard error output.
 *
 * It is the caller's still.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_fd the descriptor as it was set.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_fd is NULL.
 * @retval DAEMONCTX_ERR_NOT_FOUND the kind is not DAEMONCTX_STREAM_KIND_FD.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stderr
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stderr(const daemonctx_context_t *ctx, int32_t *ret_fd);

/**
 * @brief Read the file stored as the daemon's standard error output.
 *
 * The result is borrowed: valid until the option is set or unset, or the context is freed.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_path the path as it was set.
 * @param[out] ret_mode the mode bits, 0 to 0777.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or an out-parameter is NULL.
 * @retval DAEMONCTX_ERR_NOT_FOUND the kind is not DAEMONCTX_STREAM_KIND_PATH.
 * @since 1.0
 * @see PEP 3143, DaemonContext: stderr
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stderr_path(const daemonctx_context_t *ctx, const char **ret_path,
                                                           uint32_t *ret_mode);

/** @} */

/* ---- 7. Options beyond the PEP ---------------------------------------------------------------------------------- */
/** @name 7. Options beyond the PEP
 * @{ */

/**
 * @brief How to detach.
 *
 * @since 1.0
 */
enum daemonctx_detach_method {
    /** The library chooses: fork. It never starts a program again that did not ask for it. */
    DAEMONCTX_DETACH_METHOD_AUTO = 0,
    /** Fork twice; refused in a process with more than one thread. */
    DAEMONCTX_DETACH_METHOD_FORK = 1,
    /**
     * Start the program's executable again, with the same arguments and environment, for programs and runtimes with
     * threads. What the program does before daemonctx_open() is done a second time, in the daemon, where
     * daemonctx_is_relaunched() tells; its own call of daemonctx_open() then goes on with the plan that the launcher
     * made. In place a process with more than one thread executes itself, and keeps its pid. Not for set-user-id and
     * set-group-id programs; needs /proc.
     */
    DAEMONCTX_DETACH_METHOD_REEXEC = 2,
    /**
     * As FORK, but threads are not counted: the caller vouches that a forked child can go on. In place they are. With
     * more than one thread the first fork is fork(3), for its handlers; the caller's SIGCHLD handler may then see the
     * intermediate process.
     */
    DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED = 3
};

/**
 * @brief Store how to detach.
 *
 * Default: AUTO.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] method a value of enum daemonctx_detach_method.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p method is no such value.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see fork(2), execve(2), pthreads(7)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_detach_method(daemonctx_context_t *ctx, uint32_t method);

/**
 * @brief Read how to detach.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_method the value as it was set: AUTO is not resolved.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_method is NULL.
 * @since 1.0
 * @see daemonctx_set_detach_method()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_detach_method(const daemonctx_context_t *ctx, uint32_t *ret_method);

/**
 * @brief When the daemon is ready, so that the launcher may end.
 *
 * @since 1.0
 */
enum daemonctx_ready_mode {
    /** As soon as daemonctx_open() or daemonctx_launch() has done its steps. */
    DAEMONCTX_READY_MODE_ON_OPEN = 0,
    /** When the daemon calls daemonctx_notify_ready(). */
    DAEMONCTX_READY_MODE_MANUAL = 1
};

/**
 * @brief Store when the daemon is ready.
 *
 * Default: ON_OPEN. With MANUAL the launcher waits for daemonctx_notify_ready() or daemonctx_notify_failed(); a
 * daemon that ends or closes its context before is DAEMONCTX_ERR_DIED: at once, or within the second that a process
 * which closed and lives on is given to end.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] mode a value of enum daemonctx_ready_mode.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p mode is no such value.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see daemon(7), SysV Daemons, steps 14 and 15
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_ready_mode(daemonctx_context_t *ctx, uint32_t mode);

/**
 * @brief Read when the daemon is ready.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_mode a value of enum daemonctx_ready_mode.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_mode is NULL.
 * @since 1.0
 * @see daemonctx_set_ready_mode()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_ready_mode(const daemonctx_context_t *ctx, uint32_t *ret_mode);

/**
 * @brief Store how long the launcher waits for the daemon to be ready.
 *
 * Default: 90,000 (90 seconds). When the time is over the daemon is ended, and the launch has failed with
 * DAEMONCTX_ERR_TIMEOUT. It bounds the launch in both ready modes.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] timeout_ms milliseconds, 0 or more; -1: for ever.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p timeout_ms is less than -1.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see daemonctx_set_ready_mode()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_ready_timeout(daemonctx_context_t *ctx, int32_t timeout_ms);

/**
 * @brief Read how long the launcher waits.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_timeout_ms milliseconds; -1: for ever.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_timeout_ms is NULL.
 * @since 1.0
 * @see daemonctx_set_ready_timeout()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_ready_timeout(const daemonctx_context_t *ctx, int32_t *ret_timeout_ms);

/**
 * @brief When descriptors 0, 1 and 2 become the daemon's streams.
 *
 * @since 1.0
 */
enum daemonctx_stream_switch {
    /** In the launch. */
    DAEMONCTX_STREAM_SWITCH_AT_OPEN = 0,
    /** When the daemon is ready: until then it can write to the terminal. */
    DAEMONCTX_STREAM_SWITCH_AT_READY = 1
};

/**
 * @brief Store when the streams are switched.
 *
 * Default: AT_OPEN.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] when a value of enum daemonctx_stream_switch.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p when is no such value.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see daemonctx_notify_ready(); daemon(7), SysV Daemons, step 9
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_stream_switch(daemonctx_context_t *ctx, uint32_t when);

/**
 * @brief Read when the streams are switched.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_when a value of enum daemonctx_stream_switch.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_when is NULL.
 * @since 1.0
 * @see daemonctx_set_stream_switch()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_stream_switch(const daemonctx_context_t *ctx, uint32_t *ret_when);

/**
 * @brief Store the hook that runs in the launcher before the first fork.
 *
 * Default: none. It runs once the plan stands and before threads are counted: a runtime stops its threads here.
 * daemonctx_preserve() may be called in it. In place it runs too. By re-exec it is not called, nor are the launcher and
 * the daemon hook: they are about what a fork does.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] fn the hook; NULL takes it out.
 * @param[in] user_data handed to it; stays the caller's; may be NULL.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see pthread_atfork(3)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_prepare_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn,
                                                            void *user_data);

/**
 * @brief Store the hook that runs in the launcher right after the fork.
 *
 * Default: none. It runs whenever the prepare hook ran, also when the fork failed: a runtime starts its threads again
 * here. In place it runs only if the launch is refused after the prepare hook.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] fn the hook; NULL takes it out.
 * @param[in] user_data handed to it; stays the caller's; may be NULL.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see pthread_atfork(3)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_launcher_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn,
                                                             void *user_data);

/**
 * @brief Store the hook that runs first of all in the daemon.
 *
 * Default: none. It is a process of a new session, and nothing else is changed yet: descriptors are still open, and
 * daemonctx_preserve() may be called. In place it runs after the prepare hook.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] fn the hook; NULL takes it out.
 * @param[in] user_data handed to it; stays the caller's; may be NULL.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see pthread_atfork(3)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_daemon_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn,
                                                           void *user_data);

/**
 * @brief Store the hook that runs in the daemon with the launcher's privileges.
 *
 * Default: none. It runs after descriptors were closed, and before the root directory and the identity change: the
 * place to bind a low port. daemonctx_preserve() may be called in it for what it opens.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] fn the hook; NULL takes it out.
 * @param[in] user_data handed to it; stays the caller's; may be NULL.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see daemonctx_preserve(), ip(7), capabilities(7)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_privileged_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn,
                                                               void *user_data);

/**
 * @brief Store the callback that is told of each step.
 *
 * Default: none. It is called in the launcher, in place in the process itself, for each step in the order of enum
 * daemonctx_step, once it is done; a failing step is the last, with its status.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] fn the callback; NULL takes it out.
 * @param[in] user_data handed to it; stays the caller's; may be NULL.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see daemonctx_step_name()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_trace(daemonctx_context_t *ctx, daemonctx_trace_fn fn, void *user_data);

/**
 * @brief Store whether programs that the daemon executes can gain privileges.
 *
 * Default: 0. With 1, set-user-id bits, set-group-id bits and file capabilities have no effect on the daemon and its
 * children. 0 leaves the launcher's setting.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] enabled 1 or 0.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p enabled is neither 0 nor 1.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see prctl(2) PR_SET_NO_NEW_PRIVS
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_no_new_privs(daemonctx_context_t *ctx, int32_t enabled);

/**
 * @brief Read whether no_new_privs is set in the daemon.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_enabled 1 or 0.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_enabled is NULL.
 * @since 1.0
 * @see daemonctx_set_no_new_privs()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_no_new_privs(const daemonctx_context_t *ctx, int32_t *ret_enabled);

/**
 * @brief Store which capabilities the daemon keeps, beyond a change of its user.
 *
 * Default: 0, the kernel's own way: a change from root to another user takes all away, and who stays root keeps all.
 * With any bit set the daemon has exactly these capabilities, whoever it is: permitted and effective, in its one thread
 * and so in all that it makes later; none is inheritable or ambient, and where the launcher may (CAP_SETPCAP), all
 * others are taken out of its bounding set. So programs that it executes have none, unless it stays root: these have
 * what is kept. A web server keeps CAP_NET_BIND_SERVICE, bit 10.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] kept bit n stands for the capability with the number n (`linux/capability.h`); 0: the option is not used.
 * @retval DAEMONCTX_OK stored. Opening refuses with DAEMONCTX_ERR_PRIVILEGE what the launcher is not permitted itself,
 *     before anything is changed, and what is not exactly as asked for when it was set and read back.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE the running kernel does not know one of them.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see daemonctx_set_no_new_privs(); capabilities(7), capset(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_capabilities(daemonctx_context_t *ctx, uint64_t kept);

/**
 * @brief Read which capabilities the daemon keeps.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_kept as stored; 0: the option is not used.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_kept is NULL.
 * @since 1.0
 * @see daemonctx_set_capabilities()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_capabilities(const daemonctx_context_t *ctx, uint64_t *ret_kept);

/**
 * @brief Store whether exit() closes the open context.
 *
 * Default: 1. 0 is for language runtimes that close it themselves: the pid file is then still removed at exit(), but
 * no callback is called.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] enabled 1 or 0.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p enabled is neither 0 nor 1.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @since 1.0
 * @see PEP 3143, DaemonContext: open(); atexit(3)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_close_at_exit(daemonctx_context_t *ctx, int32_t enabled);

/**
 * @brief Read whether exit() closes the open context.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_enabled 1 or 0.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_enabled is NULL.
 * @since 1.0
 * @see daemonctx_set_close_at_exit()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_close_at_exit(const daemonctx_context_t *ctx, int32_t *ret_enabled);

/**
 * @brief Store bytes that reach the daemon by re-exec.
 *
 * A program that is started again has lost everything that its memory held. What it must not lose (which descriptor is
 * what, an answer that was asked for on the terminal) it stores here, and reads with daemonctx_get_inherited_state().
 * By fork, where all memory is there, the bytes are not looked at.
 *
 * Default: none.
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx a closed context.
 * @param[in] bytes any bytes, copied; may be NULL when @p length is 0.
 * @param[in] length how many bytes, 0 to 1,048,576; 0 takes them out.
 * @retval DAEMONCTX_OK stored.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL, or @p bytes is NULL and @p length is not 0.
 * @retval DAEMONCTX_ERR_RANGE @p length is more than 1,048,576.
 * @retval DAEMONCTX_ERR_STATE the context is not closed: it is open, one of its callbacks runs, or opening it in
 *     place failed.
 * @retval DAEMONCTX_ERR_MEMORY no memory.
 * @since 1.0
 * @see daemonctx_get_inherited_state(), DAEMONCTX_DETACH_METHOD_REEXEC
 */
DAEMONCTX_API daemonctx_status_t daemonctx_set_state(daemonctx_context_t *ctx, const void *bytes, size_t length);

/**
 * @brief Read the bytes that daemonctx_set_state() stored in this process.
 *
 * Threads: one at a time per context.
 *
 * @param[in] ctx the context.
 * @param[out] ret_bytes borrowed: valid until the bytes are set again or the context is freed; NULL when there are
 *     none.
 * @param[out] ret_length how many.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT an argument is NULL.
 * @since 1.0
 * @see daemonctx_set_state()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_state(const daemonctx_context_t *ctx, const void **ret_bytes,
                                                     size_t *ret_length);

/**
 * @brief Read the bytes that the launcher stored, in a program that was started again.
 *
 * They are there from the start of main(), before daemonctx_open(), and the same for every context of the process.
 *
 * Threads: any.
 *
 * @param[in] ctx any context.
 * @param[out] ret_bytes borrowed: valid until the process ends; NULL when the launcher stored none.
 * @param[out] ret_length how many.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT an argument is NULL.
 * @retval DAEMONCTX_ERR_NOT_FOUND this process was not started again by the library.
 * @since 1.0
 * @see daemonctx_set_state(), daemonctx_is_relaunched()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_get_inherited_state(const daemonctx_context_t *ctx, const void **ret_bytes,
                                                               size_t *ret_length);

/**
 * @brief Whether this process is one that the library started again, by re-exec.
 *
 * Code before daemonctx_open() runs twice: in the launcher, and in the program that was started again. It asks this to
 * leave out what must be done once, such as to print a greeting.
 *
 * Threads: any.
 *
 * @retval 1 started again; also after the context was opened, and in children that this process forks.
 * @retval 0 not.
 * @since 1.0
 * @see DAEMONCTX_DETACH_METHOD_REEXEC
 */
DAEMONCTX_API int32_t daemonctx_is_relaunched(void);

/**
 * @brief Whether a daemon started as this process was has to detach.
 *
 * It is what DAEMONCTX_DETACH_PROCESS_AUTO goes by, asked now and without a context.
 *
 * Threads: any, at any time.
 *
 * @param[out] ret_reason a value of enum daemonctx_detach_reason; may be NULL.
 * @retval 1 required.
 * @retval 0 not required: @p ret_reason says why.
 * @since 1.0
 * @see PEP 3143, DaemonContext: detach_process
 */
DAEMONCTX_API int32_t daemonctx_is_detach_required(uint32_t *ret_reason);

/** @} */

/* ---- 8. Events -------------------------------------------------------------------------------------------------- */
/** @name 8. Events
 * @{ */

/**
 * @brief Get the descriptor that becomes readable when there is something for daemonctx_dispatch() to do.
 *
 * For poll(2), epoll(7) and event loops. It belongs to the library: do not read, write or close it. It may be asked
 * for before open and keeps its number until the context is freed. After daemonctx_launch() the daemon has the open
 * file and the launcher a fresh one under the same number: an epoll set of the launcher's must be given it again.
 * Asking for events changes what TERMINATE does: see daemonctx_terminate().
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx the context.
 * @param[out] ret_fd the descriptor; borrowed; close-on-exec, 3 or more.
 * @retval DAEMONCTX_OK written.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx or @p ret_fd is NULL.
 * @retval DAEMONCTX_ERR_STATE a callback of the context runs, or opening it in place failed.
 * @retval DAEMONCTX_ERR_SYSTEM the descriptor could not be made.
 * @since 1.0
 * @see eventfd(2), poll(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_signal_fd(daemonctx_context_t *ctx, int32_t *ret_fd);

/**
 * @brief Run the deferred handlers of the signals that came; never wait.
 *
 * Asking for events changes what TERMINATE does: see daemonctx_terminate().
 *
 * Threads: one at a time per context.
 *
 * @param[in,out] ctx an open context.
 * @retval DAEMONCTX_OK nothing is left to do.
 * @retval DAEMONCTX_TERMINATED the daemon is asked to end; returned by every further call until the context is
 *     closed.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_STATE the context is not open in this process.
 * @retval DAEMONCTX_ERR_SYSTEM the descriptor for events could not be made.
 * @since 1.0
 * @see daemonctx_wait_events(), daemonctx_signal_fd()
 */
DAEMONCTX_API daemonctx_status_t daemonctx_dispatch(daemonctx_context_t *ctx);

/**
 * @brief Wait for signals and run their deferred handlers.
 *
 * Signals outside the map do not end the waiting. Asking for events changes what TERMINATE does: see
 * daemonctx_terminate().
 *
 * Threads: one at a time per context. A cancellation point (pthreads(7)): the context stays as it was.
 *
 * @param[in,out] ctx an open context.
 * @param[in] timeout_ms milliseconds to wait at most, 0 or more; -1: for ever.
 * @retval DAEMONCTX_OK something came, and its handlers have run.
 * @retval DAEMONCTX_IDLE the time is over.
 * @retval DAEMONCTX_TERMINATED the daemon is asked to end; returned by every further call until the context is
 *     closed.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @retval DAEMONCTX_ERR_RANGE @p timeout_ms is less than -1.
 * @retval DAEMONCTX_ERR_STATE the context is not open in this process.
 * @retval DAEMONCTX_ERR_SYSTEM waiting failed, or the descriptor for events could not be made.
 * @since 1.0
 * @see daemonctx_dispatch(), poll(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_wait_events(daemonctx_context_t *ctx, int32_t timeout_ms);

/**
 * @brief Whether the daemon is asked to end.
 *
 * For loops and threads that do not wait for events. Asking for events changes what TERMINATE does: see
 * daemonctx_terminate().
 *
 * Threads: any, at any time.
 *
 * @param[in] ctx the context.
 * @param[out] ret_signum the signal, written if the result is 1; may be NULL.
 * @retval 1 a TERMINATE signal came, or daemonctx_terminate() was called.
 * @retval 0 no, or the context is not open in this process.
 * @retval DAEMONCTX_ERR_ARGUMENT @p ctx is NULL.
 * @since 1.0
 * @see daemonctx_terminate()
 */
DAEMONCTX_API int32_t daemonctx_is_terminating(const daemonctx_context_t *ctx, int32_t *ret_signum);

/** @} */

/* ---- 9. Pid files of other processes ---------------------------------------------------------------------------- */
/** @name 9. Pid files of other processes
 * @{ */

/* No context: the errno of the failing call is in errno. */

/**
 * @brief Ask which daemon holds a pid file.
 *
 * The lock decides, and the kernel names its holder; so a stale file is never taken for a running daemon. Where the
 * kernel's word was lost (the daemon itself opened and closed the file), the content counts, if it is exactly one pid
 * and a newline, while the lock is held, and if that process is seen in /proc to have the lock. Who may not look there
 * (not root, and the daemon is not dumpable) believes it of processes that he may signal. A read lock, which whoever
 * may read the file can take, means nothing. A failing system call leaves its errno in `errno`.
 *
 * Threads: any, at any time.
 *
 * @param[in] path the pid file, as given to daemonctx_set_pidfile().
 * @param[out] ret_pid the daemon's pid; 0 while it is starting, and for a daemon of another pid namespace, which has no
 *     pid here. Written with DAEMONCTX_OK only.
 * @retval DAEMONCTX_OK a daemon runs or is starting.
 * @retval DAEMONCTX_NOT_RUNNING there is no such file, or nobody holds its lock.
 * @retval DAEMONCTX_ERR_ARGUMENT @p path is NULL or empty, or @p ret_pid is NULL.
 * @retval DAEMONCTX_ERR_UNSAFE_PATH @p path is not a regular file, or is a symbolic link.
 * @retval DAEMONCTX_ERR_SYSTEM a system call failed.
 * @since 1.0
 * @see daemonctx_set_pidfile(); fcntl(2), open file description locks
 */
DAEMONCTX_API daemonctx_status_t daemonctx_pidfile_query(const char *path, int32_t *ret_pid);

/**
 * @brief Send a signal to the daemon of a pid file.
 *
 * It goes to the holder of the lock and to nobody else, whatever the file says: the holder's process is opened
 * (pidfd_open(2)), the lock is asked once more, and the signal is sent to what was opened. On kernels without
 * pidfd_open (before Linux 5.3, or where a filter forbids it) the lock is asked immediately before kill(2); a daemon
 * that ends in between, and whose number is given to another process in that moment, cannot be told apart. The pid file
 * of the calling process's own context means the calling process.
 *
 * Threads: any, at any time.
 *
 * @param[in] path the pid file, as given to daemonctx_set_pidfile().
 * @param[in] signum a signal, or 0 to find out whether one could be sent.
 * @retval DAEMONCTX_OK sent.
 * @retval DAEMONCTX_NOT_RUNNING there is no such file, nobody holds its lock, or the daemon has just ended.
 * @retval DAEMONCTX_ERR_ARGUMENT @p path is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p signum is not a signal that programs can send.
 * @retval DAEMONCTX_ERR_STATE the daemon is starting and has no pid yet (`errno` is EAGAIN), or it has none in this pid
 *     namespace (ESRCH).
 * @retval DAEMONCTX_ERR_UNSAFE_PATH @p path is not a regular file, or is a symbolic link.
 * @retval DAEMONCTX_ERR_SYSTEM a system call failed; `errno` is EPERM where this user may not signal the daemon.
 * @since 1.0
 * @see daemonctx_pidfile_query(), daemonctx_pidfile_stop(); pidfd_send_signal(2), kill(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_pidfile_signal(const char *path, int32_t signum);

/**
 * @brief Stop the daemon of a pid file: SIGTERM, and SIGKILL if it is not gone in time.
 *
 * Returns when the process is gone, so that the next start cannot meet it. A SIGCONT follows the SIGTERM, for a daemon
 * that somebody stopped. Who is signalled, and how surely, is said at daemonctx_pidfile_signal(). A daemon that is
 * starting is waited for, within the time. Where the system cannot tell of a process's end (no pidfd_open(2)), the end
 * of the lock is taken for it.
 *
 * Threads: any, at any time.
 *
 * @param[in] path the pid file, as given to daemonctx_set_pidfile().
 * @param[in] kill_after_ms milliseconds from the call until SIGKILL; 0: at once; -1: never, and it is waited for as
 *     long as it takes.
 * @retval DAEMONCTX_OK the daemon ran, and is gone.
 * @retval DAEMONCTX_NOT_RUNNING there is no such file, or nobody holds its lock.
 * @retval DAEMONCTX_ERR_ARGUMENT @p path is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p kill_after_ms is less than -1.
 * @retval DAEMONCTX_ERR_STATE the daemon was still starting when the time was over (`errno` is EAGAIN), it has no pid
 *     in this pid namespace (ESRCH), or it is the calling process itself (EDEADLK). Nothing was sent.
 * @retval DAEMONCTX_ERR_TIMEOUT five seconds after the SIGKILL it was still there (`errno` is ETIMEDOUT).
 * @retval DAEMONCTX_ERR_UNSAFE_PATH @p path is not a regular file, or is a symbolic link.
 * @retval DAEMONCTX_ERR_SYSTEM a system call failed; `errno` is EPERM where this user may not signal the daemon.
 * @since 1.0
 * @see daemonctx_pidfile_signal(), daemonctx_pidfile_wait(); start-stop-daemon(8)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_pidfile_stop(const char *path, int32_t kill_after_ms);

/**
 * @brief Wait until the daemon of a pid file has ended.
 *
 * Its process is waited for, also after it has removed the file; where that is out of reach (no pidfd_open(2), another
 * pid namespace), the end of the lock.
 *
 * Threads: any, at any time.
 *
 * @param[in] path the pid file, as given to daemonctx_set_pidfile().
 * @param[in] timeout_ms milliseconds at most; 0: only look; -1: as long as it takes.
 * @retval DAEMONCTX_OK the daemon ran, and has ended.
 * @retval DAEMONCTX_NOT_RUNNING there is no such file, or nobody holds its lock.
 * @retval DAEMONCTX_ERR_ARGUMENT @p path is NULL or empty.
 * @retval DAEMONCTX_ERR_RANGE @p timeout_ms is less than -1.
 * @retval DAEMONCTX_ERR_STATE the daemon is the calling process itself (`errno` is EDEADLK).
 * @retval DAEMONCTX_ERR_TIMEOUT it still runs (`errno` is ETIMEDOUT).
 * @retval DAEMONCTX_ERR_UNSAFE_PATH @p path is not a regular file, or is a symbolic link.
 * @retval DAEMONCTX_ERR_SYSTEM a system call failed.
 * @since 1.0
 * @see daemonctx_pidfile_query(); pidfd_open(2)
 */
DAEMONCTX_API daemonctx_status_t daemonctx_pidfile_wait(const char *path, int32_t timeout_ms);

/** @} */

#ifdef __cplusplus
}
#endif
#endif
