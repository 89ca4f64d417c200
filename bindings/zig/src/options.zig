//! options.zig: the options of a context, as one struct with the PEP's names and defaults.

const std = @import("std");
const callback = @import("callback.zig");
const raw = @import("raw.zig");

/// Whether to detach.
pub const DetachProcess = enum(u32) {
    /// Become the daemon in place: same process, same session.
    no = raw.DAEMONCTX_DETACH_PROCESS_NO,
    /// The daemon is a new process in a session of its own, without a terminal.
    yes = raw.DAEMONCTX_DETACH_PROCESS_YES,
    /// Where it is required: the PEP's None.
    auto = raw.DAEMONCTX_DETACH_PROCESS_AUTO,
    _,
};

/// Why detaching is, or is not, required. The first that holds is given.
pub const DetachReason = enum(u32) {
    /// It is required: none of the others holds.
    required = raw.DAEMONCTX_DETACH_REASON_REQUIRED,
    /// This process is PID 1.
    pid_1 = raw.DAEMONCTX_DETACH_REASON_PID_1,
    /// The parent is PID 1, and there is no controlling terminal.
    child_of_pid_1 = raw.DAEMONCTX_DETACH_REASON_CHILD_OF_PID_1,
    /// Descriptors 0 and 1 are the same network socket: started by inetd.
    inetd = raw.DAEMONCTX_DETACH_REASON_INETD,
    /// NOTIFY_SOCKET is set, and there is no controlling terminal.
    notify_socket = raw.DAEMONCTX_DETACH_REASON_NOTIFY_SOCKET,
    /// SYSTEMD_EXEC_PID or LISTEN_PID names this process.
    listen_pid = raw.DAEMONCTX_DETACH_REASON_LISTEN_PID,
    _,
};

/// How to detach.
pub const DetachMethod = enum(u32) {
    /// The library chooses: fork.
    auto = raw.DAEMONCTX_DETACH_METHOD_AUTO,
    /// Fork twice; refused in a process with more than one thread.
    fork = raw.DAEMONCTX_DETACH_METHOD_FORK,
    /// Start the program's executable again, for programs with threads: see `isRelaunched`.
    reexec = raw.DAEMONCTX_DETACH_METHOD_REEXEC,
    /// Fork without counting threads: the caller vouches that a forked child can go on.
    fork_unchecked = raw.DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED,
    _,
};

/// When the daemon is ready, so that the launcher may end.
pub const ReadyMode = enum(u32) {
    /// As soon as `open` has done its steps.
    on_open = raw.DAEMONCTX_READY_MODE_ON_OPEN,
    /// When the daemon calls `notifyReady`.
    manual = raw.DAEMONCTX_READY_MODE_MANUAL,
    _,
};

/// When descriptors 0, 1 and 2 become the daemon's streams.
pub const StreamSwitch = enum(u32) {
    /// In the launch.
    at_open = raw.DAEMONCTX_STREAM_SWITCH_AT_OPEN,
    /// When the daemon is ready: until then it can write to the terminal.
    at_ready = raw.DAEMONCTX_STREAM_SWITCH_AT_READY,
    _,
};

/// What happens to signals outside the map.
pub const SignalReset = enum(u32) {
    /// Nothing.
    mapped = raw.DAEMONCTX_SIGNAL_RESET_MAPPED,
    /// They go to their default action and the mask is emptied; ignored ones and fault handlers stay.
    all = raw.DAEMONCTX_SIGNAL_RESET_ALL,
    _,
};

/// What the signal map does with a signal; what `signalAction` reads.
pub const SignalAction = enum(u32) {
    /// Ignored.
    ignore = raw.DAEMONCTX_SIGNAL_ACTION_IGNORE,
    /// Its default action.
    default = raw.DAEMONCTX_SIGNAL_ACTION_DEFAULT,
    /// Asks the daemon to end.
    terminate = raw.DAEMONCTX_SIGNAL_ACTION_TERMINATE,
    /// A deferred handler.
    handler = raw.DAEMONCTX_SIGNAL_ACTION_HANDLER,
    /// A handler in signal context.
    async_handler = raw.DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER,
    /// Not in the map: as the program set it.
    unset = raw.DAEMONCTX_SIGNAL_ACTION_UNSET,
    _,
};

/// What to do with a signal in the daemon.
pub const SignalDisposition = union(enum) {
    /// The signal is ignored.
    ignore,
    /// The signal has its default action.
    default,
    /// The signal asks the daemon to end, as `terminate` does.
    terminate,
    /// The signal is not in the map, and keeps the disposition that the program gave it.
    unset,
    /// Called from `dispatch` and `waitEvents`.
    handler: callback.SignalHandler,
    /// Called in signal context.
    async_handler: callback.AsyncSignalHandler,
};

