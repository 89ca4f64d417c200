//! wrapped.zig: the C probe's calls, made through DaemonContext: so the daemon tests run with a probe in Zig. A value
//! that the module's types cannot hold (a NULL, a flag that is neither 0 nor 1, a time below -1) is handed to the C
//! function, which refuses it.

const std = @import("std");
const daemonctx = @import("daemonctx");
const options = @import("options.zig");
const raw = daemonctx.raw;
const DaemonContext = daemonctx.DaemonContext;
const Diagnostics = daemonctx.Diagnostics;

comptime {
    _ = options;
    _ = @import("callbacks.zig");
}

pub const Handle = ?*raw.daemonctx_context_t;

/// The probe has a few contexts; a free place has no handle.
var contexts: [8]DaemonContext = @splat(.{ .handle = null });

/// The context of a handle; a NULL is that of none.
pub fn of(handle: Handle) *DaemonContext {
    for (&contexts) |*context| {
        if (handle != null and context.handle == handle) return context;
    }
    return &nobody;
}

var nobody: DaemonContext = .{ .handle = null };

/// The status that a call of the module came to.
pub fn statusOf(result: daemonctx.Error!void, diagnostics: *const Diagnostics) i32 {
    return if (result) raw.DAEMONCTX_OK else |_| @backingInt(diagnostics.status);
}

/// The same of a call that tells no more than its error.
fn codeOf(err: daemonctx.Error) i32 {
    return switch (err) {
        error.InvalidArgument => raw.DAEMONCTX_ERR_ARGUMENT,
        error.OutOfRange => raw.DAEMONCTX_ERR_RANGE,
        error.WrongState => raw.DAEMONCTX_ERR_STATE,
        error.SystemCallFailed => raw.DAEMONCTX_ERR_SYSTEM,
        error.NotFound => raw.DAEMONCTX_ERR_NOT_FOUND,
        else => raw.DAEMONCTX_ERR_UNSUPPORTED,
    };
}

export fn wrapped_new(ret_ctx: *Handle) i32 {
    var diagnostics: Diagnostics = .{};
    const made = DaemonContext.init(.{}, &diagnostics) catch |err| return statusOf(err, &diagnostics);
    for (&contexts) |*context| {
        if (context.handle == null) {
            context.* = made;
            ret_ctx.* = made.handle;
            return raw.DAEMONCTX_OK;
        }
    }
    return raw.DAEMONCTX_ERR_MEMORY;
}

export fn wrapped_free(handle: Handle) void {
    of(handle).deinit();
}

export fn wrapped_check(handle: Handle) i32 {
    var diagnostics: Diagnostics = .{};
    return statusOf(of(handle).check(&diagnostics), &diagnostics);
}

export fn wrapped_open(handle: Handle) i32 {
    var diagnostics: Diagnostics = .{};
    const status = statusOf(of(handle).open(&diagnostics), &diagnostics);
    if (status < 0) std.c._errno().* = @backingInt(diagnostics.errno);
    return status;
}

export fn wrapped_launch(handle: Handle) i32 {
    var diagnostics: Diagnostics = .{};
    const launched = of(handle).launch(&diagnostics) catch |err| {
        std.c._errno().* = @backingInt(diagnostics.errno);
        return statusOf(err, &diagnostics);
    };
    return switch (launched) {
        .daemon => raw.DAEMONCTX_OK,
        .launcher => raw.DAEMONCTX_LAUNCHED,
    };
}

export fn wrapped_close(handle: Handle) i32 {
    var diagnostics: Diagnostics = .{};
    return statusOf(of(handle).close(&diagnostics), &diagnostics);
}

export fn wrapped_is_open(handle: Handle) i32 {
    return @intFromBool(of(handle).isOpen());
}

export fn wrapped_daemon_pid(handle: Handle) i32 {
    return of(handle).daemonPid() orelse 0;
}

export fn wrapped_terminate(handle: Handle, signum: i32) i32 {
    return if (of(handle).terminate(signalOf(signum))) raw.DAEMONCTX_OK else |err| codeOf(err);
}

export fn wrapped_notify_ready(handle: Handle) i32 {
    var diagnostics: Diagnostics = .{};
    return statusOf(of(handle).notifyReady(&diagnostics), &diagnostics);
}

export fn wrapped_notify_failed(handle: Handle, exit_code: i32, message: ?[*:0]const u8) i32 {
    const text = message orelse return raw.daemonctx_notify_failed(handle, exit_code, null);
    var diagnostics: Diagnostics = .{};
    return statusOf(of(handle).notifyFailed(exit_code, std.mem.span(text), &diagnostics), &diagnostics);
}

export fn wrapped_reopen_streams(handle: Handle) i32 {
    var diagnostics: Diagnostics = .{};
    return statusOf(of(handle).reopenStreams(&diagnostics), &diagnostics);
}

