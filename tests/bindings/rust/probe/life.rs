//! Making, opening, closing; readiness and events.

use std::ffi::{c_char, c_void};
use std::os::fd::{AsRawFd, BorrowedFd};

use daemonctx::{sys, DaemonContext, Event, Launch};

use crate::contexts::{self, Context};
use crate::{limit_of, set_errno, status_of, str_of};

#[no_mangle]
extern "C" fn wrapped_new(ret_ctx: *mut Context) -> i32 {
    let context = DaemonContext::builder().build().expect("the defaults are no mistake");
    // SAFETY: the probe hands over a place for it.
    unsafe { *ret_ctx = contexts::add(context) };
    sys::DAEMONCTX_OK
}

#[no_mangle]
extern "C" fn wrapped_free(ctx: Context) {
    if !ctx.is_null() && !contexts::remove(ctx) {
        // SAFETY: a call has it in hand, which C knows: it is freed when that returns.
        unsafe { sys::daemonctx_free(ctx) };
    }
}

macro_rules! calls {
    ($($name:ident, $method:ident, $function:ident;)*) => {
        $(#[no_mangle]
        extern "C" fn $name(ctx: Context) -> i32 {
            // SAFETY: the handle is one of the probe's.
            contexts::with(ctx, |context| status_of(context.$method()), || unsafe { sys::$function(ctx) })
        })*
    };
}

calls! {
    wrapped_check, check, daemonctx_check;
    wrapped_close, close, daemonctx_close;
    wrapped_reopen_streams, reopen_streams, daemonctx_reopen_streams;
}

#[no_mangle]
extern "C" fn wrapped_open(ctx: Context) -> i32 {
    // SAFETY: the handle is one of the probe's.
    contexts::with(
        ctx,
        |context| status_of(context.open().inspect_err(set_errno)),
        || unsafe { sys::daemonctx_open(ctx) },
    )
}

#[no_mangle]
extern "C" fn wrapped_launch(ctx: Context) -> i32 {
    let launch = |context: &mut DaemonContext| match context.launch() {
        Ok(Launch::Daemon) => sys::DAEMONCTX_OK,
        Ok(Launch::Launcher { .. }) => sys::DAEMONCTX_LAUNCHED,
        Err(error) => {
            set_errno(&error);
            error.status().as_raw()
        }
    };
    // SAFETY: the handle is one of the probe's.
    contexts::with(ctx, launch, || unsafe { sys::daemonctx_launch(ctx) })
}

#[no_mangle]
extern "C" fn wrapped_is_open(ctx: Context) -> i32 {
    // SAFETY: the handle is one of the probe's, or NULL.
    contexts::with(ctx, |context| context.is_open().into(), || unsafe { sys::daemonctx_is_open(ctx) })
}

#[no_mangle]
extern "C" fn wrapped_daemon_pid(ctx: Context) -> i32 {
    let pid = |context: &mut DaemonContext| context.daemon_pid().map_or(0, |pid| pid as i32);
    // SAFETY: the handle is one of the probe's, or NULL.
    contexts::with(ctx, pid, || unsafe { sys::daemonctx_daemon_pid(ctx) })
}

#[no_mangle]
extern "C" fn wrapped_terminate(ctx: Context, signum: i32) -> i32 {
    match contexts::handle(ctx) {
        Some(handle) => handle.terminate(signum).map_or_else(daemonctx::Status::as_raw, |()| 0),
        // SAFETY: the handle is one of the probe's, or NULL.
        None => unsafe { sys::daemonctx_terminate(ctx, signum) },
    }
}

#[no_mangle]
extern "C" fn wrapped_notify_ready(ctx: Context) -> i32 {
    match contexts::handle(ctx) {
        Some(handle) => status_of(handle.notify_ready()),
        // SAFETY: the handle is one of the probe's, or NULL.
        None => unsafe { sys::daemonctx_notify_ready(ctx) },
    }
}

