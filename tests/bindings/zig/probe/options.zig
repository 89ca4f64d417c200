//! options.zig: the probe's setters, made through DaemonContext.set; one generic function for each shape of a setter.

const std = @import("std");
const daemonctx = @import("daemonctx");
const wrapped = @import("wrapped.zig");
const raw = daemonctx.raw;
const Diagnostics = daemonctx.Diagnostics;
const Handle = wrapped.Handle;
const Option = daemonctx.Option;

comptime {
    for (.{ .chroot_directory, .working_directory, .user, .group }) |option| {
        named("set_", option, Text(option).set);
    }
    for (.{ .chroot_directory, .user, .group, .uid, .gid, .groups, .pidfile }) |option| {
        named("unset_", option, Unset(option).unset);
    }
    for (.{ .uid, .gid, .capabilities }) |option| named("set_", option, Number(option).set);
    for (.{ .detach_process, .detach_method, .ready_mode, .stream_switch, .signal_reset }) |option| {
        named("set_", option, Enumerated(option).set);
    }
    for (.{ .prevent_core, .no_new_privs, .close_at_exit }) |option| named("set_", option, Flag(option).set);
    for (.{ .stdin, .stdout, .stderr }) |option| {
        const name = @tagName(@as(Option, option));
        @export(&Stream(option).setNull, .{ .name = "wrapped_set_" ++ name ++ "_null" });
        @export(&Stream(option).setInherit, .{ .name = "wrapped_set_" ++ name ++ "_inherit" });
        @export(&Stream(option).setFd, .{ .name = "wrapped_set_" ++ name });
        const set_path = if (option == .stdin) &Stream(option).setInput else &Stream(option).setOutput;
        @export(set_path, .{ .name = "wrapped_set_" ++ name ++ "_path" });
    }
}

fn named(comptime prefix: []const u8, comptime option: Option, comptime function: anytype) void {
    @export(&function, .{ .name = "wrapped_" ++ prefix ++ @tagName(option) });
}

pub fn store(
    handle: Handle,
    comptime option: Option,
    value: @FieldType(daemonctx.Options, @tagName(option)),
) i32 {
    var diagnostics: Diagnostics = .{};
    return wrapped.statusOf(wrapped.of(handle).set(option, value, &diagnostics), &diagnostics);
}

fn Text(comptime option: Option) type {
    return struct {
        fn set(handle: Handle, text: ?[*:0]const u8) callconv(.c) i32 {
            const given = text orelse return @field(raw, "daemonctx_set_" ++ @tagName(option))(handle, null);
            return store(handle, option, std.mem.span(given));
        }
    };
}

fn Unset(comptime option: Option) type {
    return struct {
        fn unset(handle: Handle) callconv(.c) i32 {
            return store(handle, option, null);
        }
    };
}

fn Number(comptime option: Option) type {
    const Int = if (option == .capabilities) u64 else u32;
    return struct {
        fn set(handle: Handle, number: Int) callconv(.c) i32 {
            return store(handle, option, number);
        }
    };
}

fn Enumerated(comptime option: Option) type {
    return struct {
        fn set(handle: Handle, number: u32) callconv(.c) i32 {
            return store(handle, option, @fromBackingInt(number));
        }
    };
}

fn Flag(comptime option: Option) type {
    return struct {
        fn set(handle: Handle, number: i32) callconv(.c) i32 {
            return switch (number) {
                0 => store(handle, option, false),
                1 => store(handle, option, true),
                else => @field(raw, "daemonctx_set_" ++ @tagName(option))(handle, number),
            };
        }
    };
}

fn Stream(comptime option: Option) type {
    return struct {
        fn setNull(handle: Handle) callconv(.c) i32 {
            return store(handle, option, .null);
        }

        fn setInherit(handle: Handle) callconv(.c) i32 {
            return store(handle, option, .inherit);
        }

        fn setFd(handle: Handle, fd: i32) callconv(.c) i32 {
            return store(handle, option, .{ .fd = fd });
        }

        fn setInput(handle: Handle, path: ?[*:0]const u8) callconv(.c) i32 {
            const given = path orelse return raw.daemonctx_set_stdin_path(handle, null);
            return store(handle, option, .{ .file = .{ .path = std.mem.span(given) } });
        }

        fn setOutput(handle: Handle, path: ?[*:0]const u8, mode: u32) callconv(.c) i32 {
            const name = "daemonctx_set_" ++ @tagName(option) ++ "_path";
            const given = path orelse return @field(raw, name)(handle, null, mode);
            return store(handle, option, .{ .file = .{ .path = std.mem.span(given), .mode = mode } });
        }
    };
}

export fn wrapped_set_files_preserve(handle: Handle, fds: ?[*]const i32, count: usize) i32 {
    const given = fds orelse return raw.daemonctx_set_files_preserve(handle, null, count);
    return store(handle, .files_preserve, given[0..count]);
}

export fn wrapped_set_groups(handle: Handle, gids: ?[*]const u32, count: usize) i32 {
    const given = gids orelse return raw.daemonctx_set_groups(handle, null, count);
    return store(handle, .groups, given[0..count]);
}

export fn wrapped_set_state(handle: Handle, bytes: ?[*]const u8, length: usize) i32 {
    const given = bytes orelse return raw.daemonctx_set_state(handle, null, length);
    return store(handle, .state, given[0..length]);
}

export fn wrapped_set_umask(handle: Handle, mask: u32) i32 {
    return store(handle, .umask, .{ .mask = mask });
}

export fn wrapped_set_umask_inherit(handle: Handle) i32 {
    return store(handle, .umask, .inherit);
}

export fn wrapped_set_pidfile(handle: Handle, path: ?[*:0]const u8) i32 {
    const given = path orelse return raw.daemonctx_set_pidfile(handle, null);
    return store(handle, .pidfile, .{ .path = std.mem.span(given) });
}

export fn wrapped_set_ready_timeout(handle: Handle, timeout_ms: i32) i32 {
    if (timeout_ms < -1) return raw.daemonctx_set_ready_timeout(handle, timeout_ms);
    return store(handle, .ready_timeout, wrapped.timeoutOf(timeout_ms));
}
