//! bad_input.zig: what C would stumble over is an error with a sentence: NUL bytes, closed descriptors, use after
//! deinit.

const std = @import("std");
const daemonctx = @import("daemonctx");
const DaemonContext = daemonctx.DaemonContext;
const Diagnostics = daemonctx.Diagnostics;
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectEqualStrings = std.testing.expectEqualStrings;
const expectError = std.testing.expectError;

const with_nul = "/tmp/a\x00b";

test "A text with a NUL byte is refused, and the refusal is remembered until the option is set" {
    const nul_file: daemonctx.Stream = .{ .file = .{ .path = with_nul } };
    inline for (.{
        .{ .chroot_directory, with_nul, null },
        .{ .working_directory, with_nul, "/" },
        .{ .pidfile, daemonctx.Pidfile{ .path = with_nul }, null },
        .{ .user, with_nul, null },
        .{ .group, with_nul, null },
        .{ .stdin, nul_file, .null },
        .{ .stdout, nul_file, .null },
        .{ .stderr, nul_file, .null },
    }) |case| {
        const option, const refused, const good = case;
        var ctx: DaemonContext = try .init(.{}, null);
        defer ctx.deinit();
        var diagnostics: Diagnostics = .{};
        try expectError(error.InvalidArgument, ctx.set(option, refused, &diagnostics));
        try expectEqualStrings(@tagName(option) ++ " must not contain a NUL byte", diagnostics.message());
        try expectEqual(.err_argument, diagnostics.status);
        try expectError(error.InvalidArgument, ctx.check(null));
        try ctx.set(option, good, null);
        try ctx.check(null);
    }
}

test "Options that are refused leave no context, and tell which" {
    var diagnostics: Diagnostics = .{};
    const refused = DaemonContext.init(.{ .user = "a\x00b", .umask = .{ .mask = 0o1000 } }, &diagnostics);
    try expectError(error.OutOfRange, refused); // in the order of Options
    try expectEqualStrings("cannot set umask: 01000 (512) is not a mask of 0 to 0777", diagnostics.message());
    try expectError(error.InvalidArgument, DaemonContext.init(.{ .user = "a\x00b" }, null));
    const unnamed: std.posix.SIG = @fromBackingInt(1000);
    const map = [_]daemonctx.SignalEntry{.{ .signal = unnamed, .disposition = .terminate }};
    try expectError(error.OutOfRange, DaemonContext.init(.{ .signal_map = &map }, null));
}

test "A closed descriptor is refused before anything is opened, with its errno" {
    var ends: [2]std.c.fd_t = undefined;
    try expectEqual(0, std.c.pipe(&ends));
    _ = std.c.close(ends[0]);
    _ = std.c.close(ends[1]);
    var ctx: DaemonContext = try .init(.{ .stdout = .{ .fd = ends[1] } }, null);
    defer ctx.deinit();
    var diagnostics: Diagnostics = .{};
    try expectError(error.SystemCallFailed, ctx.check(&diagnostics));
    try expectEqual(.BADF, diagnostics.errno);
    try expectEqual(.plan, diagnostics.step);
    try ctx.set(.stdout, .null, null);
    try ctx.set(.files_preserve, &.{ends[1]}, null); // of these a closed one is harmless
    try ctx.check(null);
    try expectError(error.OutOfRange, ctx.set(.stdin, .{ .fd = -1 }, &diagnostics));
    try expectError(error.OutOfRange, ctx.preserve(-1, &diagnostics));
}

