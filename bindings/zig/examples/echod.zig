//! echod: a TCP echo server (RFC 862) that is a well-behaved daemon. Copy from it.
//!
//!     echod [--reexec] PORT PIDFILE LOG
//!
//! The daemon binds its port while the launcher waits: that the address is in use is told in the terminal. SIGHUP opens
//! the log anew, SIGTERM ends it. With --reexec it is started again in place of being forked, as a program with threads
//! is.

const std = @import("std");
const daemonctx = @import("daemonctx");
const c = std.c;

const max_clients = 64;

const Client = struct {
    fd: c.fd_t,
    /// Taken in, and not sent yet: nothing more is taken in until it has gone out.
    buffer: [16384]u8 = undefined,
    start: usize = 0,
    end: usize = 0,

    /// False: the client has gone.
    fn echo(client: *Client) bool {
        if (client.start == client.end) {
            const got = c.recv(client.fd, &client.buffer, client.buffer.len, 0);
            if (got <= 0) return got < 0 and isPassing();
            client.start = 0;
            client.end = @intCast(got);
        }
        const rest = client.buffer[client.start..client.end];
        const sent = c.send(client.fd, rest.ptr, rest.len, c.MSG.NOSIGNAL);
        if (sent < 0) return isPassing();
        client.start += @intCast(sent);
        return true;
    }
};

const Server = struct {
    ctx: *daemonctx.DaemonContext,
    listener: c.fd_t,
    clients: [max_clients]Client = undefined,
    count: usize = 0,

    fn serve(server: *Server, signals: c.fd_t) !void {
        while (try server.ctx.dispatch(null) != .terminated) {
            var polls: [2 + max_clients]c.pollfd = undefined;
            const has_room = server.count < max_clients;
            polls[0] = .{ .fd = signals, .events = c.POLL.IN, .revents = 0 };
            polls[1] = .{ .fd = server.listener, .events = if (has_room) c.POLL.IN else 0, .revents = 0 };
            for (server.clients[0..server.count], polls[2..][0..server.count]) |*client, *poll| {
                const events: i16 = if (client.start == client.end) c.POLL.IN else c.POLL.OUT;
                poll.* = .{ .fd = client.fd, .events = events, .revents = 0 };
            }
            if (c.poll(&polls, @intCast(2 + server.count), -1) <= 0) continue;
            var i = server.count;
            // Backwards: dismiss fills the gap with the last client, which then has had its turn.
            while (i > 0) {
                i -= 1;
                if (polls[2 + i].revents != 0 and !server.clients[i].echo()) server.dismiss(i);
            }
            if (polls[1].revents != 0) server.welcome();
        }
    }

    fn welcome(server: *Server) void {
        const fd = c.accept4(server.listener, null, null, c.SOCK.NONBLOCK | c.SOCK.CLOEXEC);
        if (fd < 0) return;
        server.clients[server.count] = .{ .fd = fd };
        server.count += 1;
    }

    fn dismiss(server: *Server, which: usize) void {
        _ = c.close(server.clients[which].fd);
        server.count -= 1;
        server.clients[which] = server.clients[server.count];
    }

    fn deinit(server: *Server) void {
        while (server.count > 0) server.dismiss(server.count - 1);
        _ = c.close(server.listener);
    }
};

/// The deferred handler of SIGHUP: it may do whatever a program may.
fn reopen(ctx: *daemonctx.DaemonContext, _: std.posix.SIG) void {
    var diagnostics: daemonctx.Diagnostics = .{};
    ctx.reopenStreams(&diagnostics) catch say("{f}", .{diagnostics});
}

fn listenOn(port: u16) !c.fd_t {
    const fd = c.socket(c.AF.INET, c.SOCK.STREAM | c.SOCK.NONBLOCK | c.SOCK.CLOEXEC, 0);
    if (fd < 0) return error.NotListening;
    errdefer _ = c.close(fd);
    const reuse: c_int = 1;
    const where: c.sockaddr.in = .{
        .port = std.mem.nativeToBig(u16, port),
        .addr = std.mem.nativeToBig(u32, 0x7f000001),
    };
    if (c.setsockopt(fd, c.SOL.SOCKET, c.SO.REUSEADDR, &reuse, @sizeOf(c_int)) != 0 or
        c.bind(fd, @ptrCast(&where), @sizeOf(c.sockaddr.in)) != 0 or c.listen(fd, 128) != 0) return error.NotListening;
    return fd;
}

extern "c" fn strerror(number: c_int) [*:0]const u8;

fn isPassing() bool {
    const errno: c.E = @fromBackingInt(@intCast(c._errno().*));
    return errno == .AGAIN or errno == .INTR;
}

/// A line of the log; before the daemon is ready it appears in the terminal.
fn say(comptime template: []const u8, values: anytype) void {
    var buffer: [9000]u8 = undefined;
    const line = std.fmt.bufPrint(&buffer, "echod: " ++ template ++ "\n", values) catch return;
    _ = c.write(2, line.ptr, line.len);
}

/// In the daemon. What fails before it is ready is the launcher's to tell.
fn run(ctx: *daemonctx.DaemonContext, port: u16) !void {
    const signals = try ctx.signalFd(null);
    const listener = listenOn(port) catch |err| {
        var sentence: [200]u8 = undefined;
        const why = std.mem.span(strerror(c._errno().*));
        const reason = std.fmt.bufPrint(&sentence, "cannot listen on port {d}: {s}", .{ port, why }) catch "";
        ctx.notifyFailed(1, reason, null) catch {};
        return err;
    };
    var server: Server = .{ .ctx = ctx, .listener = listener };
    defer server.deinit();
    try ctx.notifyReady(null);
    say("listening on port {d}", .{port});
    try server.serve(signals);
    say("stopped", .{});
}

pub fn main(init: std.process.Init) u8 {
    var args = init.minimal.args.iterate();
    _ = args.skip();
    var first = args.next();
    const is_reexec = first != null and std.mem.eql(u8, first.?, "--reexec");
    if (is_reexec) first = args.next();
    const pidfile, const log = .{ args.next(), args.next() };
    if (log == null or args.next() != null) {
        say("usage: echod [--reexec] PORT PIDFILE LOG", .{});
        return 2;
    }
    const port = std.fmt.parseInt(u16, first.?, 10) catch {
        say("the port is not a number from 0 to 65535", .{});
        return 2;
    };

    var diagnostics: daemonctx.Diagnostics = .{};
    var ctx: daemonctx.DaemonContext = undefined;
    ctx = daemonctx.DaemonContext.init(.{
        .pidfile = .{ .path = pidfile.? },
        .signal_map = &.{.{ .signal = .HUP, .disposition = .{ .handler = .of(&ctx, reopen) } }},
        .stderr = .{ .file = .{ .path = log.? } },
        .detach_method = if (is_reexec) .reexec else .auto,
        .ready_mode = .manual,
    }, &diagnostics) catch {
        say("{f}", .{diagnostics});
        return 1;
    };
    defer ctx.deinit();
    ctx.open(&diagnostics) catch {
        say("{f}", .{diagnostics});
        return 1;
    };
    run(&ctx, port) catch return 1;
    return 0;
}
