//! launch.zig: daemons launched from the test: hooks, handlers and the trace with their own data, and failures that
//! reach the launcher. The daemon tells what it saw through a pipe, and ends by _exit: it never returns to the test
//! runner.

const std = @import("std");
const daemonctx = @import("daemonctx");
const c = std.c;
const Wire = @import("wire.zig").Wire;
const detached = @import("wire.zig").detached;
const DaemonContext = daemonctx.DaemonContext;
const Diagnostics = daemonctx.Diagnostics;
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectEqualStrings = std.testing.expectEqualStrings;
const expectError = std.testing.expectError;

const Log = struct {
    words: [256]u8 = undefined,
    length: usize = 0,

    fn add(log: *Log, word: []const u8) void {
        @memcpy(log.words[log.length..][0..word.len], word);
        log.length += word.len;
    }

    fn prepare(log: *Log, _: *daemonctx.HookContext) void {
        log.add("prepare ");
    }

    fn launcher(log: *Log, _: *daemonctx.HookContext) !void {
        log.add("launcher ");
    }

    fn daemon(log: *Log, _: *daemonctx.HookContext) i32 {
        log.add("daemon ");
        return 0;
    }

    fn privileged(log: *Log, context: *daemonctx.HookContext) !i32 {
        log.add("privileged ");
        try context.preserve(0, null);
        return 0;
    }
};

test "Each hook is given its own data, in the process where it runs" {
    var wire: Wire = try .open();
    var log: Log = .{};
    var options = detached(&wire);
    options.prepare_hook = .of(&log, Log.prepare);
    options.launcher_hook = .of(&log, Log.launcher);
    options.daemon_hook = .of(&log, Log.daemon);
    options.privileged_hook = .of(&log, Log.privileged);
    var ctx: DaemonContext = try .init(options, null);
    defer ctx.deinit();
    switch (try ctx.launch(null)) {
        .daemon => {
            wire.say(log.words[0..log.length]);
            c._exit(0);
        },
        .launcher => |pid| try expectEqual(pid, ctx.daemonPid().?),
    }
    var buffer: [256]u8 = undefined;
    try expectEqualStrings("prepare daemon privileged ", wire.hear(&buffer));
    try expectEqualStrings("prepare launcher ", log.words[0..log.length]);
    try expect(!ctx.isOpen());
}

fn failWithName(_: void, _: *daemonctx.HookContext) error{NoCertificate}!void {
    return error.NoCertificate;
}

fn failWithWords(exit_code: *const i32, context: *daemonctx.HookContext) !void {
    return context.fail(exit_code.*, "the certificate is\x00 gone");
}

fn failWithCode(_: void, _: *daemonctx.HookContext) i32 {
    return 9;
}

test "A hook that fails is what the launch fails with: its error's name, its words, its code" {
    const seven: i32 = 7;
    inline for (.{
        .{ daemonctx.Hook.of({}, failWithName), 1, "NoCertificate" },
        .{ daemonctx.Hook.of(&seven, failWithWords), 7, "the certificate is" },
        .{ daemonctx.Hook.of({}, failWithCode), 9, "9" },
    }) |case| {
        const hook, const exit_code, const words = case;
        var wire: Wire = try .open();
        var options = detached(&wire);
        options.privileged_hook = hook;
        var ctx: DaemonContext = try .init(options, null);
        defer ctx.deinit();
        var diagnostics: Diagnostics = .{};
        try expectError(error.CallbackFailed, ctx.launch(&diagnostics));
        try expectEqual(.privileged, diagnostics.step);
        try expectEqual(exit_code, diagnostics.exit_code);
        try expect(std.mem.find(u8, diagnostics.message(), words) != null);
        try expect(std.mem.find(u8, diagnostics.message(), " gone") == null);
        var buffer: [1]u8 = undefined;
        try expectEqualStrings("", wire.hear(&buffer)); // there is no daemon
    }
}

