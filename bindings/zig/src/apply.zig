//! apply.zig: hands an option over to its C setter.

const std = @import("std");
const callback = @import("callback.zig");
const diagnostics_zig = @import("diagnostics.zig");
const options = @import("options.zig");
const raw = @import("raw.zig");
const signal_zig = @import("signal.zig");
const text = @import("text.zig");

const Diagnostics = diagnostics_zig.Diagnostics;
const Error = @import("status.zig").Error;
const Handle = ?*raw.daemonctx_context_t;
const Option = options.Option;
const Options = options.Options;

/// Stores all options: the first refusal ends it.
pub fn applyAll(handle: Handle, given: Options, diagnostics: ?*Diagnostics) Error!void {
    inline for (comptime std.meta.tags(Option)) |option| {
        // The map is laid over the default, or over nothing: this must come first.
        if (option == .clear_signal_map) continue;
        if (option == .signal_map and given.clear_signal_map) try apply(handle, .clear_signal_map, true, diagnostics);
        try apply(handle, option, @field(given, @tagName(option)), diagnostics);
    }
}

/// Stores one option.
pub fn apply(
    handle: Handle,
    comptime option: Option,
    value: @FieldType(Options, @tagName(option)),
    diagnostics: ?*Diagnostics,
) Error!void {
    const name = @tagName(option);
    switch (option) {
        .working_directory => return applyText(text.Path, handle, name, value, diagnostics),
        .chroot_directory, .user, .group => {
            const given = value orelse return diagnostics_zig.recorded(diagnostics, handle, unsetter(name)(handle));
            const Text = if (option == .chroot_directory) text.Path else text.Name;
            return applyText(Text, handle, name, given, diagnostics);
        },
        .pidfile => return applyPidfile(handle, value, diagnostics),
        .stdin, .stdout, .stderr => return applyStream(handle, name, value, diagnostics),
        .signal_map => for (value) |entry| {
            try applySignal(handle, entry.signal, entry.disposition, diagnostics);
        },
        .clear_signal_map => if (value) {
            try diagnostics_zig.recorded(diagnostics, handle, raw.daemonctx_clear_signal_map(handle));
        },
        else => try diagnostics_zig.recorded(diagnostics, handle, store(handle, option, value)),
    }
}

fn store(handle: Handle, comptime option: Option, value: @FieldType(Options, @tagName(option))) i32 {
    const name = @tagName(option);
    const set = setter(name);
    return switch (option) {
        .files_preserve, .state => set(handle, value.ptr, value.len),
        .uid, .gid => if (value) |id| set(handle, id) else unsetter(name)(handle),
        .groups => if (value) |list| set(handle, list.ptr, list.len) else unsetter(name)(handle),
        .umask => switch (value) {
            .mask => |mask| set(handle, mask),
            .inherit => raw.daemonctx_set_umask_inherit(handle),
        },
        .prevent_core, .no_new_privs, .close_at_exit => set(handle, @intFromBool(value)),
        .detach_process, .detach_method, .ready_mode, .stream_switch, .signal_reset => set(handle, @backingInt(value)),
        .ready_timeout => set(handle, value.toC()),
        .capabilities => set(handle, value),
        .prepare_hook, .launcher_hook, .daemon_hook, .privileged_hook, .trace => if (value) |called|
            set(handle, called.function, called.user_data)
        else
            set(handle, null, null),
        else => comptime unreachable, // applied elsewhere
    };
}

/// Stores what a signal does.
pub fn applySignal(
    handle: Handle,
    signal: std.posix.SIG,
    disposition: options.SignalDisposition,
    diagnostics: ?*Diagnostics,
) Error!void {
    const signum: i32 = signal_zig.numberOf(signal);
    return diagnostics_zig.recorded(diagnostics, handle, switch (disposition) {
        .ignore => raw.daemonctx_set_signal_action(handle, signum, raw.DAEMONCTX_SIGNAL_ACTION_IGNORE),
        .default => raw.daemonctx_set_signal_action(handle, signum, raw.DAEMONCTX_SIGNAL_ACTION_DEFAULT),
        .terminate => raw.daemonctx_set_signal_action(handle, signum, raw.DAEMONCTX_SIGNAL_ACTION_TERMINATE),
        .unset => raw.daemonctx_unset_signal(handle, signum),
        .handler => |called| raw.daemonctx_set_signal_handler(handle, signum, called.function, called.user_data),
        .async_handler => |called| raw.daemonctx_set_signal_async_handler(handle, signum, called),
    });
}

fn applyText(
    comptime Text: type,
    handle: Handle,
    comptime name: []const u8,
    value: []const u8,
    diagnostics: ?*Diagnostics,
) Error!void {
    const copy: Text = .of(value);
    return textTaken(diagnostics, handle, name, copy.has_nul, setter(name)(handle, copy.pointer()));
}

// A text with a NUL in it reaches the setter as NULL, so that the refusal is remembered as every other is: the context
// cannot be opened until the option is set or unset.
fn textTaken(
    diagnostics: ?*Diagnostics,
    handle: Handle,
    comptime name: []const u8,
    has_nul: bool,
    returned: i32,
) Error!void {
    if (has_nul and returned == raw.DAEMONCTX_ERR_ARGUMENT and handle != null) {
        return diagnostics_zig.refused(diagnostics, name);
    }
    return diagnostics_zig.recorded(diagnostics, handle, returned);
}

fn applyPidfile(handle: Handle, value: ?options.Pidfile, diagnostics: ?*Diagnostics) Error!void {
    const pidfile = value orelse
        return diagnostics_zig.recorded(diagnostics, handle, raw.daemonctx_unset_pidfile(handle));
    switch (pidfile) {
        .path => |path| {
            const copy: text.Path = .of(path);
            const returned = raw.daemonctx_set_pidfile(handle, copy.pointer());
            return textTaken(diagnostics, handle, "pidfile", copy.has_nul, returned);
        },
        .manager => |manager| return diagnostics_zig.recorded(
            diagnostics,
            handle,
            raw.daemonctx_set_pidfile_manager(handle, manager.enter, manager.exit, manager.user_data),
        ),
    }
}

fn applyStream(
    handle: Handle,
    comptime name: []const u8,
    value: options.Stream,
    diagnostics: ?*Diagnostics,
) Error!void {
    switch (value) {
        .null => return diagnostics_zig.recorded(diagnostics, handle, setter(name ++ "_null")(handle)),
        .inherit => return diagnostics_zig.recorded(diagnostics, handle, setter(name ++ "_inherit")(handle)),
        .fd => |fd| return diagnostics_zig.recorded(diagnostics, handle, setter(name)(handle, fd)),
        .file => |file| {
            const copy: text.Path = .of(file.path);
            const set = setter(name ++ "_path");
            const returned = if (comptime std.mem.eql(u8, name, "stdin"))
                set(handle, copy.pointer()) // it is only read: no mode is needed to create it
            else
                set(handle, copy.pointer(), file.mode);
            return textTaken(diagnostics, handle, name, copy.has_nul, returned);
        },
    }
}

fn setter(comptime name: []const u8) @TypeOf(@field(raw, "daemonctx_set_" ++ name)) {
    return @field(raw, "daemonctx_set_" ++ name);
}

fn unsetter(comptime name: []const u8) @TypeOf(@field(raw, "daemonctx_unset_" ++ name)) {
    return @field(raw, "daemonctx_unset_" ++ name);
}
