//! The other options.

use std::ffi::{c_char, c_void};
use std::os::fd::BorrowedFd;

use daemonctx::{sys, Builder, DetachMethod, DetachProcess, ReadyMode, SignalReset, Stream, StreamSwitch};

use crate::contexts::{store, Context};
use crate::{limit_of, path_of, str_of};

// Each line is a setter of C, a way to call the crate's (None: it cannot hold the value), and the C function.
macro_rules! setters {
    ($($name:ident($($argument:ident: $kind:ty),*) => $change:expr, $function:ident;)*) => {
        $(#[no_mangle]
        extern "C" fn $name(ctx: Context, $($argument: $kind),*) -> i32 {
            // SAFETY: the handle and the values are the probe's.
            let in_c = || unsafe { sys::$function(ctx, $($argument),*) };
            let change: Option<Box<dyn FnOnce(Builder) -> Builder>> = $change;
            match change {
                Some(change) => store(ctx, change, in_c),
                None => in_c(),
            }
        })*
    };
}

type Change = Box<dyn FnOnce(Builder) -> Builder>;

fn change(change: impl FnOnce(Builder) -> Builder + 'static) -> Option<Change> {
    Some(Box::new(change))
}

fn with<T: 'static>(value: Option<T>, set: impl FnOnce(Builder, T) -> Builder + 'static) -> Option<Change> {
    value.map(|value| Box::new(move |options| set(options, value)) as Change)
}

fn flag(number: i32) -> Option<bool> {
    match number {
        0 | 1 => Some(number == 1),
        _ => None,
    }
}

fn owned_path(text: *const c_char) -> Option<std::path::PathBuf> {
    path_of(text).map(ToOwned::to_owned)
}

fn owned_str(text: *const c_char) -> Option<String> {
    str_of(text).map(ToOwned::to_owned)
}

fn list<T: Copy>(items: *const T, count: usize) -> Vec<T> {
    if items.is_null() {
        return Vec::new();
    }
    // SAFETY: the probe's list has so many.
    unsafe { std::slice::from_raw_parts(items, count) }.to_vec()
}

fn borrowed(fd: i32) -> Option<BorrowedFd<'static>> {
    // SAFETY: the probe keeps it open, or asks what becomes of a closed one: only its number is looked at.
    (fd >= 0).then(|| unsafe { BorrowedFd::borrow_raw(fd) })
}

fn file(path: *const c_char, mode: u32) -> Option<Stream> {
    path_of(path).map(|path| Stream::append(path).mode(mode))
}

fn among<T>(known: &[T], number: u32) -> Option<T>
where
    T: Copy + Into<Number>,
{
    known.iter().copied().find(|value| (*value).into().0 == number)
}

struct Number(u32);

macro_rules! numbers {
    ($($type:ident: $($value:ident),*;)*) => {
        $(impl From<$type> for Number {
            fn from(value: $type) -> Self {
                Self(value as u32)
            }
        }

        impl Known for $type {
            const ALL: &'static [Self] = &[$(Self::$value),*];
        })*
    };
}

trait Known: Sized + 'static {
    const ALL: &'static [Self];
}

numbers! {
    DetachProcess: No, Yes, Auto;
    DetachMethod: Auto, Fork, Reexec, ForkUnchecked;
    ReadyMode: OnOpen, Manual;
    StreamSwitch: AtOpen, AtReady;
    SignalReset: Mapped, All;
}

fn known<T: Known + Copy + Into<Number>>(number: u32) -> Option<T> {
    among(T::ALL, number)
}

fn detach_method(options: Builder, method: DetachMethod) -> Builder {
    match method {
        // SAFETY: the probe's threads have nothing in hand that its daemons use.
        DetachMethod::ForkUnchecked => unsafe { options.fork_unchecked() },
        checked => options.detach_method(checked),
    }
}

