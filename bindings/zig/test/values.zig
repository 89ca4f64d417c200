//! values.zig: options that the table of vectors cannot express, and what needs no open context.

const std = @import("std");
const daemonctx = @import("daemonctx");
const DaemonContext = daemonctx.DaemonContext;
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectEqualStrings = std.testing.expectEqualStrings;

test "A struct of options stores each of them" {
    const given: daemonctx.Options = .{
        .files_preserve = &.{ 7, 5 },
        .chroot_directory = "/srv",
        .working_directory = "/var",
        .umask = .inherit,
        .pidfile = .{ .path = "/run/foo.pid" },
        .detach_process = .yes,
        .uid = 12,
        .gid = 13,
        .prevent_core = false,
        .stdin = .inherit,
        .stdout = .{ .file = .{ .path = "/var/log/foo", .mode = 0o600 } },
        .stderr = .{ .fd = 2 },
        .groups = &.{ 1, 2, 3 },
        .signal_reset = .all,
        .detach_method = .fork_unchecked,
        .ready_mode = .manual,
        .ready_timeout = .forever,
        .stream_switch = .at_ready,
        .no_new_privs = true,
        .close_at_exit = false,
        .state = "a\x00b",
    };
    var ctx: DaemonContext = try .init(given, null);
    defer ctx.deinit();
    inline for (comptime std.meta.tags(daemonctx.Option)) |option| switch (option) {
        .prepare_hook, .launcher_hook, .daemon_hook, .privileged_hook, .trace => {},
        .signal_map, .clear_signal_map => {},
        .user, .group => try expectEqual(null, try ctx.get(option)), // uid and gid stand in their places
        .pidfile => try expectEqualStrings("/run/foo.pid", (try ctx.get(.pidfile)).?),
        .chroot_directory => try expectEqualStrings("/srv", (try ctx.get(.chroot_directory)).?),
        .uid, .gid => try expectEqual(@field(given, @tagName(option)).?, try ctx.get(option)),
        .groups => try std.testing.expectEqualSlices(std.posix.gid_t, given.groups.?, try ctx.get(.groups)),
        else => try std.testing.expectEqualDeep(@field(given, @tagName(option)), try ctx.get(option)),
    };
}

test "What is null is back at its default" {
    var ctx: DaemonContext = try .init(.{
        .chroot_directory = "/srv",
        .pidfile = .{ .path = "/run/foo.pid" },
        .uid = 12,
        .gid = 13,
        .groups = &.{1},
    }, null);
    defer ctx.deinit();
    inline for (.{ .chroot_directory, .pidfile, .uid, .gid, .groups, .user, .group }) |option| {
        try ctx.set(option, null, null);
    }
    try expectEqual(null, try ctx.get(.chroot_directory));
    try expectEqual(null, try ctx.get(.pidfile));
    try expectEqual(std.c.getuid(), try ctx.get(.uid));
    try expectEqual(std.c.getgid(), try ctx.get(.gid));
    try expectEqual(0, (try ctx.get(.groups)).len);
}

fn ignoreAsync(_: c_int) callconv(.c) void {}

test "A signal map is laid over the default one, or over nothing" {
    const map = [_]daemonctx.SignalEntry{
        .{ .signal = .HUP, .disposition = .{ .async_handler = ignoreAsync } },
        .{ .signal = .TSTP, .disposition = .unset },
        .{ .signal = .INT, .disposition = .default },
    };
    for ([_]bool{ false, true }) |clear| {
        var ctx: DaemonContext = try .init(.{ .signal_map = &map, .clear_signal_map = clear }, null);
        defer ctx.deinit();
        try expectEqual(.async_handler, try ctx.signalAction(.HUP));
        try expectEqual(.unset, try ctx.signalAction(.TSTP));
        try expectEqual(.default, try ctx.signalAction(.INT));
        try expectEqual(if (clear) daemonctx.SignalAction.unset else .terminate, try ctx.signalAction(.TERM));
    }
}

test "Statuses, steps and versions have their names" {
    try expectEqualStrings("ERR_TIMEOUT", daemonctx.Status.err_timeout.name());
    try expect(daemonctx.Status.err_timeout.meaning().len > 0);
    try expectEqualStrings("working_directory", daemonctx.Step.working_directory.name());
    const unknown: daemonctx.Status = @fromBackingInt(-1000);
    try expectEqualStrings("UNKNOWN", unknown.name());
    inline for (@typeInfo(daemonctx.Status).@"enum".field_names) |name| {
        var upper: [32]u8 = undefined;
        const status = @field(daemonctx.Status, name);
        try expectEqualStrings(std.ascii.upperString(&upper, name), status.name());
    }
    const version = daemonctx.version();
    var text: [32]u8 = undefined;
    try expectEqualStrings(daemonctx.versionString(), try std.fmt.bufPrint(&text, "{f}", .{version}));
    try expectEqual(daemonctx.raw.DAEMONCTX_VERSION_MAJOR, version.major);
}

test "A program that was not started again has no inherited state" {
    var ctx: DaemonContext = try .init(.{ .state = "for the daemon" }, null);
    defer ctx.deinit();
    try expect(!daemonctx.isRelaunched());
    try expectEqual(null, try ctx.inheritedState());
    try expectEqualStrings("for the daemon", try ctx.get(.state));
    try expectEqual(daemonctx.isDetachRequired(), try ctx.detachReason());
    try expectEqual(.ok, ctx.lastFailure().status);
    try expectEqualStrings("", ctx.lastFailure().message());
}
