//! signal.zig: signals as C has them and as Zig has them. Every number goes through: the library refuses what is none.

const std = @import("std");

/// The number of a signal.
pub fn numberOf(signal: std.posix.SIG) i32 {
    return @bitCast(@backingInt(signal));
}

/// The signal with a number.
pub fn signalOf(number: i32) std.posix.SIG {
    return @fromBackingInt(@as(u32, @bitCast(number)));
}