setters! {
    wrapped_set_files_preserve(fds: *const i32, count: usize) =>
        with(list(fds, count).into_iter().map(borrowed).collect::<Option<Vec<_>>>(), Builder::files_preserve),
        daemonctx_set_files_preserve;
    wrapped_set_groups(gids: *const u32, count: usize) =>
        with(Some(list(gids, count)), |options, ids| options.groups(&ids)), daemonctx_set_groups;
    wrapped_set_state(bytes: *const c_void, length: usize) =>
        with(Some(list(bytes.cast::<u8>(), length)), |options, bytes| options.state(&bytes)), daemonctx_set_state;
    wrapped_set_chroot_directory(path: *const c_char) =>
        with(owned_path(path), Builder::chroot_directory), daemonctx_set_chroot_directory;
    wrapped_set_working_directory(path: *const c_char) =>
        with(owned_path(path), Builder::working_directory), daemonctx_set_working_directory;
    wrapped_set_pidfile(path: *const c_char) => with(owned_path(path), Builder::pidfile), daemonctx_set_pidfile;
    wrapped_set_user(name: *const c_char) =>
        with(owned_str(name), |options, name| options.user(&name)), daemonctx_set_user;
    wrapped_set_group(name: *const c_char) =>
        with(owned_str(name), |options, name| options.group(&name)), daemonctx_set_group;
    wrapped_set_umask(mask: u32) => change(move |options| options.umask(mask)), daemonctx_set_umask;
    wrapped_set_umask_inherit() => change(Builder::umask_inherit), daemonctx_set_umask_inherit;
    wrapped_set_uid(uid: u32) => change(move |options| options.uid(uid)), daemonctx_set_uid;
    wrapped_set_gid(gid: u32) => change(move |options| options.gid(gid)), daemonctx_set_gid;
    wrapped_unset_chroot_directory() =>
        change(Builder::unset_chroot_directory), daemonctx_unset_chroot_directory;
    wrapped_unset_pidfile() => change(Builder::unset_pidfile), daemonctx_unset_pidfile;
    wrapped_unset_uid() => change(Builder::unset_uid), daemonctx_unset_uid;
    wrapped_unset_gid() => change(Builder::unset_gid), daemonctx_unset_gid;
    wrapped_unset_user() => change(Builder::unset_user), daemonctx_unset_user;
    wrapped_unset_group() => change(Builder::unset_group), daemonctx_unset_group;
    wrapped_unset_groups() => change(Builder::unset_groups), daemonctx_unset_groups;
    wrapped_unset_signal(signum: i32) => change(move |options| options.unset_signal(signum)), daemonctx_unset_signal;
    wrapped_clear_signal_map() => change(Builder::clear_signal_map), daemonctx_clear_signal_map;
    wrapped_set_prevent_core(enabled: i32) => with(flag(enabled), Builder::prevent_core), daemonctx_set_prevent_core;
    wrapped_set_no_new_privs(enabled: i32) => with(flag(enabled), Builder::no_new_privs), daemonctx_set_no_new_privs;
    wrapped_set_close_at_exit(enabled: i32) =>
        with(flag(enabled), Builder::close_at_exit), daemonctx_set_close_at_exit;
    wrapped_set_capabilities(kept: u64) => change(move |options| options.capabilities(kept)), daemonctx_set_capabilities;
    wrapped_set_ready_timeout(milliseconds: i32) =>
        with(limit_of(milliseconds), Builder::ready_timeout), daemonctx_set_ready_timeout;
    wrapped_set_detach_process(value: u32) => with(known(value), Builder::detach_process), daemonctx_set_detach_process;
    wrapped_set_detach_method(value: u32) => with(known(value), detach_method), daemonctx_set_detach_method;
    wrapped_set_ready_mode(value: u32) => with(known(value), Builder::ready_mode), daemonctx_set_ready_mode;
    wrapped_set_stream_switch(value: u32) => with(known(value), Builder::stream_switch), daemonctx_set_stream_switch;
    wrapped_set_signal_reset(value: u32) => with(known(value), Builder::signal_reset), daemonctx_set_signal_reset;
    wrapped_set_stdin_null() => change(|options| options.stdin(Stream::null())), daemonctx_set_stdin_null;
    wrapped_set_stdin_inherit() => change(|options| options.stdin(Stream::inherit())), daemonctx_set_stdin_inherit;
    wrapped_set_stdin(fd: i32) => with(borrowed(fd), Builder::stdin), daemonctx_set_stdin;
    wrapped_set_stdin_path(path: *const c_char) => with(file(path, 0), Builder::stdin), daemonctx_set_stdin_path;
    wrapped_set_stdout_null() => change(|options| options.stdout(Stream::null())), daemonctx_set_stdout_null;
    wrapped_set_stdout_inherit() => change(|options| options.stdout(Stream::inherit())), daemonctx_set_stdout_inherit;
    wrapped_set_stdout(fd: i32) => with(borrowed(fd), Builder::stdout), daemonctx_set_stdout;
    wrapped_set_stdout_path(path: *const c_char, mode: u32) =>
        with(file(path, mode), Builder::stdout), daemonctx_set_stdout_path;
    wrapped_set_stderr_null() => change(|options| options.stderr(Stream::null())), daemonctx_set_stderr_null;
    wrapped_set_stderr_inherit() => change(|options| options.stderr(Stream::inherit())), daemonctx_set_stderr_inherit;
    wrapped_set_stderr(fd: i32) => with(borrowed(fd), Builder::stderr), daemonctx_set_stderr;
    wrapped_set_stderr_path(path: *const c_char, mode: u32) =>
        with(file(path, mode), Builder::stderr), daemonctx_set_stderr_path;
}
