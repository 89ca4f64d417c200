//! callbacks.zig: the probe's callbacks, functions of C with user data, called by Zig functions with theirs.

const std = @import("std");
const daemonctx = @import("daemonctx");
const options = @import("options.zig");
const wrapped = @import("wrapped.zig");
const raw = daemonctx.raw;
const Diagnostics = daemonctx.Diagnostics;
const Handle = wrapped.Handle;

fn Function(comptime Optional: type) type {
    return @typeInfo(Optional).optional.child;
}

const Called = union(enum) {
    hook: struct { function: Function(raw.daemonctx_hook_fn), user_data: ?*anyopaque },
    manager: struct {
        enter: Function(raw.daemonctx_hook_fn),
        exit: Function(raw.daemonctx_hook_fn),
        user_data: ?*anyopaque,
    },
    handler: struct { handle: Handle, function: Function(raw.daemonctx_signal_fn), user_data: ?*anyopaque },
    trace: struct { handle: Handle, function: Function(raw.daemonctx_trace_fn), user_data: ?*anyopaque },
};

/// As long as the probe, in which a test sets a few callbacks: no place is used twice.
var all: [1024]Called = undefined;
var used: usize = 0;

fn kept(called: Called) *const Called {
    all[used] = called;
    used += 1;
    return &all[used - 1];
}

fn runHook(called: *const Called, context: *daemonctx.HookContext) i32 {
    return called.hook.function(context.handle, called.hook.user_data);
}

fn runEnter(called: *const Called, context: *daemonctx.HookContext) i32 {
    return called.manager.enter(context.handle, called.manager.user_data);
}

fn runExit(called: *const Called, context: *daemonctx.HookContext) i32 {
    return called.manager.exit(context.handle, called.manager.user_data);
}

fn runHandler(called: *const Called, signal: std.posix.SIG) void {
    called.handler.function(called.handler.handle, @intCast(@backingInt(signal)), called.handler.user_data);
}

fn runTrace(called: *const Called, step: daemonctx.Step, status: daemonctx.Status) void {
    called.trace.function(called.trace.handle, @backingInt(step), @backingInt(status), called.trace.user_data);
}

comptime {
    for (.{ .prepare_hook, .launcher_hook, .daemon_hook, .privileged_hook }) |option| {
        const name = @tagName(@as(daemonctx.Option, option));
        @export(&Hook(option).set, .{ .name = "wrapped_set_" ++ name });
    }
}

fn Hook(comptime option: daemonctx.Option) type {
    return struct {
        fn set(handle: Handle, function: raw.daemonctx_hook_fn, user_data: ?*anyopaque) callconv(.c) i32 {
            const given = function orelse return options.store(handle, option, null);
            const called = kept(.{ .hook = .{ .function = given, .user_data = user_data } });
            return options.store(handle, option, .of(called, runHook));
        }
    };
}

export fn wrapped_set_trace(handle: Handle, function: raw.daemonctx_trace_fn, user_data: ?*anyopaque) i32 {
    const given = function orelse return options.store(handle, .trace, null);
    const called = kept(.{ .trace = .{ .handle = handle, .function = given, .user_data = user_data } });
    return options.store(handle, .trace, .of(called, runTrace));
}

export fn wrapped_set_pidfile_manager(
    handle: Handle,
    enter: raw.daemonctx_hook_fn,
    exit: raw.daemonctx_hook_fn,
    user_data: ?*anyopaque,
) i32 {
    if (enter == null or exit == null) return raw.daemonctx_set_pidfile_manager(handle, enter, exit, user_data);
    const called = kept(.{ .manager = .{ .enter = enter.?, .exit = exit.?, .user_data = user_data } });
    return options.store(handle, .pidfile, .{ .manager = .of(called, runEnter, runExit) });
}

export fn wrapped_set_signal_handler(
    handle: Handle,
    signum: i32,
    function: raw.daemonctx_signal_fn,
    user_data: ?*anyopaque,
) i32 {
    const given = function orelse return raw.daemonctx_set_signal_handler(handle, signum, null, user_data);
    const called = kept(.{ .handler = .{ .handle = handle, .function = given, .user_data = user_data } });
    return storeSignal(handle, signum, .{ .handler = .of(called, runHandler) });
}

export fn wrapped_set_signal_async_handler(handle: Handle, signum: i32, function: raw.daemonctx_async_signal_fn) i32 {
    const given = function orelse return raw.daemonctx_set_signal_async_handler(handle, signum, null);
    return storeSignal(handle, signum, .{ .async_handler = given });
}

export fn wrapped_set_signal_action(handle: Handle, signum: i32, action: u32) i32 {
    return switch (action) {
        raw.DAEMONCTX_SIGNAL_ACTION_IGNORE => storeSignal(handle, signum, .ignore),
        raw.DAEMONCTX_SIGNAL_ACTION_DEFAULT => storeSignal(handle, signum, .default),
        raw.DAEMONCTX_SIGNAL_ACTION_TERMINATE => storeSignal(handle, signum, .terminate),
        else => raw.daemonctx_set_signal_action(handle, signum, action),
    };
}

export fn wrapped_unset_signal(handle: Handle, signum: i32) i32 {
    return storeSignal(handle, signum, .unset);
}

export fn wrapped_clear_signal_map(handle: Handle) i32 {
    return options.store(handle, .clear_signal_map, true);
}

fn storeSignal(handle: Handle, signum: i32, disposition: daemonctx.SignalDisposition) i32 {
    var diagnostics: Diagnostics = .{};
    const stored = wrapped.of(handle).setSignal(wrapped.signalOf(signum), disposition, &diagnostics);
    return wrapped.statusOf(stored, &diagnostics);
}
