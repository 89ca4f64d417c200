//! context.zig: DaemonContext, a running program that becomes a daemon.

const std = @import("std");
const apply = @import("apply.zig");
const diagnostics_zig = @import("diagnostics.zig");
const options = @import("options.zig");
const raw = @import("raw.zig");
const signal_zig = @import("signal.zig");
const status_zig = @import("status.zig");
const stored = @import("stored.zig");
const text = @import("text.zig");

const Diagnostics = diagnostics_zig.Diagnostics;
const Error = status_zig.Error;

/// What `launch` came to, in either process.
pub const Launch = union(enum) {
    /// This process is the daemon, and the context is open.
    daemon,
    /// This process is the launcher, unchanged; the daemon's pid.
    launcher: std.posix.pid_t,
};

/// What `dispatch` and `waitEvents` came to.
pub const Event = enum {
    /// Whatever came was handled.
    handled,
    /// The daemon is asked to end.
    terminated,
    /// Nothing came in time.
    idle,
};

/// A running program becomes a daemon, from `open` to `close` or `deinit`.
///
///     var diagnostics: daemonctx.Diagnostics = .{};
///     var ctx: daemonctx.DaemonContext = try .init(.{ .pidfile = .{ .path = "/run/foo.pid" } }, &diagnostics);
///     defer ctx.deinit();
///     try ctx.open(&diagnostics);
///     while (try ctx.waitEvents(.forever, &diagnostics) != .terminated) {}
///
/// One thread at a time uses a context, except `terminate`, `notifyReady`, `notifyFailed` and `terminatingSignal`.
/// Where it lies does not matter, but there is one of it: a copy that outlives `deinit` must not be used. The original
/// may be: each call is then `error.InvalidArgument`.
pub const DaemonContext = struct {
    /// The C handle, for what C code wants to do with it; null after `deinit`.
    handle: ?*raw.daemonctx_context_t,

    /// A closed context with these options; `deinit` frees it. The first option that is refused is the error.
    pub fn init(given: options.Options, diagnostics: ?*Diagnostics) Error!DaemonContext {
        var handle: ?*raw.daemonctx_context_t = null;
        const returned = raw.daemonctx_new(&handle);
        try diagnostics_zig.unrecorded(diagnostics, returned, "create a context", .SUCCESS);
        errdefer raw.daemonctx_free(handle);
        try apply.applyAll(handle, given, diagnostics);
        return .{ .handle = handle };
    }

    /// Closes and frees. What goes wrong is not told: call `close` before to know. A signal handler of this context may
    /// do it. Doing it twice is harmless.
    pub fn deinit(context: *DaemonContext) void {
        raw.daemonctx_free(context.handle);
        context.handle = null;
    }

    // ---- Options -------------------------------------------------------------------------------------------------

    /// Stores one option of a closed context: `try ctx.set(.umask, .{ .mask = 0o22 }, null);`. A refused value leaves
    /// the stored one, and is remembered: `open` fails until that option is set.
    pub fn set(
        context: *DaemonContext,
        comptime option: options.Option,
        value: @FieldType(options.Options, @tagName(option)),
        diagnostics: ?*Diagnostics,
    ) Error!void {
        return apply.apply(context.handle, option, value, diagnostics);
    }

    /// Reads what is stored: `const mask = try ctx.get(.umask);`.
    pub fn get(context: *const DaemonContext, comptime option: options.Option) Error!stored.Stored(option) {
        return stored.read(context.handle, option);
    }

    /// Stores what a signal does in the daemon.
    pub fn setSignal(
        context: *DaemonContext,
        signal: std.posix.SIG,
        disposition: options.SignalDisposition,
        diagnostics: ?*Diagnostics,
    ) Error!void {
        return apply.applySignal(context.handle, signal, disposition, diagnostics);
    }

    /// Reads what a signal does in the daemon.
    pub fn signalAction(context: *const DaemonContext, signal: std.posix.SIG) Error!options.SignalAction {
        var action: u32 = 0;
        const returned = raw.daemonctx_get_signal_action(context.handle, signal_zig.numberOf(signal), &action);
        try status_zig.check(returned);
        return @fromBackingInt(action);
    }

    /// Adds one descriptor to those that stay open in the daemon.
    pub fn preserve(context: *DaemonContext, fd: std.posix.fd_t, diagnostics: ?*Diagnostics) Error!void {
        return context.recorded(diagnostics, raw.daemonctx_preserve(context.handle, fd));
    }

    /// What `.auto` of `detach_process` decided when the context was made: `.required`, or why not.
    pub fn detachReason(context: *const DaemonContext) Error!options.DetachReason {
        var reason: u32 = 0;
        const returned = raw.daemonctx_detach_reason(context.handle, &reason);
        try status_zig.check(returned);
        return @fromBackingInt(reason);
    }

    /// The bytes that the launcher stored (`Options.state`), in a program that was started again: there from the start
    /// of main, and until the process ends. Null: this process was not.
    pub fn inheritedState(context: *const DaemonContext) Error!?[]const u8 {
        var bytes: ?*const anyopaque = null;
        var length: usize = 0;
        const returned = raw.daemonctx_get_inherited_state(context.handle, &bytes, &length);
        if (returned == raw.DAEMONCTX_ERR_NOT_FOUND) return null;
        try status_zig.check(returned);
        return stored.bytesOf(bytes, length);
    }

    // ---- Life ----------------------------------------------------------------------------------------------------

    /// Dry run: what `open` would refuse before it changes anything.
    pub fn check(context: *DaemonContext, diagnostics: ?*Diagnostics) Error!void {
        return context.recorded(diagnostics, raw.daemonctx_check(context.handle));
    }

    /// Become a daemon: this process is the launcher, and the call returns in the daemon. It returns in the launcher
    /// only with an error; the launcher is then unchanged. Writers of the program are not flushed: do it before.
    pub fn open(context: *DaemonContext, diagnostics: ?*Diagnostics) Error!void {
        return context.recorded(diagnostics, raw.daemonctx_open(context.handle));
    }

    /// As `open`, but return in the launcher too, which goes on as it was, with a closed context.
    pub fn launch(context: *DaemonContext, diagnostics: ?*Diagnostics) Error!Launch {
        const returned = raw.daemonctx_launch(context.handle);
        try context.recorded(diagnostics, returned);
        if (returned != raw.DAEMONCTX_LAUNCHED) return .daemon;
        return .{ .launcher = raw.daemonctx_daemon_pid(context.handle) };
    }

    /// Closes: the pid file is removed, handlers are taken out. It is closed in any case; the first thing that went
    /// wrong is the error. A closed context is left as it is, and can be opened again.
    pub fn close(context: *DaemonContext, diagnostics: ?*Diagnostics) Error!void {
        return context.recorded(diagnostics, raw.daemonctx_close(context.handle));
    }

    /// Whether the context is open in this process; false also in a child that the daemon forked.
    pub fn isOpen(context: *const DaemonContext) bool {
        return raw.daemonctx_is_open(context.handle) == 1;
    }

    /// This process in the daemon; in the launcher the daemon that `launch` last started; null: none.
    pub fn daemonPid(context: *const DaemonContext) ?std.posix.pid_t {
        const pid = raw.daemonctx_daemon_pid(context.handle);
        return if (pid > 0) pid else null;
    }

    /// Tells the waiting launcher that the daemon is ready (`ReadyMode.manual`). Any thread.
    pub fn notifyReady(context: *DaemonContext, diagnostics: ?*Diagnostics) Error!void {
        const returned = raw.daemonctx_notify_ready(context.handle);
        return diagnostics_zig.unrecorded(diagnostics, returned, "tell that the daemon is ready", .SUCCESS);
    }

    /// Tells the waiting launcher that the daemon cannot start; its `open` fails with this code and text. The program
    /// is expected to end. Any thread.
    ///
    ///     errdefer |err| ctx.notifyFailed(1, @errorName(err), null) catch {};
    pub fn notifyFailed(
        context: *DaemonContext,
        exit_code: i32,
        reason: []const u8,
        diagnostics: ?*Diagnostics,
    ) Error!void {
        const copy: text.Failure = .of(reason);
        const given = copy.pointer() orelse return diagnostics_zig.refused(diagnostics, "the reason");
        const returned = raw.daemonctx_notify_failed(context.handle, exit_code, given);
        return diagnostics_zig.unrecorded(diagnostics, returned, "tell that the daemon cannot start", .SUCCESS);
    }

    /// Opens the streams that are files again, for log rotation. If one cannot be, all keep their old file.
    pub fn reopenStreams(context: *DaemonContext, diagnostics: ?*Diagnostics) Error!void {
        return context.recorded(diagnostics, raw.daemonctx_reopen_streams(context.handle));
    }

    // ---- Events --------------------------------------------------------------------------------------------------

    /// Asks the daemon to end, as if a signal mapped to `.terminate` had come. Until the program has asked for events
    /// it does not return. Any thread; async-signal-safe.
    pub fn terminate(context: *DaemonContext, signal: std.posix.SIG) Error!void {
        const returned = raw.daemonctx_terminate(context.handle, signal_zig.numberOf(signal));
        try status_zig.check(returned);
    }

    /// The descriptor that is readable when `dispatch` has work; the library's: only to be polled. Asking for events
    /// turns SIGTERM from the end of the process into an event, so that `defer`s run.
    pub fn signalFd(context: *DaemonContext, diagnostics: ?*Diagnostics) Error!std.posix.fd_t {
        var fd: i32 = -1;
        try context.recorded(diagnostics, raw.daemonctx_signal_fd(context.handle, &fd));
        return fd;
    }

    /// Runs the deferred handlers of the signals that came; never waits.
    pub fn dispatch(context: *DaemonContext, diagnostics: ?*Diagnostics) Error!Event {
        return context.happened(diagnostics, raw.daemonctx_dispatch(context.handle));
    }

    /// Waits for signals and runs their deferred handlers.
    pub fn waitEvents(context: *DaemonContext, timeout: options.Timeout, diagnostics: ?*Diagnostics) Error!Event {
        return context.happened(diagnostics, raw.daemonctx_wait_events(context.handle, timeout.toC()));
    }

    /// The signal that asks the daemon to end; null: none does. Any thread.
    pub fn terminatingSignal(context: *const DaemonContext) ?std.posix.SIG {
        var signum: i32 = 0;
        if (raw.daemonctx_is_terminating(context.handle, &signum) != 1) return null;
        return signal_zig.signalOf(signum);
    }

    /// What is known of the last call that failed on this context, whoever made it; `.ok` if none has.
    pub fn lastFailure(context: *const DaemonContext) Diagnostics {
        var failure: Diagnostics = .{};
        diagnostics_zig.recorded(&failure, context.handle, raw.daemonctx_error_status(context.handle)) catch {};
        return failure;
    }

    fn recorded(context: *const DaemonContext, diagnostics: ?*Diagnostics, returned: i32) Error!void {
        return diagnostics_zig.recorded(diagnostics, context.handle, returned);
    }

    fn happened(context: *const DaemonContext, diagnostics: ?*Diagnostics, returned: i32) Error!Event {
        try context.recorded(diagnostics, returned);
        return switch (returned) {
            raw.DAEMONCTX_TERMINATED => .terminated,
            raw.DAEMONCTX_IDLE => .idle,
            else => .handled,
        };
    }
};
