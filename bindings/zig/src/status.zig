//! status.zig: what a call came to and where a launch failed, as enums, and the errors that statuses become.

const std = @import("std");
const raw = @import("raw.zig");

/// What a call of the library returned. A newer library may return values without a name here: below 0 is an error.
pub const Status = enum(i32) {
    /// Done.
    ok = raw.DAEMONCTX_OK,
    /// `launch`: this process is the launcher, and the daemon runs.
    launched = raw.DAEMONCTX_LAUNCHED,
    /// `waitEvents`, `dispatch`: a signal asks the daemon to end.
    terminated = raw.DAEMONCTX_TERMINATED,
    /// `waitEvents`: nothing came within the time given.
    idle = raw.DAEMONCTX_IDLE,
    /// Of the functions on pid files: nobody holds the lock.
    not_running = raw.DAEMONCTX_NOT_RUNNING,
    /// See `Error.InvalidArgument`.
    err_argument = raw.DAEMONCTX_ERR_ARGUMENT,
    /// See `Error.OutOfRange`.
    err_range = raw.DAEMONCTX_ERR_RANGE,
    /// See `Error.WrongState`.
    err_state = raw.DAEMONCTX_ERR_STATE,
    /// See `Error.OutOfMemory`.
    err_memory = raw.DAEMONCTX_ERR_MEMORY,
    /// See `Error.SystemCallFailed`.
    err_system = raw.DAEMONCTX_ERR_SYSTEM,
    /// See `Error.NotFound`.
    err_not_found = raw.DAEMONCTX_ERR_NOT_FOUND,
    /// See `Error.AlreadyRunning`.
    err_already_running = raw.DAEMONCTX_ERR_ALREADY_RUNNING,
    /// See `Error.UnsafePath`.
    err_unsafe_path = raw.DAEMONCTX_ERR_UNSAFE_PATH,
    /// See `Error.PrivilegeNotChanged`.
    err_privilege = raw.DAEMONCTX_ERR_PRIVILEGE,
    /// See `Error.TooManyThreads`.
    err_threads = raw.DAEMONCTX_ERR_THREADS,
    /// See `Error.Timeout`.
    err_timeout = raw.DAEMONCTX_ERR_TIMEOUT,
    /// See `Error.DaemonDied`.
    err_died = raw.DAEMONCTX_ERR_DIED,
    /// See `Error.DaemonFailed`.
    err_program = raw.DAEMONCTX_ERR_PROGRAM,
    /// See `Error.CallbackFailed`.
    err_callback = raw.DAEMONCTX_ERR_CALLBACK,
    /// See `Error.Unsupported`.
    err_unsupported = raw.DAEMONCTX_ERR_UNSUPPORTED,
    _,

    /// The name that the C header gives it, such as "ERR_TIMEOUT"; "UNKNOWN" for an unknown value.
    pub fn name(status: Status) [:0]const u8 {
        return std.mem.span(raw.daemonctx_status_name(@backingInt(status)));
    }

    /// What it means, in a few words. `Diagnostics.message` says more.
    pub fn meaning(status: Status) [:0]const u8 {
        return std.mem.span(raw.daemonctx_status_message(@backingInt(status)));
    }
};

/// The errors of this module: one for each negative status, and one for those that a newer library may add.
pub const Error = error{
    /// A value is empty or holds a NUL byte, options contradict one another, or the context is deinitialised.
    InvalidArgument,
    /// A number is outside its range, a text is too long, or an enumerator is unknown.
    OutOfRange,
    /// The call does not fit the state of the context.
    WrongState,
    /// Memory could not be had.
    OutOfMemory,
    /// A system call failed: `Diagnostics.errno` says how.
    SystemCallFailed,
    /// There is no such user or group, or the option holds no value of the kind asked for.
    NotFound,
    /// Another process holds the lock of the pid file: `Diagnostics.pid` is its pid, 0 while it is starting.
    AlreadyRunning,
    /// The pid file, or its directory, could be in the hands of another user.
    UnsafePath,
    /// A change of identity failed, or was not complete when it was verified.
    PrivilegeNotChanged,
    /// The process has more than one thread.
    TooManyThreads,
    /// The daemon was not ready in time.
    Timeout,
    /// The daemon ended, or closed its context, before it was ready.
    DaemonDied,
    /// The daemon called `notifyFailed`: its code and text are in the `Diagnostics`.
    DaemonFailed,
    /// A hook, or a pid file manager's callback, failed.
    CallbackFailed,
    /// This version or platform cannot do what was asked.
    Unsupported,
    /// A status that this version of the module does not know.
    Unexpected,
};