#[no_mangle]
extern "C" fn wrapped_notify_failed(ctx: Context, exit_code: i32, message: *const c_char) -> i32 {
    match (contexts::handle(ctx), str_of(message)) {
        (Some(handle), Some(text)) => status_of(handle.notify_failed(exit_code, text)),
        // SAFETY: the handle is one of the probe's, or NULL; so is the text.
        _ => unsafe { sys::daemonctx_notify_failed(ctx, exit_code, message) },
    }
}

#[no_mangle]
extern "C" fn wrapped_is_terminating(ctx: Context, ret_signum: *mut i32) -> i32 {
    let Some(handle) = contexts::handle(ctx) else {
        // SAFETY: the handle is one of the probe's, or NULL.
        return unsafe { sys::daemonctx_is_terminating(ctx, ret_signum) };
    };
    let Some(signum) = handle.terminating_signal() else {
        return 0;
    };
    // SAFETY: NULL, or a place for it.
    if let Some(place) = unsafe { ret_signum.as_mut() } {
        *place = signum;
    }
    1
}

#[no_mangle]
extern "C" fn wrapped_signal_fd(ctx: Context, ret_fd: *mut i32) -> i32 {
    let ask = |context: &mut DaemonContext| match context.signal_fd() {
        Ok(fd) => {
            // SAFETY: the probe hands over a place for it.
            unsafe { *ret_fd = fd.as_raw_fd() };
            sys::DAEMONCTX_OK
        }
        Err(error) => error.status().as_raw(),
    };
    // SAFETY: the handle is one of the probe's.
    contexts::with(ctx, ask, || unsafe { sys::daemonctx_signal_fd(ctx, ret_fd) })
}

fn event_status(event: Result<Event, daemonctx::Error>) -> i32 {
    match event {
        Ok(Event::Terminated) => sys::DAEMONCTX_TERMINATED,
        Ok(Event::Idle) => sys::DAEMONCTX_IDLE,
        Ok(_) => sys::DAEMONCTX_OK,
        Err(error) => error.status().as_raw(),
    }
}

#[no_mangle]
extern "C" fn wrapped_dispatch(ctx: Context) -> i32 {
    // SAFETY: the handle is one of the probe's.
    contexts::with(ctx, |context| event_status(context.dispatch()), || unsafe { sys::daemonctx_dispatch(ctx) })
}

#[no_mangle]
extern "C" fn wrapped_wait_events(ctx: Context, timeout_ms: i32) -> i32 {
    // SAFETY: the handle is one of the probe's.
    let in_c = || unsafe { sys::daemonctx_wait_events(ctx, timeout_ms) };
    match limit_of(timeout_ms) {
        Some(limit) => contexts::with(ctx, |context| event_status(context.wait_events(limit)), in_c),
        None => in_c(),
    }
}

// Before open it is a setter of the list: the crate has the whole list only.
#[no_mangle]
extern "C" fn wrapped_preserve(ctx: Context, fd: i32) -> i32 {
    if let Some(status) = crate::callbacks::preserve_in_hook(ctx, fd) {
        return status;
    }
    // SAFETY: the handle is one of the probe's.
    let in_c = || unsafe { sys::daemonctx_preserve(ctx, fd) };
    let add = |context: &mut DaemonContext| {
        if fd < 0 || context.is_open() {
            return in_c();
        }
        let all = context.files_preserve().iter().copied().chain([fd]);
        // SAFETY: only their numbers are looked at.
        let all: Vec<_> = all.map(|fd| unsafe { BorrowedFd::borrow_raw(fd) }).collect();
        status_of(context.configure(|options| options.files_preserve(all)))
    };
    contexts::with(ctx, add, in_c)
}

#[no_mangle]
extern "C" fn wrapped_is_relaunched() -> i32 {
    daemonctx::is_relaunched().into()
}

#[no_mangle]
extern "C" fn wrapped_get_inherited_state(_: Context, ret_bytes: *mut *const c_void, ret_length: *mut usize) -> i32 {
    let Some(bytes) = daemonctx::inherited_state() else {
        return sys::DAEMONCTX_ERR_NOT_FOUND;
    };
    // SAFETY: the probe hands over places for both.
    unsafe { (*ret_bytes, *ret_length) = (bytes.as_ptr().cast(), bytes.len()) };
    sys::DAEMONCTX_OK
}
