//! callback.zig: what the library calls in the program, each with user data of the program's own type.

const std = @import("std");
const raw = @import("raw.zig");
const signal_zig = @import("signal.zig");
const text = @import("text.zig");
const diagnostics_zig = @import("diagnostics.zig");
const status_zig = @import("status.zig");

const Diagnostics = diagnostics_zig.Diagnostics;
const Error = status_zig.Error;

/// What a hook may do with the context that is being opened. It lives as long as the hook runs.
pub const HookContext = struct {
    /// The C handle; borrowed.
    handle: ?*raw.daemonctx_context_t,
    /// Whether `fail` has given a reason.
    has_failed: bool = false,

    /// Keep a descriptor open in the daemon; in the prepare, daemon and privileged hooks. It stays the program's.
    pub fn preserve(context: *HookContext, fd: std.posix.fd_t, diagnostics: ?*Diagnostics) Error!void {
        return diagnostics_zig.recorded(diagnostics, context.handle, raw.daemonctx_preserve(context.handle, fd));
    }

    /// Fail the launch with a code and a text, which the launcher reads in `Diagnostics.exit_code` and `message`. To be
    /// returned: `return context.fail(1, "cannot bind to port 80");`. The text ends at its first NUL, and is cut at a
    /// character's end to 2,048 bytes.
    pub fn fail(context: *HookContext, exit_code: i32, reason: []const u8) error{CallbackFailed} {
        const whole = text.Failure.of(std.mem.sliceTo(reason, 0));
        _ = raw.daemonctx_notify_failed(context.handle, exit_code, whole.pointer());
        context.has_failed = true;
        return error.CallbackFailed;
    }
};

/// A hook of the launch: a function, and what it is given. Nothing is allocated, and the context may be moved.
pub const Hook = struct {
    /// As C calls it: made by `of`.
    function: *const fn (?*raw.daemonctx_context_t, ?*anyopaque) callconv(.c) i32,
    /// What it is given.
    user_data: ?*anyopaque,

    /// Makes one of `user_data`, which is a pointer to one item or `{}`, and of a function that takes it and a
    /// `*HookContext`. What the function returns is void, or an i32 other than 0 to fail the launch, or an error union
    /// of these. An error's name is the text that the launcher reports, unless `HookContext.fail` has said more.
    pub fn of(user_data: anytype, comptime function: anytype) Hook {
        const User = @TypeOf(user_data);
        const Trampoline = struct {
            fn call(handle: ?*raw.daemonctx_context_t, erased: ?*anyopaque) callconv(.c) i32 {
                var context: HookContext = .{ .handle = handle };
                return codeOf(&context, function(restored(User, erased), &context));
            }
        };
        return .{ .function = &Trampoline.call, .user_data = erase(user_data) };
    }

    fn codeOf(context: *HookContext, result: anytype) i32 {
        switch (@typeInfo(@TypeOf(result))) {
            .error_union => {
                const value = result catch |err| {
                    if (!context.has_failed) {
                        _ = raw.daemonctx_notify_failed(context.handle, 1, @errorName(err));
                    }
                    return 1;
                };
                return codeOf(context, value);
            },
            .void => return 0,
            else => return result,
        }
    }
};

/// Callbacks that keep the pid file, in place of a path. `enter` runs in the daemon, at the step of the pid file;
/// `exit` when the context is closed, never in a signal handler.
pub const PidfileManager = struct {
    /// As C calls it: made by `of`.
    enter: *const fn (?*raw.daemonctx_context_t, ?*anyopaque) callconv(.c) i32,
    /// As C calls it: made by `of`.
    exit: *const fn (?*raw.daemonctx_context_t, ?*anyopaque) callconv(.c) i32,
    /// What it is given.
    user_data: ?*anyopaque,

    /// Makes one of `user_data`, which both functions are given; for what they may be see `Hook.of`.
    pub fn of(user_data: anytype, comptime enter: anytype, comptime exit: anytype) PidfileManager {
        return .{
            .enter = Hook.of(user_data, enter).function,
            .exit = Hook.of(user_data, exit).function,
            .user_data = erase(user_data),
        };
    }
};

/// A deferred signal handler: it runs in `dispatch` and `waitEvents`, in normal context.
pub const SignalHandler = struct {
    /// As C calls it: made by `of`.
    function: *const fn (?*raw.daemonctx_context_t, i32, ?*anyopaque) callconv(.c) void,
    /// What it is given.
    user_data: ?*anyopaque,

    /// Makes one of `user_data`, which is a pointer to one item or `{}`, and of a function that takes it and the signal
    /// (`std.posix.SIG`) and returns nothing: what goes wrong in it is left in the user data. It may use the context,
    /// and deinitialise it.
    pub fn of(user_data: anytype, comptime function: anytype) SignalHandler {
        const User = @TypeOf(user_data);
        const Trampoline = struct {
            fn call(_: ?*raw.daemonctx_context_t, signum: i32, erased: ?*anyopaque) callconv(.c) void {
                function(restored(User, erased), signal_zig.signalOf(signum));
            }
        };
        return .{ .function = &Trampoline.call, .user_data = erase(user_data) };
    }
};

/// A handler that is installed as it is: only async-signal-safe calls are allowed in it.
pub const AsyncSignalHandler = *const fn (c_int) callconv(.c) void;

/// Told of each step of a launch, in the launcher, and how it ended.
pub const Trace = struct {
    /// As C calls it: made by `of`.
    function: *const fn (?*raw.daemonctx_context_t, raw.daemonctx_step_t, i32, ?*anyopaque) callconv(.c) void,
    /// What it is given.
    user_data: ?*anyopaque,

    /// Makes one of `user_data`, which is a pointer to one item or `{}`, and of a function that takes it, a `Step` and
    /// a `Status`, and returns nothing.
    pub fn of(user_data: anytype, comptime function: anytype) Trace {
        const User = @TypeOf(user_data);
        const Trampoline = struct {
            fn call(_: ?*raw.daemonctx_context_t, step: u32, status: i32, erased: ?*anyopaque) callconv(.c) void {
                function(
                    restored(User, erased),
                    @as(status_zig.Step, @fromBackingInt(step)),
                    @as(status_zig.Status, @fromBackingInt(status)),
                );
            }
        };
        return .{ .function = &Trampoline.call, .user_data = erase(user_data) };
    }
};

fn erase(user_data: anytype) ?*anyopaque {
    const User = @TypeOf(user_data);
    if (User == void) return null;
    const info = @typeInfo(User);
    if (info != .pointer or info.pointer.size != .one) {
        @compileError("user data is a pointer to one item, or {}: not " ++ @typeName(User));
    }
    return @ptrCast(@constCast(user_data));
}

fn restored(comptime User: type, erased: ?*anyopaque) User {
    return if (User == void) {} else @ptrCast(@alignCast(erased.?));
}
