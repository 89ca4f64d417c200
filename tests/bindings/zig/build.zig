//! Builds programs that depend on the package `daemonctx` as any other does: one with threads, the README's, and the
//! probe, which is the C probe's sources with their calls led through the module.

const std = @import("std");

const c_probe = "../../daemon/probe";

const flags: []const []const u8 = &.{
    "-D_GNU_SOURCE",
    // The library's inner names are global in an archive that zig makes: this is one of them.
    "-Dcontext_current=probe_context_current",
};

pub fn build(b: *std.Build) !void {
    const target = b.standardTargetOptions(.{});
    const optimize = b.standardOptimizeOption(.{});
    const package = b.dependency("daemonctx", .{ .target = target, .optimize = optimize });
    const module = package.module("daemonctx");

    const readme = b.option([]const u8, "readme", "The program that README.md of the package shows");
    const programs = b.step("programs", "Build the programs without the probe");
    for ([_]struct { []const u8, ?std.Build.LazyPath }{
        .{ "threads", b.path("threads.zig") },
        .{ "hello", if (readme) |path| b.graph.cwdRelativePath(path) else null },
    }) |named| {
        const name, const source = named;
        const program = b.addExecutable(.{ .name = name, .root_module = b.createModule(.{
            .root_source_file = source orelse continue,
            .target = target,
            .optimize = optimize,
            .imports = &.{.{ .name = "daemonctx", .module = module }},
        }) });
        const install = b.addInstallArtifact(program, .{});
        b.getInstallStep().dependOn(&install.step);
        programs.dependOn(&install.step);
    }

    const wrapped = b.addLibrary(.{ .name = "wrapped", .root_module = b.createModule(.{
        .root_source_file = b.path("probe/wrapped.zig"),
        .target = target,
        .optimize = optimize,
        .imports = &.{.{ .name = "daemonctx", .module = module }},
    }) });
    const probe = b.addExecutable(.{ .name = "daemonctx_zig_probe", .root_module = b.createModule(.{
        .target = target,
        .optimize = optimize,
        .link_libc = true,
    }) });
    probe.root_module.addIncludePath(b.path("../wrapped"));
    probe.root_module.addIncludePath(b.path("../../../c/include"));
    for (try cSources(b)) |name| {
        // What many threads do at once is left to C alone: the table of contexts in wrapped.zig has no lock.
        const is_wrapped = !std.mem.eql(u8, name, "threads.c");
        probe.root_module.addCSourceFiles(.{
            .root = b.path(c_probe),
            .files = &.{name},
            .flags = if (is_wrapped) flags else flags ++ .{"-DDAEMONCTX_TESTS_NOT_WRAPPED"},
        });
    }
    probe.root_module.linkLibrary(wrapped);
    b.installArtifact(probe);
}

fn cSources(b: *std.Build) ![]const []const u8 {
    const arena = b.graph.arena;
    const io = b.graph.io;
    const directory = b.path(c_probe);
    b.dependOnDirectoryContents(directory);
    const path = b.pathJoin(&.{ b.root.sub_path, c_probe });
    var opened = try b.root.root_dir.handle.openDir(io, path, .{ .iterate = true });
    defer opened.close(io);
    var names: std.ArrayList([]const u8) = .empty;
    var entries = opened.iterate();
    while (try entries.next(io)) |entry| {
        if (std.mem.endsWith(u8, entry.name, ".c")) try names.append(arena, try arena.dupe(u8, entry.name));
    }
    std.mem.sortUnstable([]const u8, names.items, {}, isBefore);
    return names.items;
}

fn isBefore(_: void, one: []const u8, other: []const u8) bool {
    return std.mem.lessThan(u8, one, other);
}
