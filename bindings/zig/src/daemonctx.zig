//! daemonctx: a running program becomes a well-behaved Unix daemon (PEP 3143, DaemonContext).
//!
//! `DaemonContext` is the whole of it; `Options` lists what can be chosen, `Error` and `Diagnostics` what can go wrong,
//! and `pidfile` talks to the daemons of other processes.

const std = @import("std");
const options = @import("options.zig");

/// The C ABI as it is, for what the safe layer does not do.
pub const raw = @import("raw.zig");
/// The daemons of other processes, by their pid files.
pub const pidfile = @import("pidfile.zig");

/// A running program becomes a daemon.
pub const DaemonContext = @import("context.zig").DaemonContext;
/// What `DaemonContext.launch` came to.
pub const Launch = @import("context.zig").Launch;
/// What waiting for signals came to.
pub const Event = @import("context.zig").Event;

/// What can go wrong.
pub const Error = @import("status.zig").Error;
/// What is known of it.
pub const Diagnostics = @import("diagnostics.zig").Diagnostics;
/// What a call of the library returned.
pub const Status = @import("status.zig").Status;
/// A step of a launch.
pub const Step = @import("status.zig").Step;

/// The options of a context.
pub const Options = options.Options;
/// The name of one of them.
pub const Option = options.Option;
/// The type that `DaemonContext.get` gives for it.
pub const Stored = @import("stored.zig").Stored;
/// How to detach.
pub const DetachMethod = options.DetachMethod;
/// Whether to detach.
pub const DetachProcess = options.DetachProcess;
/// Why detaching is, or is not, required.
pub const DetachReason = options.DetachReason;
/// A pid file, or callbacks in its place.
pub const Pidfile = options.Pidfile;
/// When the daemon is ready.
pub const ReadyMode = options.ReadyMode;
/// What a stream of the daemon is.
pub const Stream = options.Stream;
/// When the streams are switched.
pub const StreamSwitch = options.StreamSwitch;
/// A time, at most.
pub const Timeout = options.Timeout;
/// A mask, or the launcher's.
pub const Umask = options.Umask;

/// An entry of the signal map.
pub const SignalEntry = options.SignalEntry;
/// What to do with a signal.
pub const SignalDisposition = options.SignalDisposition;
/// What is done with it.
pub const SignalAction = options.SignalAction;
/// What happens to signals outside the map.
pub const SignalReset = options.SignalReset;

/// A function that a launch calls.
pub const Hook = @import("callback.zig").Hook;
/// What it may do with the context.
pub const HookContext = @import("callback.zig").HookContext;
/// Functions that keep the pid file.
pub const PidfileManager = @import("callback.zig").PidfileManager;
/// A deferred signal handler.
pub const SignalHandler = @import("callback.zig").SignalHandler;
/// A handler in signal context.
pub const AsyncSignalHandler = @import("callback.zig").AsyncSignalHandler;
/// A function that is told of each step.
pub const Trace = @import("callback.zig").Trace;

/// The version of the library that runs; it may be newer than this module.
pub fn version() std.SemanticVersion {
    const number = raw.daemonctx_version();
    return .{ .major = number / 10000, .minor = number / 100 % 100, .patch = number % 100 };
}

/// The same as text, such as "1.0.0".
pub fn versionString() [:0]const u8 {
    return std.mem.span(raw.daemonctx_version_string());
}

/// Whether this process is one that the library started again (`DetachMethod.reexec`). What a program does before
/// `open` is then done a second time, in the daemon: it asks this to leave out what must be done once.
pub fn isRelaunched() bool {
    return raw.daemonctx_is_relaunched() == 1;
}

/// Whether a daemon started as this process was has to detach: `.required`, or why not.
pub fn isDetachRequired() DetachReason {
    var reason: u32 = 0;
    _ = raw.daemonctx_is_detach_required(&reason);
    return @fromBackingInt(reason);
}