export fn wrapped_preserve(handle: Handle, fd: i32) i32 {
    var diagnostics: Diagnostics = .{};
    return statusOf(of(handle).preserve(fd, &diagnostics), &diagnostics);
}

export fn wrapped_signal_fd(handle: Handle, ret_fd: *i32) i32 {
    var diagnostics: Diagnostics = .{};
    ret_fd.* = of(handle).signalFd(&diagnostics) catch |err| return statusOf(err, &diagnostics);
    return raw.DAEMONCTX_OK;
}

export fn wrapped_dispatch(handle: Handle) i32 {
    var diagnostics: Diagnostics = .{};
    return eventOf(of(handle).dispatch(&diagnostics), &diagnostics);
}

export fn wrapped_wait_events(handle: Handle, timeout_ms: i32) i32 {
    if (timeout_ms < -1) return raw.daemonctx_wait_events(handle, timeout_ms);
    var diagnostics: Diagnostics = .{};
    return eventOf(of(handle).waitEvents(timeoutOf(timeout_ms), &diagnostics), &diagnostics);
}

export fn wrapped_is_terminating(handle: Handle, ret_signum: ?*i32) i32 {
    const signal = of(handle).terminatingSignal() orelse return 0;
    if (ret_signum) |into| into.* = @intCast(@backingInt(signal));
    return 1;
}

export fn wrapped_get_inherited_state(handle: Handle, ret_bytes: *?*const anyopaque, ret_length: *usize) i32 {
    const inherited = of(handle).inheritedState() catch |err| return codeOf(err);
    const bytes = inherited orelse return raw.DAEMONCTX_ERR_NOT_FOUND;
    ret_bytes.* = bytes.ptr;
    ret_length.* = bytes.len;
    return raw.DAEMONCTX_OK;
}

export fn wrapped_is_relaunched() i32 {
    return @intFromBool(daemonctx.isRelaunched());
}

export fn wrapped_pidfile_query(path: ?[*:0]const u8, ret_pid: *i32) i32 {
    const text = path orelse return raw.daemonctx_pidfile_query(null, ret_pid);
    var diagnostics: Diagnostics = .{};
    const pid = daemonctx.pidfile.query(std.mem.span(text), &diagnostics) catch return failed(&diagnostics);
    ret_pid.* = pid orelse return raw.DAEMONCTX_NOT_RUNNING;
    return raw.DAEMONCTX_OK;
}

export fn wrapped_pidfile_signal(path: ?[*:0]const u8, signum: i32) i32 {
    const text = path orelse return raw.daemonctx_pidfile_signal(null, signum);
    var diagnostics: Diagnostics = .{};
    return outcomeOf(daemonctx.pidfile.signal(std.mem.span(text), signalOf(signum), &diagnostics), &diagnostics);
}

export fn wrapped_pidfile_stop(path: ?[*:0]const u8, kill_after_ms: i32) i32 {
    if (path == null or kill_after_ms < -1) return raw.daemonctx_pidfile_stop(path, kill_after_ms);
    var diagnostics: Diagnostics = .{};
    const limit = timeoutOf(kill_after_ms);
    return outcomeOf(daemonctx.pidfile.stop(std.mem.span(path.?), limit, &diagnostics), &diagnostics);
}

export fn wrapped_pidfile_wait(path: ?[*:0]const u8, timeout_ms: i32) i32 {
    if (path == null or timeout_ms < -1) return raw.daemonctx_pidfile_wait(path, timeout_ms);
    var diagnostics: Diagnostics = .{};
    const limit = timeoutOf(timeout_ms);
    return outcomeOf(daemonctx.pidfile.wait(std.mem.span(path.?), limit, &diagnostics), &diagnostics);
}

fn eventOf(result: daemonctx.Error!daemonctx.Event, diagnostics: *const Diagnostics) i32 {
    const event = result catch |err| return statusOf(err, diagnostics);
    return switch (event) {
        .handled => raw.DAEMONCTX_OK,
        .terminated => raw.DAEMONCTX_TERMINATED,
        .idle => raw.DAEMONCTX_IDLE,
    };
}

fn outcomeOf(result: daemonctx.Error!daemonctx.pidfile.Outcome, diagnostics: *const Diagnostics) i32 {
    const outcome = result catch return failed(diagnostics);
    return if (outcome == .done) raw.DAEMONCTX_OK else raw.DAEMONCTX_NOT_RUNNING;
}

/// These functions tell the errno of the call that failed; where none did, C has left another.
fn failed(diagnostics: *const Diagnostics) i32 {
    if (diagnostics.errno != .SUCCESS) std.c._errno().* = @backingInt(diagnostics.errno);
    return @backingInt(diagnostics.status);
}

pub fn signalOf(signum: i32) std.posix.SIG {
    return @fromBackingInt(@as(u32, @bitCast(signum)));
}

pub fn timeoutOf(milliseconds: i32) daemonctx.Timeout {
    return if (milliseconds < 0) .forever else .{ .milliseconds = @intCast(milliseconds) };
}