test "A context that was deinitialised refuses each call" {
    var ctx: DaemonContext = try .init(.{}, null);
    ctx.deinit();
    ctx.deinit();
    var diagnostics: Diagnostics = .{};
    const gone = error.InvalidArgument;
    try expectError(gone, ctx.open(&diagnostics));
    try expect(diagnostics.message().len > 0);
    try expectError(gone, ctx.launch(null));
    try expectError(gone, ctx.check(null));
    try expectError(gone, ctx.close(null));
    try expectError(gone, ctx.notifyReady(null));
    try expectError(gone, ctx.notifyFailed(1, "reason", null));
    try expectError(gone, ctx.reopenStreams(null));
    try expectError(gone, ctx.terminate(.TERM));
    try expectError(gone, ctx.signalFd(null));
    try expectError(gone, ctx.dispatch(null));
    try expectError(gone, ctx.waitEvents(.{ .milliseconds = 0 }, null));
    try expectError(gone, ctx.preserve(0, null));
    try expectError(gone, ctx.signalAction(.TERM));
    try expectError(gone, ctx.setSignal(.HUP, .ignore, null));
    try expectError(gone, ctx.detachReason());
    try expectError(gone, ctx.inheritedState());
    inline for (comptime std.meta.tags(daemonctx.Option)) |option| {
        const default: daemonctx.Options = .{};
        // An empty map has nothing to store.
        if (option == .signal_map or option == .clear_signal_map) continue;
        try expectError(gone, ctx.set(option, @field(default, @tagName(option)), null));
        switch (option) {
            .prepare_hook, .launcher_hook, .daemon_hook, .privileged_hook, .trace => {},
            else => try expectError(gone, ctx.get(option)),
        }
    }
    try expectError(gone, ctx.set(.clear_signal_map, true, null));
    try expect(!ctx.isOpen());
    try expectEqual(null, ctx.daemonPid());
    try expectEqual(null, ctx.terminatingSignal());
    try expectEqual(.err_argument, ctx.lastFailure().status);
}

test "A context that is not open refuses what needs an open one" {
    var ctx: DaemonContext = try .init(.{}, null);
    defer ctx.deinit();
    var diagnostics: Diagnostics = .{};
    try expectError(error.WrongState, ctx.notifyReady(&diagnostics));
    try expectEqual(.err_state, diagnostics.status);
    try expect(std.mem.startsWith(u8, diagnostics.message(), "cannot tell that the daemon is ready: "));
    try expectError(error.WrongState, ctx.notifyFailed(1, "reason", null));
    try expectError(error.InvalidArgument, ctx.notifyFailed(1, "a\x00b", &diagnostics));
    try expectEqualStrings("the reason must not contain a NUL byte", diagnostics.message());
    try expectError(error.WrongState, ctx.dispatch(null));
    try expectError(error.WrongState, ctx.waitEvents(.forever, null));
    try expectError(error.WrongState, ctx.reopenStreams(null));
    try expectError(error.WrongState, ctx.terminate(.TERM));
    try expectError(error.OutOfRange, ctx.terminate(.CHLD)); // its default action ends no process
    try ctx.close(null);
    try expectEqual(null, ctx.terminatingSignal());
}

test "The pid files of nobody, of a directory, and of a NUL byte" {
    const pidfile = daemonctx.pidfile;
    const long: [5000]u8 = @splat('x');
    var diagnostics: Diagnostics = .{};
    try expectEqual(null, try pidfile.query("/proc/self/no such file", &diagnostics));
    try expectEqual(.not_running, try pidfile.signal("/proc/self/no such file", .TERM, &diagnostics));
    try expectEqual(.not_running, try pidfile.stop("/proc/self/no such file", .forever, &diagnostics));
    try expectEqual(.not_running, try pidfile.wait("/proc/self/no such file", .forever, &diagnostics));
    try expectEqual(.ok, diagnostics.status);
    try expectError(error.UnsafePath, pidfile.query("/tmp", &diagnostics));
    try expect(std.mem.startsWith(u8, diagnostics.message(), "cannot ask for the daemon of '/tmp': "));
    try expectError(error.InvalidArgument, pidfile.query("", null));
    try expectError(error.SystemCallFailed, pidfile.wait(&long, .forever, &diagnostics));
    try expectEqual(.NAMETOOLONG, diagnostics.errno);
    try expect(std.mem.endsWith(u8, diagnostics.message(), "(NAMETOOLONG)"));
    const unnamed: std.posix.SIG = @fromBackingInt(1000);
    try expectError(error.OutOfRange, pidfile.signal("/run/some.pid", unnamed, null));
    try expectError(error.InvalidArgument, pidfile.query(with_nul, &diagnostics));
    try expectError(error.InvalidArgument, pidfile.signal(with_nul, .TERM, null));
    try expectError(error.InvalidArgument, pidfile.stop(with_nul, .forever, null));
    try expectError(error.InvalidArgument, pidfile.wait(with_nul, .forever, null));
    try expectEqualStrings("the path of a pid file must not contain a NUL byte", diagnostics.message());
}