/// The error of a negative status.
pub fn errorOf(status: Status) Error {
    return switch (status) {
        .err_argument => error.InvalidArgument,
        .err_range => error.OutOfRange,
        .err_state => error.WrongState,
        .err_memory => error.OutOfMemory,
        .err_system => error.SystemCallFailed,
        .err_not_found => error.NotFound,
        .err_already_running => error.AlreadyRunning,
        .err_unsafe_path => error.UnsafePath,
        .err_privilege => error.PrivilegeNotChanged,
        .err_threads => error.TooManyThreads,
        .err_timeout => error.Timeout,
        .err_died => error.DaemonDied,
        .err_program => error.DaemonFailed,
        .err_callback => error.CallbackFailed,
        .err_unsupported => error.Unsupported,
        else => error.Unexpected,
    };
}

/// The error of what a call returned, if it is one.
pub fn check(returned: i32) Error!void {
    if (returned < 0) return errorOf(@fromBackingInt(returned));
}

/// A step of a launch, in the order in which they run. A newer library may have steps without a name here.
pub const Step = enum(u32) {
    /// The error did not come up in a launch.
    none = raw.DAEMONCTX_STEP_NONE,
    /// Options checked, names resolved, files opened, pid file locked, before any change.
    plan = raw.DAEMONCTX_STEP_PLAN,
    /// The prepare hook runs, threads are counted.
    prepare = raw.DAEMONCTX_STEP_PREPARE,
    /// The new session, and the launcher and daemon hooks.
    detach = raw.DAEMONCTX_STEP_DETACH,
    /// Descriptors that are not preserved are closed.
    files = raw.DAEMONCTX_STEP_FILES,
    /// Core dumps are switched off.
    prevent_core = raw.DAEMONCTX_STEP_PREVENT_CORE,
    /// The privileged hook runs.
    privileged = raw.DAEMONCTX_STEP_PRIVILEGED,
    /// The root directory is changed.
    chroot = raw.DAEMONCTX_STEP_CHROOT,
    /// Groups, gid and uid are changed and verified.
    identity = raw.DAEMONCTX_STEP_IDENTITY,
    /// The process is made not dumpable again.
    not_dumpable = raw.DAEMONCTX_STEP_NOT_DUMPABLE,
    /// The working directory is changed.
    working_directory = raw.DAEMONCTX_STEP_WORKING_DIRECTORY,
    /// The umask is set.
    umask = raw.DAEMONCTX_STEP_UMASK,
    /// The signal map is installed.
    signals = raw.DAEMONCTX_STEP_SIGNALS,
    /// Descriptors 0, 1 and 2 are switched to the streams.
    streams = raw.DAEMONCTX_STEP_STREAMS,
    /// The daemon's pid is written, or the pid file manager is entered.
    pidfile = raw.DAEMONCTX_STEP_PIDFILE,
    /// The context is marked open.
    open = raw.DAEMONCTX_STEP_OPEN,
    /// Closing at exit is put in force.
    close_at_exit = raw.DAEMONCTX_STEP_CLOSE_AT_EXIT,
    /// The daemon reports to the launcher.
    report = raw.DAEMONCTX_STEP_REPORT,
    _,

    /// Its name, such as "working_directory"; "unknown" for an unknown value.
    pub fn name(step: Step) [:0]const u8 {
        return std.mem.span(raw.daemonctx_step_name(@backingInt(step)));
    }
};
