//! stored.zig: reads back what was stored, from the C getters.

const std = @import("std");
const options = @import("options.zig");
const raw = @import("raw.zig");
const status_zig = @import("status.zig");

const Error = status_zig.Error;
const Handle = ?*const raw.daemonctx_context_t;
const Option = options.Option;
const Options = options.Options;

/// What `DaemonContext.get` gives for an option. Texts and lists are borrowed: they live until the option is set again,
/// or the context is deinitialised. `pidfile` is its path, null also for a manager; `uid` and `gid` are the real ids
/// where none was set; `groups` is empty where none were. Callbacks and the signal map are not given back.
pub fn Stored(comptime option: Option) type {
    return switch (option) {
        .chroot_directory, .pidfile, .user, .group => ?[:0]const u8,
        .working_directory => [:0]const u8,
        .uid => std.posix.uid_t,
        .gid => std.posix.gid_t,
        .groups => []const std.posix.gid_t,
        .signal_map, .clear_signal_map => @compileError("ask signalAction for what a signal does"),
        .prepare_hook, .launcher_hook, .daemon_hook, .privileged_hook, .trace => @compileError(
            "the library gives no callback back",
        ),
        else => @FieldType(Options, @tagName(option)),
    };
}

/// Reads one option.
pub fn read(handle: Handle, comptime option: Option) Error!Stored(option) {
    const name = @tagName(option);
    switch (option) {
        .working_directory, .chroot_directory, .pidfile, .user, .group => {
            const text = try readOne([*c]const u8, handle, name);
            if (option == .working_directory) return std.mem.span(text);
            return if (text) |set| std.mem.span(set) else null;
        },
        .files_preserve => return readList(std.posix.fd_t, handle, name),
        .groups => return readList(std.posix.gid_t, handle, name),
        .state => {
            var bytes: ?*const anyopaque = null;
            var length: usize = 0;
            try status_zig.check(raw.daemonctx_get_state(handle, &bytes, &length));
            return bytesOf(bytes, length);
        },
        .umask => {
            const mask = readOne(u32, handle, name) catch |err| switch (err) {
                error.NotFound => return .inherit,
                else => return err,
            };
            return .{ .mask = mask };
        },
        .prevent_core, .no_new_privs, .close_at_exit => return try readOne(i32, handle, name) != 0,
        .detach_process, .detach_method, .ready_mode, .stream_switch, .signal_reset => {
            return @fromBackingInt(try readOne(u32, handle, name));
        },
        .ready_timeout => {
            const milliseconds = try readOne(i32, handle, name);
            return if (milliseconds < 0) .forever else .{ .milliseconds = @intCast(milliseconds) };
        },
        .uid, .gid => return readOne(u32, handle, name),
        .capabilities => return readOne(u64, handle, name),
        .stdin, .stdout, .stderr => return readStream(handle, name),
        else => comptime unreachable,
    }
}

/// Bytes that C gives with their number; NULL when there are none.
pub fn bytesOf(bytes: ?*const anyopaque, length: usize) []const u8 {
    const first: [*]const u8 = @ptrCast(bytes orelse return "");
    return first[0..length];
}

fn readOne(comptime Value: type, handle: Handle, comptime name: []const u8) Error!Value {
    var value: Value = undefined;
    try status_zig.check(@field(raw, "daemonctx_get_" ++ name)(handle, &value));
    return value;
}

fn readList(comptime Item: type, handle: Handle, comptime name: []const u8) Error![]const Item {
    var items: [*c]const Item = null;
    var count: usize = 0;
    try status_zig.check(@field(raw, "daemonctx_get_" ++ name)(handle, &items, &count));
    return if (items) |first| first[0..count] else &.{};
}

fn readStream(handle: Handle, comptime name: []const u8) Error!options.Stream {
    switch (try readOne(u32, handle, name ++ "_kind")) {
        raw.DAEMONCTX_STREAM_KIND_NULL => return .null,
        raw.DAEMONCTX_STREAM_KIND_INHERIT => return .inherit,
        raw.DAEMONCTX_STREAM_KIND_FD => return .{ .fd = try readOne(i32, handle, name) },
        raw.DAEMONCTX_STREAM_KIND_PATH => {
            if (comptime std.mem.eql(u8, name, "stdin")) {
                return .{ .file = .{ .path = std.mem.span(try readOne([*c]const u8, handle, name ++ "_path")) } };
            }
            var path: [*c]const u8 = null;
            var mode: u32 = 0;
            try status_zig.check(@field(raw, "daemonctx_get_" ++ name ++ "_path")(handle, &path, &mode));
            return .{ .file = .{ .path = std.mem.span(path), .mode = mode } };
        },
        else => return error.Unexpected,
    }
}