const Signals = struct {
    ctx: *DaemonContext,
    wire: *const Wire,
    came: u32 = 0,

    fn note(signals: *Signals, signal: std.posix.SIG) void {
        signals.came += 1;
        if (signal == .HUP) signals.wire.say("HUP ");
    }

    fn end(signals: *Signals, _: std.posix.SIG) void {
        signals.ctx.deinit(); // takes effect when waitEvents returns
    }
};

test "A deferred handler is given its own data, and TERM is an event" {
    var wire: Wire = try .open();
    var ctx: DaemonContext = undefined;
    var signals: Signals = .{ .ctx = &ctx, .wire = &wire };
    var options = detached(&wire);
    options.signal_map = &.{
        .{ .signal = .HUP, .disposition = .{ .handler = .of(&signals, Signals.note) } },
        .{ .signal = .INT, .disposition = .terminate },
        .{ .signal = .USR1, .disposition = .{ .handler = .of(&signals, Signals.end) } },
    };
    ctx = try .init(options, null);
    defer ctx.deinit();
    try expectEqual(.handler, try ctx.signalAction(.HUP));
    if (try ctx.launch(null) == .daemon) {
        asDaemon(&ctx, &signals) catch |err| wire.say(@errorName(err));
        c._exit(0);
    }
    var buffer: [256]u8 = undefined;
    try expectEqualStrings("idle HUP handled INT terminated gone", wire.hear(&buffer));
    try expectEqual(0, signals.came);
}

fn asDaemon(ctx: *DaemonContext, signals: *Signals) !void {
    const wire = signals.wire;
    const fd = try ctx.signalFd(null);
    try expect(fd > 2);
    wire.say(if (try ctx.waitEvents(.{ .milliseconds = 0 }, null) == .idle) "idle " else "busy ");
    _ = c.raise(.HUP);
    wire.say(if (try ctx.waitEvents(.forever, null) == .handled) "handled " else "lost ");
    try expectEqual(1, signals.came);
    try ctx.terminate(.INT);
    wire.say(if (ctx.terminatingSignal() == .INT) "INT " else "none ");
    wire.say(if (try ctx.dispatch(null) == .terminated) "terminated " else "handled ");
    try ctx.close(null);
    try ctx.set(.detach_process, .no, null);
    try ctx.set(.files_preserve, &.{wire.ends[1]}, null);
    try ctx.open(null);
    _ = c.raise(.USR1);
    _ = try ctx.waitEvents(.forever, null);
    try expectError(error.InvalidArgument, ctx.dispatch(null));
    wire.say("gone");
}

test "A daemon that cannot start tells the launcher code and text" {
    var wire: Wire = try .open();
    var options = detached(&wire);
    options.ready_mode = .manual;
    var ctx: DaemonContext = try .init(options, null);
    defer ctx.deinit();
    var diagnostics: Diagnostics = .{};
    const launched = ctx.launch(&diagnostics) catch |err| {
        try expectEqual(error.DaemonFailed, err);
        try expectEqual(.err_program, diagnostics.status);
        try expectEqual(.report, diagnostics.step);
        try expectEqual(42, diagnostics.exit_code);
        try expect(diagnostics.pid > 0);
        try expectEqual(null, diagnostics.signal);
        try expect(std.mem.find(u8, diagnostics.message(), "the port is taken") != null);
        const again = ctx.lastFailure();
        try expectEqualStrings(diagnostics.message(), again.message());
        var buffer: [1]u8 = undefined;
        try expectEqualStrings("", wire.hear(&buffer));
        return;
    };
    if (launched == .daemon) {
        ctx.notifyFailed(42, "the port is taken", null) catch {};
        c._exit(1);
    }
    return error.TestUnexpectedResult;
}

