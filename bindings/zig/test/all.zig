//! all.zig: every test of the package, and every declaration, so that the compiler looks at what no test uses.

const std = @import("std");
const daemonctx = @import("daemonctx");

test {
    _ = @import("bad_input.zig");
    _ = @import("launch.zig");
    _ = @import("values.zig");
    _ = @import("vectors.zig");
    std.testing.refAllDecls(daemonctx);
    std.testing.refAllDecls(daemonctx.DaemonContext);
    std.testing.refAllDecls(daemonctx.HookContext);
    std.testing.refAllDecls(daemonctx.pidfile);
}
