//! threads.zig: a program with threads, which cannot be forked: it launches daemons by re-exec, whose threads work too.
//!
//!     threads launch      20 daemons, each of which tells that it is right; ends with 0 if all are
//!     threads in_place    becomes the daemon itself, with the same pid, and says so

const std = @import("std");
const daemonctx = @import("daemonctx");
const c = std.c;

const rounds = 20;

/// Threads that wait for work and tell that they have done it; they end with the program.
const Pool = struct {
    work: [2]c.fd_t,
    done: [2]c.fd_t,

    const size = 4;

    fn start(pool: *Pool) !void {
        if (c.pipe(&pool.work) != 0 or c.pipe(&pool.done) != 0) return error.NoPipe;
        for (0..size) |_| {
            const thread: std.Thread = try .spawn(.{}, serve, .{pool});
            thread.detach();
        }
    }

    fn serve(pool: *Pool) void {
        while (hears(pool.work[0])) says(pool.done[1], ".");
    }

    fn works(pool: *const Pool) bool {
        for (0..size) |_| says(pool.work[1], ".");
        for (0..size) |_| {
            if (!hears(pool.done[0])) return false;
        }
        return true;
    }
};

fn says(fd: c.fd_t, byte: *const [1]u8) void {
    _ = c.write(fd, byte, 1);
}

fn hears(fd: c.fd_t) bool {
    var byte: [1]u8 = undefined;
    return c.read(fd, &byte, 1) == 1 and byte[0] == '.';
}

/// What the second run has to know.
const Handed = extern struct {
    wire: c.fd_t,
    opener: c.pid_t,
};

fn run(is_in_place: bool, diagnostics: *daemonctx.Diagnostics) !void {
    var pool: Pool = undefined;
    try pool.start();
    var ctx: daemonctx.DaemonContext = try .init(.{
        .detach_process = if (is_in_place) .no else .yes,
        .stdout = .inherit,
        .stderr = .inherit,
    }, diagnostics);
    defer ctx.deinit();
    if (try ctx.inheritedState()) |state| return isDaemon(&ctx, &pool, state, is_in_place, diagnostics);

    if (ctx.launch(null)) |_| return error.LaunchedByFork else |err| if (err != error.TooManyThreads) return err;
    var wire: [2]c.fd_t = undefined;
    if (c.pipe(&wire) != 0) return error.NoPipe;
    const handed: Handed = .{ .wire = wire[1], .opener = c.getpid() };
    try ctx.set(.detach_method, .reexec, diagnostics);
    try ctx.set(.files_preserve, &.{wire[1]}, diagnostics);
    try ctx.set(.state, std.mem.asBytes(&handed), diagnostics);
    if (is_in_place) try ctx.open(diagnostics); // returns in the second run alone
    for (0..rounds) |_| {
        const launched = try ctx.launch(diagnostics);
        if (launched == .daemon) return error.NotLaunched;
        if (!hears(wire[0])) return error.DaemonIsWrong;
        if (!pool.works()) return error.LauncherIsChanged;
    }
}

fn isDaemon(
    ctx: *daemonctx.DaemonContext,
    pool: *const Pool,
    state: []const u8,
    is_in_place: bool,
    diagnostics: *daemonctx.Diagnostics,
) !void {
    if (state.len != @sizeOf(Handed)) return error.NoState;
    const handed = std.mem.bytesToValue(Handed, state);
    if (!daemonctx.isRelaunched() or ctx.isOpen()) return error.NotRelaunched;
    try ctx.set(.detach_method, .reexec, diagnostics);
    try ctx.open(diagnostics);
    if (!pool.works()) return error.ThreadsAreGone;
    const is_same = c.getpid() == handed.opener;
    if (is_same != is_in_place or ctx.daemonPid() != c.getpid()) return error.WrongProcess;
    says(handed.wire, ".");
    if (is_in_place) _ = c.write(1, "in place\n", 9);
}

pub fn main(init: std.process.Init) u8 {
    var args = init.minimal.args.iterate();
    _ = args.skip();
    const how = args.next() orelse "";
    var diagnostics: daemonctx.Diagnostics = .{};
    run(std.mem.eql(u8, how, "in_place"), &diagnostics) catch |err| {
        std.debug.print("threads: {t} {f}\n", .{ err, diagnostics });
        return 1;
    };
    return 0;
}
