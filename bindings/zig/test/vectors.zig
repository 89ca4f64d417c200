//! vectors.zig: the table of vectors, which every language's tests read: what an option's setter does with each value.

const std = @import("std");
const daemonctx = @import("daemonctx");
const DaemonContext = daemonctx.DaemonContext;
const Option = daemonctx.Option;
const Options = daemonctx.Options;

const table = @embedFile("options.tsv");

/// Rows whose value no type of this module can hold: null where C has a NULL, a bool that is neither 0 nor 1, a time
/// below -1, an action that is none of SignalDisposition's.
const left_out_rows = 21;

const Outcome = daemonctx.Error || error{NotExpressible};

/// One row, split at its tabs.
const Row = struct {
    option: []const u8,
    value: []const u8,
    status: []const u8,
    getter: []const u8,
    stored: []const u8,
    refused: []const u8,
};

test "Each row of the table of vectors holds" {
    var rows: usize = 0;
    var left_out: usize = 0;
    var lines = std.mem.splitScalar(u8, table, '\n');
    while (lines.next()) |line| {
        if (line.len == 0 or line[0] == '#') continue;
        var words = std.mem.splitScalar(u8, line, '\t');
        const row: Row = .{
            .option = words.next().?,
            .value = words.next().?,
            .status = words.next().?,
            .getter = words.next().?,
            .stored = words.next().?,
            .refused = words.next().?,
        };
        rows += 1;
        holds(row) catch |err| switch (err) {
            error.NotExpressible => left_out += 1,
            else => {
                std.debug.print("the row does not hold: {s}\n", .{line});
                return err;
            },
        };
    }
    try std.testing.expect(rows > 200);
    try std.testing.expectEqual(left_out_rows, left_out);
}

fn holds(row: Row) !void {
    var arena_state: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena_state.deinit();
    const arena = arena_state.allocator();
    var ctx: DaemonContext = try .init(.{}, null);
    defer ctx.deinit();
    const before = try stored(arena, &ctx, row.getter);
    var diagnostics: daemonctx.Diagnostics = .{};
    const outcome: Outcome!void = store(arena, &ctx, row.option, row.value, &diagnostics);
    if (outcome) {
        try std.testing.expectEqualStrings(row.status, "OK");
    } else |err| {
        if (err == error.NotExpressible) return err;
        try std.testing.expectEqualStrings(row.status, diagnostics.status.name());
        const whole = if (row.refused[0] == '"')
            try textOf(arena, row.refused)
        else if (std.mem.startsWith(u8, row.refused, "0o"))
            try std.fmt.allocPrint(arena, "0{s}", .{row.refused[2..]}) // as C writes it
        else
            row.refused;
        const named = whole[0..@min(whole.len, 40)]; // a sentence shows the beginning of what is long
        if (std.mem.find(u8, diagnostics.message(), named) == null) {
            std.debug.print("the sentence does not name the value: {s}\n", .{diagnostics.message()});
            return error.TestUnexpectedResult;
        }
        try std.testing.expectError(err, ctx.check(null)); // it is remembered
    }
    const expected = if (std.mem.eql(u8, row.stored, "unchanged")) before else try canonical(arena, row.stored);
    try std.testing.expectEqualStrings(expected, try stored(arena, &ctx, row.getter));
}

/// Calls the setter that a row names.
fn store(
    arena: std.mem.Allocator,
    ctx: *DaemonContext,
    name: []const u8,
    value: []const u8,
    diagnostics: *daemonctx.Diagnostics,
) Outcome!void {
    if (std.mem.eql(u8, value, "default")) return;
    if (std.mem.eql(u8, name, "umask_inherit")) return ctx.set(.umask, .inherit, diagnostics);
    if (std.mem.eql(u8, name, "signal_action")) {
        const split = std.mem.findScalar(u8, value, ' ').?;
        const disposition: daemonctx.SignalDisposition = switch (try numberOf(value[split + 1 ..])) {
            0 => .ignore,
            1 => .default,
            2 => .terminate,
            else => return error.NotExpressible,
        };
        return ctx.setSignal(try signalOf(value[0..split]), disposition, diagnostics);
    }
    if (std.mem.eql(u8, name, "pidfile")) {
        return ctx.set(.pidfile, .{ .path = try textOf(arena, value) }, diagnostics);
    }
    inline for (.{ .stdin, .stdout, .stderr }) |option| {
        if (std.mem.startsWith(u8, name, @tagName(option))) {
            return ctx.set(option, try streamOf(arena, name[@tagName(option).len..], value), diagnostics);
        }
    }
    inline for (comptime std.meta.tags(Option)) |option| {
        if (comptime isPlain(@FieldType(Options, @tagName(option)))) {
            if (std.mem.eql(u8, name, @tagName(option))) {
                const Value = @FieldType(Options, @tagName(option));
                return ctx.set(option, try valueOf(Value, arena, value), diagnostics);
            }
        }
    }
    return error.Unexpected; // an option that this test does not know
}

