//! text.zig: slices as C takes them, NUL-terminated, without an allocator.

const std = @import("std");

/// A copy of a slice with a NUL behind it. What is longer than the library takes is cut to one byte more than that, so
/// that the library refuses it with its own sentence.
pub fn Text(comptime longest: usize) type {
    return struct {
        buffer: [longest + 2]u8,
        has_nul: bool,

        const Self = @This();

        /// Copies the slice.
        pub fn of(slice: []const u8) Self {
            var text: Self = .{ .buffer = undefined, .has_nul = std.mem.findScalar(u8, slice, 0) != null };
            const length = @min(slice.len, longest + 1);
            @memcpy(text.buffer[0..length], slice[0..length]);
            text.buffer[length] = 0;
            return text;
        }

        /// Null if the slice has a NUL in it: C would take the part before it for the whole.
        pub fn pointer(text: *const Self) ?[*:0]const u8 {
            return if (text.has_nul) null else @ptrCast(&text.buffer);
        }
    };
}

/// The longest path that the library takes: PATH_MAX without the NUL.
pub const Path = Text(4095);
/// A user's or group's name.
pub const Name = Text(256);
/// A text for the launcher, which the library cuts at a character's end.
pub const Failure = Text(2048 + 4);
