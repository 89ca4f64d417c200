//! Builds the package: the module `daemonctx`, the C library below it, the example, the tests.

const std = @import("std");

const c_root = "../../c";

pub fn build(b: *std.Build) void {
    const target = b.standardTargetOptions(.{});
    const optimize = b.standardOptimizeOption(.{});

    const module = b.addModule("daemonctx", .{
        .root_source_file = b.path("src/daemonctx.zig"),
        .target = target,
        .optimize = optimize,
        .link_libc = true,
    });
    const is_ported = addLibrary(b, module);

    const echod = b.addExecutable(.{ .name = "echod", .root_module = b.createModule(.{
        .root_source_file = b.path("examples/echod.zig"),
        .target = target,
        .optimize = optimize,
        .imports = &.{.{ .name = "daemonctx", .module = module }},
    }) });
    b.installArtifact(echod);

    const test_module = b.createModule(.{
        .root_source_file = b.path("test/all.zig"),
        .target = target,
        .optimize = optimize,
        .imports = &.{.{ .name = "daemonctx", .module = module }},
    });
    // One table of vectors for every language.
    test_module.addAnonymousImport("options.tsv", .{ .root_source_file = b.path("../../tests/vectors/options.tsv") });
    const tests = b.addTest(.{ .name = "daemonctx_zig_tests", .root_module = test_module });
    const install_tests = b.addInstallArtifact(tests, .{});
    b.step("build-tests", "Build the tests, and install their executable").dependOn(&install_tests.step);
    b.step("test", "Run the tests").dependOn(&b.addRunArtifact(tests).step);
    if (!is_ported) {
        const fail = b.addFail("the C library has platform files for Linux alone: only the step check can be built");
        echod.step.dependOn(&fail.step);
        tests.step.dependOn(&fail.step);
    }

    // Without code and linking, so that it is there for systems to which the C library is not ported yet.
    const checked = b.addTest(.{ .name = "check", .root_module = test_module });
    b.step("check", "Compile module and tests without making an executable").dependOn(&checked.step);
}

/// Gives the module the C library: built here from its sources, or with -fsys=daemonctx the one that is installed.
/// False: there is none for this system.
fn addLibrary(b: *std.Build, module: *std.Build.Module) bool {
    const target = module.resolved_target.?.result;
    if (b.systemIntegrationOption("daemonctx", .{})) {
        module.linkSystemLibrary("daemonctx", .{ .use_pkg_config = .force });
        return true;
    }
    if (target.os.tag != .linux) return false;
    const library = b.addLibrary(.{ .name = "daemonctx", .root_module = b.createModule(.{
        .target = module.resolved_target,
        .optimize = module.optimize,
        .link_libc = true,
    }) });
    const root = library.root_module;
    root.addCSourceFiles(.{
        .root = b.path(c_root),
        .files = cSources(b, "src/os/linux/") catch |err| std.debug.panic("cannot read {s}: {t}", .{ c_root, err }),
        .flags = &.{ "-std=c17", "-fvisibility=hidden", "-D_GNU_SOURCE", "-DDAEMONCTX_BUILD" },
    });
    root.addIncludePath(b.path(c_root ++ "/src"));
    root.addIncludePath(b.path(c_root ++ "/include"));
    if (hasBareFork(target)) root.addCMacro("DAEMONCTX_HAVE_BARE_FORK", "1");
    library.installHeadersDirectory(b.path(c_root ++ "/include"), "", .{});
    b.installArtifact(library);
    module.linkLibrary(library);
    return true;
}

/// The list of sources is in the C library's CMakeLists.txt, and nowhere else; of those for one system only the ones
/// wanted.
fn cSources(b: *std.Build, system: []const u8) ![]const []const u8 {
    const list = b.path(c_root ++ "/CMakeLists.txt");
    b.dependOnFileContents(list);
    const path = b.pathJoin(&.{ b.root.sub_path, list.src_path.sub_path });
    const arena = b.graph.arena;
    const text = try b.root.root_dir.handle.readFileAlloc(b.graph.io, path, arena, .limited(1 << 20));
    var sources: std.ArrayList([]const u8) = .empty;
    var words = std.mem.tokenizeAny(u8, text, " \t\r\n()");
    while (words.next()) |word| {
        if (!std.mem.startsWith(u8, word, "src/") or !std.mem.endsWith(u8, word, ".c")) continue;
        if (std.mem.startsWith(u8, word, "src/os/") and !std.mem.startsWith(u8, word, system)) continue;
        try sources.append(arena, word);
    }
    return sources.items;
}

/// Whether the C library has _Fork(), which CMake finds out by asking the headers: glibc 2.34, musl 1.2.2.
fn hasBareFork(target: std.Target) bool {
    if (target.abi.isMusl()) return true;
    const glibc = target.os.versionRange().gnuLibCVersion() orelse return false;
    return glibc.order(.{ .major = 2, .minor = 34, .patch = 0 }) != .lt;
}