fn isPlain(comptime Value: type) bool {
    return switch (@typeInfo(Value)) {
        .optional => |optional| isPlain(optional.child),
        .int, .bool, .@"enum" => true,
        .pointer => |pointer| @typeInfo(pointer.child) == .int,
        else => Value == daemonctx.Umask or Value == daemonctx.Timeout,
    };
}

/// A value of the table as the option's type has it.
fn valueOf(comptime Value: type, arena: std.mem.Allocator, value: []const u8) Outcome!Value {
    if (Value == daemonctx.Umask) return .{ .mask = try intOf(u32, value) };
    if (Value == daemonctx.Timeout) {
        const milliseconds = try numberOf(value);
        if (milliseconds < -1) return error.NotExpressible;
        return if (milliseconds == -1) .forever else .{ .milliseconds = @intCast(milliseconds) };
    }
    switch (@typeInfo(Value)) {
        .optional => |optional| return try valueOf(optional.child, arena, value),
        .int => return intOf(Value, value),
        .bool => return switch (try numberOf(value)) {
            0 => false,
            1 => true,
            else => error.NotExpressible,
        },
        .@"enum" => return @fromBackingInt(try intOf(u32, value)),
        .pointer => |pointer| {
            if (pointer.child == u8) return textOf(arena, value);
            var items: std.ArrayList(pointer.child) = .empty;
            var words = std.mem.tokenizeAny(u8, value, "[],");
            while (words.next()) |word| try items.append(arena, try intOf(pointer.child, word));
            return items.items;
        },
        else => comptime unreachable,
    }
}

fn streamOf(arena: std.mem.Allocator, form: []const u8, value: []const u8) Outcome!daemonctx.Stream {
    if (std.mem.eql(u8, form, "_null")) return .null;
    if (std.mem.eql(u8, form, "_inherit")) return .inherit;
    if (form.len == 0) return .{ .fd = try intOf(i32, value) };
    const split = std.mem.findScalarLast(u8, value, ' ') orelse
        return .{ .file = .{ .path = try textOf(arena, value) } };
    return .{ .file = .{ .path = try textOf(arena, value[0..split]), .mode = try intOf(u32, value[split + 1 ..]) } };
}

/// What is stored, as the table writes it: numbers decimal, texts in quotation marks.
fn stored(arena: std.mem.Allocator, ctx: *const DaemonContext, getter: []const u8) ![]const u8 {
    if (std.mem.startsWith(u8, getter, "signal_action(")) {
        const signal = try signalOf(getter["signal_action(".len .. getter.len - 1]);
        return std.fmt.allocPrint(arena, "{d}", .{@backingInt(try ctx.signalAction(signal))});
    }
    inline for (.{ .stdin, .stdout, .stderr }) |option| {
        const name = @tagName(option);
        if (std.mem.startsWith(u8, getter, name)) {
            const form = getter[name.len..];
            const stream = try ctx.get(option);
            if (std.mem.eql(u8, form, "_kind")) return std.fmt.allocPrint(arena, "{d}", .{@backingInt(stream)});
            return switch (stream) {
                .fd => |fd| if (form.len == 0) std.fmt.allocPrint(arena, "{d}", .{fd}) else "ERR_NOT_FOUND",
                .file => |file| if (form.len == 0)
                    "ERR_NOT_FOUND"
                else if (option == .stdin)
                    std.fmt.allocPrint(arena, "\"{s}\"", .{file.path})
                else
                    std.fmt.allocPrint(arena, "\"{s}\" {d}", .{ file.path, file.mode }),
                else => "ERR_NOT_FOUND",
            };
        }
    }
    inline for (comptime std.meta.tags(Option)) |option| {
        const Value = @FieldType(Options, @tagName(option));
        if (comptime isPlain(Value) or option == .pidfile) {
            if (comptime option == .clear_signal_map) continue;
            if (std.mem.eql(u8, getter, @tagName(option))) return written(arena, try ctx.get(option));
        }
    }
    return error.Unexpected; // a getter that this test does not know
}

