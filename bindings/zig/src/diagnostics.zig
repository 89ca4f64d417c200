//! diagnostics.zig: what is known of a failed call beyond its error; a copy, which no later call changes.

const std = @import("std");
const raw = @import("raw.zig");
const signal_zig = @import("signal.zig");
const status_zig = @import("status.zig");

const Error = status_zig.Error;
const Status = status_zig.Status;
const Step = status_zig.Step;

/// All that is known of a failed call. Give the address of one to the calls whose failures you want to tell:
///
///     var diagnostics: daemonctx.Diagnostics = .{};
///     ctx.open(&diagnostics) catch {
///         std.log.err("{f}", .{diagnostics});
///         return 1;
///     };
///
/// A call that succeeds leaves it as it was.
pub const Diagnostics = struct {
    /// What the call returned; `.ok` until a call has failed.
    status: Status = .ok,
    /// The step of the launch that failed; `.none` outside a launch.
    step: Step = .none,
    /// Of the system call that failed, in the daemon or the launcher; `.SUCCESS`: none did.
    errno: std.posix.E = .SUCCESS,
    /// The daemon that runs already, or the one that failed; 0: not known.
    pid: std.posix.pid_t = 0,
    /// What the daemon ended with, or told, or what the callback returned; -1: not known. As any number may be told,
    /// look at `status` first.
    exit_code: i32 = -1,
    /// The signal that ended the daemon, or that aborted the launch; null: none, or not known.
    signal: ?std.posix.SIG = null,
    /// Holds `message`; read it there.
    buffer: [8192]u8 = undefined,
    /// Of the text in `buffer`.
    length: usize = 0,

    /// One sentence that a user can act on, such as `cannot change directory to '/nope': No such file or directory`;
    /// empty until a call has failed. It lives as long as the `Diagnostics`.
    pub fn message(diagnostics: *const Diagnostics) []const u8 {
        return diagnostics.buffer[0..diagnostics.length];
    }

    /// Writes the sentence: for `{f}`.
    pub fn format(diagnostics: *const Diagnostics, writer: *std.Io.Writer) std.Io.Writer.Error!void {
        try writer.writeAll(diagnostics.message());
    }
};

/// Of a call that leaves its detail in the context.
pub fn recorded(diagnostics: ?*Diagnostics, handle: ?*const raw.daemonctx_context_t, returned: i32) Error!void {
    const status: Status = @fromBackingInt(returned);
    if (returned >= 0) return;
    if (diagnostics) |into| {
        into.* = .{ .status = status };
        if (handle != null) {
            into.step = @fromBackingInt(raw.daemonctx_error_step(handle));
            into.errno = errnoOf(raw.daemonctx_error_errno(handle));
            into.pid = raw.daemonctx_error_pid(handle);
            into.exit_code = raw.daemonctx_error_exit_code(handle);
            const signum = raw.daemonctx_error_signal(handle);
            into.signal = if (signum < 0) null else signal_zig.signalOf(signum);
        }
        say(into, "{s}", .{std.mem.span(raw.daemonctx_error_message(handle))});
    }
    return status_zig.errorOf(status);
}

/// Of a call that records nothing: the sentence is made of what it was to do, and of the errno where there is one.
pub fn unrecorded(diagnostics: ?*Diagnostics, returned: i32, deed: []const u8, errno: std.posix.E) Error!void {
    const status: Status = @fromBackingInt(returned);
    if (returned >= 0) return;
    if (diagnostics) |into| {
        into.* = .{ .status = status, .errno = errno };
        say(into, "cannot {s}: {s}", .{ deed, status.meaning() });
        if (into.errno != .SUCCESS) {
            const tail = std.fmt.bufPrint(into.buffer[into.length..], " ({s})", .{errnoName(into.errno)}) catch "";
            into.length += tail.len;
        }
    }
    return status_zig.errorOf(status);
}

/// Of this module itself: a text that C cannot have.
pub fn refused(diagnostics: ?*Diagnostics, comptime name: []const u8) Error {
    if (diagnostics) |into| {
        into.* = .{ .status = .err_argument };
        say(into, name ++ " must not contain a NUL byte", .{});
    }
    return error.InvalidArgument;
}

/// The errno of a call that has just failed.
pub fn lastErrno() std.posix.E {
    return errnoOf(std.c._errno().*);
}

fn errnoOf(number: i32) std.posix.E {
    return if (number < 0 or number > std.math.maxInt(u16)) .SUCCESS else @fromBackingInt(@as(u16, @intCast(number)));
}

fn errnoName(errno: std.posix.E) []const u8 {
    return std.enums.tagName(std.posix.E, errno) orelse "an unknown error";
}

fn say(into: *Diagnostics, comptime template: []const u8, values: anytype) void {
    const text = std.fmt.bufPrint(&into.buffer, template, values) catch &into.buffer;
    into.length = text.len;
}