test "A daemon that ends before it is ready is told with its signal" {
    var wire: Wire = try .open();
    var options = detached(&wire);
    options.ready_mode = .manual;
    var ctx: DaemonContext = try .init(options, null);
    defer ctx.deinit();
    var diagnostics: Diagnostics = .{};
    const launched = ctx.launch(&diagnostics) catch |err| {
        try expectEqual(error.DaemonDied, err);
        try expectEqual(.KILL, diagnostics.signal.?);
        var buffer: [1]u8 = undefined;
        try expectEqualStrings("", wire.hear(&buffer));
        return;
    };
    if (launched == .daemon) {
        _ = c.raise(.KILL);
        c._exit(1);
    }
    return error.TestUnexpectedResult;
}

const Manager = struct {
    wire: *const Wire,

    fn enter(manager: *const Manager, _: *daemonctx.HookContext) void {
        manager.wire.say("enter ");
    }

    fn exit(manager: *const Manager, _: *daemonctx.HookContext) !void {
        manager.wire.say("exit");
        return error.FileIsGone;
    }
};

const Steps = struct {
    count: u32 = 0,
    last: daemonctx.Step = .none,
    is_ok: bool = true,

    fn note(steps: *Steps, step: daemonctx.Step, status: daemonctx.Status) void {
        steps.count += 1;
        steps.last = step;
        if (status != .ok) steps.is_ok = false;
    }
};

test "A pid file manager enters and exits with its data, and the trace is told of each step" {
    var wire: Wire = try .open();
    const manager: Manager = .{ .wire = &wire };
    var steps: Steps = .{};
    var options = detached(&wire);
    options.pidfile = .{ .manager = .of(&manager, Manager.enter, Manager.exit) };
    options.trace = .of(&steps, Steps.note);
    var ctx: DaemonContext = try .init(options, null);
    defer ctx.deinit();
    try expectEqual(null, try ctx.get(.pidfile));
    if (try ctx.launch(null) == .daemon) {
        const closed = ctx.close(null);
        c._exit(if (closed) 0 else |err| @intFromBool(err != error.CallbackFailed));
    }
    var buffer: [256]u8 = undefined;
    try expectEqualStrings("enter exit", wire.hear(&buffer));
    try expectEqual(17, steps.count);
    try expectEqual(.report, steps.last);
    try expect(steps.is_ok);
}

test "A second start is refused with the pid of the first, which the pid file's functions find and end" {
    var wire: Wire = try .open();
    var name: [64]u8 = undefined;
    const path = try std.fmt.bufPrint(&name, "/tmp/daemonctx-zig-{d}.pid", .{c.getpid()});
    var options = detached(&wire);
    options.pidfile = .{ .path = path };
    var ctx: DaemonContext = try .init(options, null);
    defer ctx.deinit();
    const launched = try ctx.launch(null);
    if (launched == .daemon) {
        while (ctx.waitEvents(.forever, null) catch .terminated != .terminated) {}
        wire.say("stopped");
        ctx.deinit();
        c._exit(0);
    }
    defer _ = daemonctx.pidfile.stop(path, .{ .milliseconds = 0 }, null) catch {};
    var second: DaemonContext = try .init(.{ .pidfile = .{ .path = path } }, null);
    defer second.deinit();
    var diagnostics: Diagnostics = .{};
    try expectError(error.AlreadyRunning, second.open(&diagnostics));
    try expectEqual(launched.launcher, diagnostics.pid);
    try expectEqual(launched.launcher, (try daemonctx.pidfile.query(path, null)).?);
    try expectEqual(.done, try daemonctx.pidfile.signal(path, .CONT, null));
    try expectError(error.Timeout, daemonctx.pidfile.wait(path, .{ .milliseconds = 0 }, &diagnostics));
    try expectEqual(.done, try daemonctx.pidfile.stop(path, .{ .milliseconds = 30_000 }, null));
    try expectEqual(null, try daemonctx.pidfile.query(path, null));
    var buffer: [256]u8 = undefined;
    try expectEqualStrings("stopped", wire.hear(&buffer));
}
