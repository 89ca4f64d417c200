//! The C ABI's functions on one context, as methods whose arguments cannot be wrong: the only place that calls them.

use std::ffi::{c_void, CStr};
use std::marker::PhantomData;
use std::os::fd::RawFd;
use std::ptr::{self, NonNull};

use daemonctx_sys as sys;

use crate::error::{Detail, Error};
use crate::status::{Status, Step};

#[macro_use]
mod macros;

/// A context of the C library; freed when dropped.
///
/// Not `Sync`: one thread at a time may use it, but for the methods of [`Raw::any_thread`].
#[derive(Debug)]
pub(crate) struct Raw {
    handle: NonNull<sys::daemonctx_context_t>,
}

// SAFETY: a context is not tied to the thread that made it.
unsafe impl Send for Raw {}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: the handle came from daemonctx_new(), and nothing uses it after this.
        unsafe { sys::daemonctx_free(self.handle.as_ptr()) }
    }
}

// What getters borrow lives until that option is set or unset. Setters are reached only through a Builder, which owns its
// context: so no reference that a caller got from `&DaemonContext` is alive then. This crate itself keeps none.
impl Raw {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut handle = ptr::null_mut();
        // SAFETY: the function writes a pointer on success.
        let status = unsafe { sys::daemonctx_new(&mut handle) };
        let made = if status >= 0 { NonNull::new(handle) } else { None };
        made.map(|handle| Self { handle }).ok_or_else(|| Error::unrecorded("cannot create a context", status))
    }

    calls! {
        check() => daemonctx_check;
        open() => daemonctx_open;
        launch() => daemonctx_launch;
        close() => daemonctx_close;
        reopen_streams() => daemonctx_reopen_streams;
        dispatch() => daemonctx_dispatch;
        wait_events(milliseconds: i32) => daemonctx_wait_events;
        preserve(fd: RawFd) => daemonctx_preserve;
        set_umask(mask: u32) => daemonctx_set_umask;
        set_umask_inherit() => daemonctx_set_umask_inherit;
        set_detach_process(value: u32) => daemonctx_set_detach_process;
        set_signal_action(signum: i32, action: u32) => daemonctx_set_signal_action;
        unset_signal(signum: i32) => daemonctx_unset_signal;
        clear_signal_map() => daemonctx_clear_signal_map;
        set_signal_reset(value: u32) => daemonctx_set_signal_reset;
        set_uid(id: u32) => daemonctx_set_uid;
        set_gid(id: u32) => daemonctx_set_gid;
        unset_chroot_directory() => daemonctx_unset_chroot_directory;
        unset_pidfile() => daemonctx_unset_pidfile;
        unset_uid() => daemonctx_unset_uid;
        unset_gid() => daemonctx_unset_gid;
        unset_user() => daemonctx_unset_user;
        unset_group() => daemonctx_unset_group;
        unset_groups() => daemonctx_unset_groups;
        set_prevent_core(enabled: i32) => daemonctx_set_prevent_core;
        set_stdin(fd: RawFd) => daemonctx_set_stdin;
        set_stdin_null() => daemonctx_set_stdin_null;
        set_stdin_inherit() => daemonctx_set_stdin_inherit;
        set_stdout(fd: RawFd) => daemonctx_set_stdout;
        set_stdout_null() => daemonctx_set_stdout_null;
        set_stdout_inherit() => daemonctx_set_stdout_inherit;
        set_stderr(fd: RawFd) => daemonctx_set_stderr;
        set_stderr_null() => daemonctx_set_stderr_null;
        set_stderr_inherit() => daemonctx_set_stderr_inherit;
        set_detach_method(value: u32) => daemonctx_set_detach_method;
        set_ready_mode(value: u32) => daemonctx_set_ready_mode;
        set_ready_timeout(milliseconds: i32) => daemonctx_set_ready_timeout;
        set_stream_switch(value: u32) => daemonctx_set_stream_switch;
        set_no_new_privs(enabled: i32) => daemonctx_set_no_new_privs;
        set_capabilities(kept: u64) => daemonctx_set_capabilities;
        set_close_at_exit(enabled: i32) => daemonctx_set_close_at_exit;
        is_open() => daemonctx_is_open;
        daemon_pid() => daemonctx_daemon_pid;
    }
    text_setters! {
        set_chroot_directory() => daemonctx_set_chroot_directory;
        set_working_directory() => daemonctx_set_working_directory;
        set_pidfile() => daemonctx_set_pidfile;
        set_user() => daemonctx_set_user;
        set_group() => daemonctx_set_group;
        set_stdin_path() => daemonctx_set_stdin_path;
        set_stdout_path(mode: u32) => daemonctx_set_stdout_path;
        set_stderr_path(mode: u32) => daemonctx_set_stderr_path;
    }
    number_getters! {
        umask: u32 => daemonctx_get_umask;
        detach_process: u32 => daemonctx_get_detach_process;
        detach_reason: u32 => daemonctx_detach_reason;
        signal_reset: u32 => daemonctx_get_signal_reset;
        uid: u32 => daemonctx_get_uid;
        gid: u32 => daemonctx_get_gid;
        prevent_core: i32 => daemonctx_get_prevent_core;
        stdin_kind: u32 => daemonctx_get_stdin_kind;
        stdin: RawFd => daemonctx_get_stdin;
        stdout_kind: u32 => daemonctx_get_stdout_kind;
        stdout: RawFd => daemonctx_get_stdout;
        stderr_kind: u32 => daemonctx_get_stderr_kind;
        stderr: RawFd => daemonctx_get_stderr;
        detach_method: u32 => daemonctx_get_detach_method;
        ready_mode: u32 => daemonctx_get_ready_mode;
        ready_timeout: i32 => daemonctx_get_ready_timeout;
        stream_switch: u32 => daemonctx_get_stream_switch;
        no_new_privs: i32 => daemonctx_get_no_new_privs;
        capabilities: u64 => daemonctx_get_capabilities;
        close_at_exit: i32 => daemonctx_get_close_at_exit;
    }
    text_getters! {
        chroot_directory => daemonctx_get_chroot_directory;
        working_directory => daemonctx_get_working_directory;
        pidfile => daemonctx_get_pidfile;
        user => daemonctx_get_user;
        group => daemonctx_get_group;
        stdin_path => daemonctx_get_stdin_path;
    }
    path_and_mode_getters! {
        stdout_path => daemonctx_get_stdout_path;
        stderr_path => daemonctx_get_stderr_path;
    }
    list_getters! {
        files_preserve: RawFd => daemonctx_get_files_preserve;
        groups: u32 => daemonctx_get_groups;
        state: u8 => daemonctx_get_state;
    }
    hook_setters! {
        set_prepare_hook => daemonctx_set_prepare_hook;
        set_launcher_hook => daemonctx_set_launcher_hook;
        set_daemon_hook => daemonctx_set_daemon_hook;
        set_privileged_hook => daemonctx_set_privileged_hook;
    }

    /// # Safety
    /// As for a hook.
    pub(crate) unsafe fn set_pidfile_manager(
        &self,
        enter: sys::daemonctx_hook_fn,
        exit: sys::daemonctx_hook_fn,
        user_data: *mut c_void,
    ) -> i32 {
        // SAFETY: the handle is valid; the rest is the caller's promise.
        unsafe { sys::daemonctx_set_pidfile_manager(self.handle.as_ptr(), enter, exit, user_data) }
    }

    /// # Safety
    /// As for a hook.
    pub(crate) unsafe fn set_trace(&self, trace: sys::daemonctx_trace_fn, user_data: *mut c_void) -> i32 {
        // SAFETY: the handle is valid; the rest is the caller's promise.
        unsafe { sys::daemonctx_set_trace(self.handle.as_ptr(), trace, user_data) }
    }

    /// # Safety
    /// As for a hook.
    pub(crate) unsafe fn set_signal_handler(
        &self,
        signum: i32,
        handler: sys::daemonctx_signal_fn,
        user_data: *mut c_void,
    ) -> i32 {
        // SAFETY: the handle is valid; the rest is the caller's promise.
        unsafe { sys::daemonctx_set_signal_handler(self.handle.as_ptr(), signum, handler, user_data) }
    }

    /// # Safety
    /// The function makes only async-signal-safe calls.
    pub(crate) unsafe fn set_signal_async_handler(&self, signum: i32, handler: sys::daemonctx_async_signal_fn) -> i32 {
        // SAFETY: the handle is valid; the rest is the caller's promise.
        unsafe { sys::daemonctx_set_signal_async_handler(self.handle.as_ptr(), signum, handler) }
    }

    pub(crate) fn set_files_preserve(&self, fds: &[RawFd]) -> i32 {
        // SAFETY: the handle is valid, and there are so many; they are copied.
        unsafe { sys::daemonctx_set_files_preserve(self.handle.as_ptr(), fds.as_ptr(), fds.len()) }
    }

    pub(crate) fn set_groups(&self, ids: &[u32]) -> i32 {
        // SAFETY: the handle is valid, and there are so many; they are copied.
        unsafe { sys::daemonctx_set_groups(self.handle.as_ptr(), ids.as_ptr(), ids.len()) }
    }

    pub(crate) fn set_state(&self, bytes: &[u8]) -> i32 {
        // SAFETY: the handle is valid, and there are so many; they are copied.
        unsafe { sys::daemonctx_set_state(self.handle.as_ptr(), bytes.as_ptr().cast(), bytes.len()) }
    }

    pub(crate) fn signal_fd(&self) -> Result<RawFd, Error> {
        let mut fd = -1;
        // SAFETY: the handle is valid, and the function writes one number.
        let status = unsafe { sys::daemonctx_signal_fd(self.handle.as_ptr(), &mut fd) };
        self.recorded(status).map(|_| fd)
    }

    pub(crate) fn signal_action(&self, signum: i32) -> Option<u32> {
        let mut action = 0;
        // SAFETY: the handle is valid, and the function writes one number.
        let status = unsafe { sys::daemonctx_get_signal_action(self.handle.as_ptr(), signum, &mut action) };
        (status >= 0).then_some(action)
    }

    /// What the launcher stored, in a program that was started again.
    pub(crate) fn inherited_state(&self) -> Option<&'static [u8]> {
        let mut bytes = ptr::null();
        let mut length = 0;
        // SAFETY: the handle is valid, and the function writes a pointer and a length, or nothing.
        let status = unsafe { sys::daemonctx_get_inherited_state(self.handle.as_ptr(), &mut bytes, &mut length) };
        match (status >= 0, bytes.is_null()) {
            (false, _) => None,
            (true, true) => Some(&[]),
            // SAFETY: there are so many, and they live until the process ends.
            (true, false) => Some(unsafe { std::slice::from_raw_parts(bytes.cast(), length) }),
        }
    }

    /// The C handle, for programs that call the C ABI themselves.
    pub(crate) fn as_ptr(&self) -> *mut sys::daemonctx_context_t {
        self.handle.as_ptr()
    }

    /// The calls that any thread may make at any time.
    pub(crate) fn any_thread(&self) -> AnyThread<'_> {
        AnyThread { handle: self.handle, lifetime: PhantomData }
    }

    /// The detail of the last failed call, which returned this.
    pub(crate) fn error(&self, status: i32) -> Error {
        let handle = self.handle.as_ptr();
        // SAFETY: the handle is valid.
        let step = unsafe { sys::daemonctx_error_step(handle) };
        // SAFETY: the handle is valid.
        let errno = unsafe { sys::daemonctx_error_errno(handle) };
        // SAFETY: the handle is valid.
        let pid = unsafe { sys::daemonctx_error_pid(handle) };
        // SAFETY: the handle is valid.
        let exit_code = unsafe { sys::daemonctx_error_exit_code(handle) };
        // SAFETY: the handle is valid.
        let signal = unsafe { sys::daemonctx_error_signal(handle) };
        // SAFETY: the handle is valid, and the function returns a text that lives until the next failing call.
        let message = unsafe { CStr::from_ptr(sys::daemonctx_error_message(handle)) };
        Error::from(Detail {
            status: Status::from_raw(status),
            step: Step::from_raw(step),
            errno,
            pid,
            exit_code,
            signal,
            message: message.to_string_lossy().into_owned(),
        })
    }

    /// Ok, or the detail of the failed call.
    pub(crate) fn recorded(&self, status: i32) -> Result<i32, Error> {
        if status < 0 {
            Err(self.error(status))
        } else {
            Ok(status)
        }
    }
}

/// See [`Raw::any_thread`].
pub(crate) struct AnyThread<'raw> {
    handle: NonNull<sys::daemonctx_context_t>,
    lifetime: PhantomData<&'raw Raw>,
}

impl AnyThread<'_> {
    calls! {
        notify_ready() => daemonctx_notify_ready;
        terminate(signum: i32) => daemonctx_terminate;
    }

    pub(crate) fn notify_failed(&self, exit_code: i32, text: &CStr) -> i32 {
        // SAFETY: the handle is valid, and the text is NUL-terminated; it is copied.
        unsafe { sys::daemonctx_notify_failed(self.handle.as_ptr(), exit_code, text.as_ptr()) }
    }

    pub(crate) fn terminating_signal(&self) -> Option<i32> {
        let mut signum = 0;
        // SAFETY: the handle is valid, and the function writes one number.
        let answer = unsafe { sys::daemonctx_is_terminating(self.handle.as_ptr(), &mut signum) };
        (answer == 1).then_some(signum)
    }
}