fn written(arena: std.mem.Allocator, value: anytype) ![]const u8 {
    const Value = @TypeOf(value);
    return switch (@typeInfo(Value)) {
        .optional => if (value) |text| written(arena, text) else "null",
        .int => std.fmt.allocPrint(arena, "{d}", .{value}),
        .bool => if (value) "1" else "0",
        .@"enum" => std.fmt.allocPrint(arena, "{d}", .{@backingInt(value)}),
        .pointer => |pointer| if (pointer.child == u8)
            std.fmt.allocPrint(arena, "\"{s}\"", .{value})
        else
            listed(arena, value),
        .@"union" => if (Value == daemonctx.Timeout)
            std.fmt.allocPrint(arena, "{d}", .{value.toC()})
        else switch (value) {
            .mask => |mask| std.fmt.allocPrint(arena, "{d}", .{mask}),
            .inherit => "ERR_NOT_FOUND",
        },
        else => comptime unreachable,
    };
}

fn listed(arena: std.mem.Allocator, items: anytype) ![]const u8 {
    var text: std.ArrayList(u8) = .empty;
    for (items, 0..) |item, i| try text.print(arena, "{s}{d}", .{ if (i == 0) "" else ",", item });
    return std.fmt.allocPrint(arena, "[{s}]", .{text.items});
}

/// A stored value of the table as `stored` writes it.
fn canonical(arena: std.mem.Allocator, value: []const u8) ![]const u8 {
    if (value[0] == '"') {
        const split = std.mem.findScalarLast(u8, value, '"').?;
        const rest = std.mem.findScalarPos(u8, value, split, ' ') orelse
            return std.fmt.allocPrint(arena, "\"{s}\"", .{try textOf(arena, value)});
        const number = try numberOf(value[rest + 1 ..]);
        return std.fmt.allocPrint(arena, "\"{s}\" {d}", .{ try textOf(arena, value[0..rest]), number });
    }
    return if (numberOf(value)) |number| std.fmt.allocPrint(arena, "{d}", .{number}) else |_| value;
}

/// "text" or "text"*N.
fn textOf(arena: std.mem.Allocator, value: []const u8) Outcome![]const u8 {
    if (std.mem.eql(u8, value, "null")) return error.NotExpressible;
    const end = std.mem.findScalarLast(u8, value, '"') orelse return error.Unexpected;
    const text = value[1..end];
    if (end + 1 == value.len) return text;
    const times = std.fmt.parseInt(usize, value[end + 2 ..], 10) catch return error.Unexpected;
    const whole = try arena.alloc(u8, text.len * times);
    for (whole, 0..) |*byte, i| byte.* = text[i % text.len];
    return whole;
}

fn signalOf(value: []const u8) Outcome!std.posix.SIG {
    if (std.mem.startsWith(u8, value, "SIG")) {
        return std.meta.stringToEnum(std.posix.SIG, value[3..]) orelse error.Unexpected;
    }
    return @fromBackingInt(@as(u32, @bitCast(try intOf(i32, value))));
}

fn numberOf(value: []const u8) Outcome!i64 {
    if (std.mem.eql(u8, value, "$uid")) return std.c.getuid();
    if (std.mem.eql(u8, value, "$gid")) return std.c.getgid();
    return std.fmt.parseInt(i64, value, 0) catch error.Unexpected;
}

/// All 64 bits of a number below 0 are those of the unsigned one.
fn intOf(comptime Int: type, value: []const u8) Outcome!Int {
    const number = try numberOf(value);
    return if (Int == u64) @bitCast(number) else std.math.cast(Int, number) orelse error.NotExpressible;
}