/// An entry of the signal map.
pub const SignalEntry = struct {
    /// Real-time signals too: `@fromBackingInt(number)`.
    signal: std.posix.SIG,
    /// What it does in the daemon.
    disposition: SignalDisposition,
};

/// A time, at most.
pub const Timeout = union(enum) {
    /// So many; 0: at once.
    milliseconds: u31,
    /// As long as it takes.
    forever,

    /// As C has it: -1 is for ever.
    pub fn toC(timeout: Timeout) i32 {
        return switch (timeout) {
            .milliseconds => |count| count,
            .forever => -1,
        };
    }
};

/// The daemon's umask.
pub const Umask = union(enum) {
    /// The mode bits to take away from new files, 0 to 0o777.
    mask: u32,
    /// The launcher's.
    inherit,
};

/// What keeps the daemon's pid.
pub const Pidfile = union(enum) {
    /// A file, relative to the launcher's working directory at open.
    path: []const u8,
    /// Callbacks in place of a file.
    manager: callback.PidfileManager,
};

/// One of the daemon's three streams.
pub const Stream = union(enum) {
    /// /dev/null: the PEP's None.
    null,
    /// What the launcher has.
    inherit,
    /// A copy of a descriptor, which stays the caller's.
    fd: std.posix.fd_t,
    /// A file that the launcher opens: standard input for reading, the others for appending.
    file: File,

    /// A file by its path.
    pub const File = struct {
        /// Relative to the launcher's working directory at open.
        path: []const u8,
        /// Of a file that has to be created, whatever the umask; of no use for standard input.
        mode: u32 = 0o640,
    };
};

/// The options of a context: first the PEP's, in its order, then the library's own; later versions append. All slices
/// are copied; what callbacks are given stays the caller's, and must live as long as they may be called. The setters of
/// the C header say what each option takes and refuses.
pub const Options = struct {
    /// Descriptors that stay open in the daemon, with their numbers.
    files_preserve: []const std.posix.fd_t = &.{},
    /// The directory that becomes the root; null: none.
    chroot_directory: ?[]const u8 = null,
    /// The daemon's working directory.
    working_directory: []const u8 = "/",
    /// The daemon's umask.
    umask: Umask = .{ .mask = 0 },
    /// What keeps the daemon's pid; null: nothing.
    pidfile: ?Pidfile = null,
    /// Whether to detach.
    detach_process: DetachProcess = .auto,
    /// Laid over the default map: TTIN, TTOU and TSTP are ignored, TERM terminates.
    signal_map: []const SignalEntry = &.{},
    /// The user id; null: the real one. Its groups come with it.
    uid: ?std.posix.uid_t = null,
    /// The group id; null: that of `uid` or `user`, else the real one.
    gid: ?std.posix.gid_t = null,
    /// Whether the daemon never leaves a core file.
    prevent_core: bool = true,
    /// The daemon's standard input.
    stdin: Stream = .null,
    /// The daemon's standard output.
    stdout: Stream = .null,
    /// The daemon's standard error output.
    stderr: Stream = .null,
    /// The user by name, in place of `uid`.
    user: ?[]const u8 = null,
    /// The group by name, in place of `gid`.
    group: ?[]const u8 = null,
    /// Supplementary groups; null: those of the user. An empty list is not the same.
    groups: ?[]const std.posix.gid_t = null,
    /// Lay `signal_map` over an empty map, in place of the default one.
    clear_signal_map: bool = false,
    /// What happens to signals outside the map.
    signal_reset: SignalReset = .mapped,
    /// How to detach.
    detach_method: DetachMethod = .auto,
    /// When the daemon is ready.
    ready_mode: ReadyMode = .on_open,
    /// How long the launcher waits for that.
    ready_timeout: Timeout = .{ .milliseconds = 90_000 },
    /// When the streams are switched.
    stream_switch: StreamSwitch = .at_open,
    /// Runs in the launcher, before the first fork.
    prepare_hook: ?callback.Hook = null,
    /// Runs in the launcher, right after it.
    launcher_hook: ?callback.Hook = null,
    /// Runs first of all in the daemon.
    daemon_hook: ?callback.Hook = null,
    /// Runs in the daemon with the launcher's privileges: the place to bind a low port.
    privileged_hook: ?callback.Hook = null,
    /// Told of each step.
    trace: ?callback.Trace = null,
    /// Whether programs that the daemon executes can gain no privileges.
    no_new_privs: bool = false,
    /// Capabilities that the daemon keeps, bit n for number n; 0: the kernel's own way.
    capabilities: u64 = 0,
    /// Whether the end of the program closes the context.
    close_at_exit: bool = true,
    /// Bytes that reach a daemon that is started again: see `inheritedState`.
    state: []const u8 = "",
};

/// The name of an option.
pub const Option = std.meta.FieldEnum(Options);
