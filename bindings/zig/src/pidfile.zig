//! pidfile.zig: the daemon of a pid file, from outside: who it is, to signal it, to end it, to wait for its end.
//!
//! The lock decides who runs, never what the file says. Any thread may call these functions.

const std = @import("std");
const diagnostics_zig = @import("diagnostics.zig");
const raw = @import("raw.zig");
const signal_zig = @import("signal.zig");
const text = @import("text.zig");

const Diagnostics = diagnostics_zig.Diagnostics;
const Error = @import("status.zig").Error;
const Status = @import("status.zig").Status;
const Timeout = @import("options.zig").Timeout;

/// What a function came to.
pub const Outcome = enum {
    /// There was a daemon, and it is done.
    done,
    /// There is no such file, or nobody holds its lock.
    not_running,
};

/// The pid of the daemon that holds the pid file; null: nobody does; 0: it is starting, or has no pid in this
/// namespace.
pub fn query(path: []const u8, diagnostics: ?*Diagnostics) Error!?std.posix.pid_t {
    const copy: text.Path = .of(path);
    var pid: i32 = 0;
    const outcome = try outcomeOf("ask for the daemon of", path, copy, diagnostics, if (copy.pointer()) |given|
        raw.daemonctx_pidfile_query(given, &pid)
    else
        null);
    return if (outcome == .done) pid else null;
}

/// Sends a signal to the daemon, and to nobody else.
pub fn signal(path: []const u8, which: std.posix.SIG, diagnostics: ?*Diagnostics) Error!Outcome {
    const copy: text.Path = .of(path);
    return outcomeOf("signal the daemon of", path, copy, diagnostics, if (copy.pointer()) |given|
        raw.daemonctx_pidfile_signal(given, signal_zig.numberOf(which))
    else
        null);
}

/// Stops the daemon: SIGTERM, and SIGKILL if it is not gone in time. Returns when it is gone.
pub fn stop(path: []const u8, kill_after: Timeout, diagnostics: ?*Diagnostics) Error!Outcome {
    const copy: text.Path = .of(path);
    return outcomeOf("stop the daemon of", path, copy, diagnostics, if (copy.pointer()) |given|
        raw.daemonctx_pidfile_stop(given, kill_after.toC())
    else
        null);
}

/// Waits until the daemon has ended.
pub fn wait(path: []const u8, timeout: Timeout, diagnostics: ?*Diagnostics) Error!Outcome {
    const copy: text.Path = .of(path);
    return outcomeOf("wait for the daemon of", path, copy, diagnostics, if (copy.pointer()) |given|
        raw.daemonctx_pidfile_wait(given, timeout.toC())
    else
        null);
}

fn outcomeOf(
    comptime deed: []const u8,
    path: []const u8,
    copy: text.Path,
    diagnostics: ?*Diagnostics,
    returned: ?i32,
) Error!Outcome {
    const status: Status = @fromBackingInt(returned orelse 0);
    // Of other failures C leaves what was there before.
    const has_errno = status == .err_system or status == .err_state or status == .err_timeout;
    const errno = if (has_errno) diagnostics_zig.lastErrno() else .SUCCESS;
    if (copy.has_nul) return diagnostics_zig.refused(diagnostics, "the path of a pid file");
    var sentence: [deed.len + 4200]u8 = undefined;
    const whole = std.fmt.bufPrint(&sentence, "{s} '{s}'", .{ deed, path[0..@min(path.len, 4100)] }) catch deed;
    try diagnostics_zig.unrecorded(diagnostics, returned.?, whole, errno);
    return if (returned.? == raw.DAEMONCTX_NOT_RUNNING) .not_running else .done;
}
