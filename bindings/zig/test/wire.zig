//! wire.zig: what launch.zig's daemons have in common: a pipe to the test, and options.

const daemonctx = @import("daemonctx");
const c = @import("std").c;

/// What the daemon tells the test.
pub const Wire = struct {
    ends: [2]c.fd_t,

    pub fn open() !Wire {
        var wire: Wire = .{ .ends = undefined };
        if (c.pipe(&wire.ends) != 0) return error.NoPipe;
        return wire;
    }

    pub fn say(wire: Wire, words: []const u8) void {
        _ = c.write(wire.ends[1], words.ptr, words.len);
    }

    /// All that was said, when the last who could speak has ended.
    pub fn hear(wire: *Wire, buffer: []u8) []const u8 {
        _ = c.close(wire.ends[1]);
        defer _ = c.close(wire.ends[0]);
        var length: usize = 0;
        while (length < buffer.len) {
            const got = c.read(wire.ends[0], buffer[length..].ptr, buffer.len - length);
            if (got <= 0) break;
            length += @intCast(got);
        }
        return buffer[0..length];
    }
};

/// The options of all these launches; the test runner's own streams stay out of it.
pub fn detached(wire: *const Wire) daemonctx.Options {
    return .{
        .files_preserve = wire.ends[1..],
        .detach_process = .yes,
        .detach_method = .fork,
        .ready_timeout = .{ .milliseconds = 30_000 },
    };
}
