//! Hooks, the trace, the pid file manager and signal handlers of the C probe, as closures.

use std::cell::Cell;
use std::ffi::c_void;
use std::os::fd::BorrowedFd;

use daemonctx::sys;
use daemonctx::{Disposition, Failure, HookContext, HookResult, PidfileManager, SignalContext, Status, Step};

use crate::contexts::{store, Context};
use crate::status_of;

type HookFn = sys::daemonctx_hook_fn;

// What a C callback is called with.
#[derive(Clone, Copy)]
struct Target {
    ctx: Context,
    user_data: *mut c_void,
}

// SAFETY: the probe's callbacks are called in the thread that opens, or dispatches, alone.
unsafe impl Send for Target {}

thread_local! {
    // The hook that is running: what the C probe does in it to its context it does to this. It has no destructor, as hooks
    // run at exit too.
    static RUNNING: Cell<Option<(Context, *const HookContext<'static>)>> = const { Cell::new(None) };
}

/// `None`: no hook runs.
pub fn preserve_in_hook(ctx: Context, fd: i32) -> Option<i32> {
    let running = RUNNING.get().filter(|(of, _)| *of == ctx)?.1;
    if fd < 0 {
        return None;
    }
    // SAFETY: the hook is running, so that its context is there; only the number of the descriptor is looked at.
    Some(status_of(unsafe { (*running).preserve(BorrowedFd::borrow_raw(fd)) }))
}

impl Target {
    fn call(self, hook: HookFn, context: &HookContext<'_>) -> HookResult {
        let running = std::ptr::from_ref(context).cast::<HookContext<'static>>();
        let outer = RUNNING.replace(Some((self.ctx, running)));
        // SAFETY: the probe's own function, and its user data.
        let code = hook.map_or(0, |hook| unsafe { hook(self.ctx, self.user_data) });
        RUNNING.set(outer);
        if code == 0 {
            Ok(())
        } else {
            Err(Failure::code(code).into())
        }
    }

    fn signal(self, handler: sys::daemonctx_signal_fn, context: &SignalContext<'_>) {
        if let Some(handler) = handler {
            // SAFETY: the probe's own function, and its user data.
            unsafe { handler(self.ctx, context.signal(), self.user_data) };
        }
    }

    fn trace(self, trace: sys::daemonctx_trace_fn, step: Step, ended: Result<(), Status>) {
        let status = ended.map_or_else(Status::as_raw, |()| sys::DAEMONCTX_OK);
        if let Some(trace) = trace {
            // SAFETY: the probe's own function, and its user data.
            unsafe { trace(self.ctx, step.as_raw(), status, self.user_data) };
        }
    }
}

macro_rules! hooks {
    ($($name:ident, $option:ident, $function:ident;)*) => {
        $(#[no_mangle]
        extern "C" fn $name(ctx: Context, hook: HookFn, user_data: *mut c_void) -> i32 {
            // SAFETY: the handle, the function and its user data are the probe's.
            let in_c = || unsafe { sys::$function(ctx, hook, user_data) };
            if hook.is_none() {
                return in_c(); // the crate has no way to take one out
            }
            let target = Target { ctx, user_data };
            store(ctx, move |options| options.$option(move |context| target.call(hook, context)), in_c)
        })*
    };
}

hooks! {
    wrapped_set_prepare_hook, prepare_hook, daemonctx_set_prepare_hook;
    wrapped_set_launcher_hook, launcher_hook, daemonctx_set_launcher_hook;
    wrapped_set_daemon_hook, daemon_hook, daemonctx_set_daemon_hook;
    wrapped_set_privileged_hook, privileged_hook, daemonctx_set_privileged_hook;
}

struct Manager {
    enter: HookFn,
    exit: HookFn,
    target: Target,
}

impl PidfileManager for Manager {
    fn enter(&mut self, context: &HookContext<'_>) -> HookResult {
        self.target.call(self.enter, context)
    }

    fn exit(&mut self, context: &HookContext<'_>) -> HookResult {
        self.target.call(self.exit, context)
    }
}

#[no_mangle]
extern "C" fn wrapped_set_pidfile_manager(ctx: Context, enter: HookFn, exit: HookFn, user_data: *mut c_void) -> i32 {
    // SAFETY: the handle, the functions and their user data are the probe's.
    let in_c = || unsafe { sys::daemonctx_set_pidfile_manager(ctx, enter, exit, user_data) };
    if enter.is_none() || exit.is_none() {
        return in_c();
    }
    let manager = Manager { enter, exit, target: Target { ctx, user_data } };
    store(ctx, |options| options.pidfile_manager(manager), in_c)
}

#[no_mangle]
extern "C" fn wrapped_set_trace(ctx: Context, trace: sys::daemonctx_trace_fn, user_data: *mut c_void) -> i32 {
    // SAFETY: the handle, the function and its user data are the probe's.
    let in_c = || unsafe { sys::daemonctx_set_trace(ctx, trace, user_data) };
    if trace.is_none() {
        return in_c();
    }
    let target = Target { ctx, user_data };
    store(ctx, move |options| options.trace(move |step, ended| target.trace(trace, step, ended)), in_c)
}

#[no_mangle]
extern "C" fn wrapped_set_signal_handler(
    ctx: Context,
    signum: i32,
    handler: sys::daemonctx_signal_fn,
    user_data: *mut c_void,
) -> i32 {
    // SAFETY: the handle, the function and its user data are the probe's.
    let in_c = || unsafe { sys::daemonctx_set_signal_handler(ctx, signum, handler, user_data) };
    if handler.is_none() {
        return in_c();
    }
    let target = Target { ctx, user_data };
    store(ctx, move |options| options.signal_handler(signum, move |context| target.signal(handler, context)), in_c)
}

#[no_mangle]
extern "C" fn wrapped_set_signal_action(ctx: Context, signum: i32, action: u32) -> i32 {
    // SAFETY: the handle is one of the probe's.
    let in_c = || unsafe { sys::daemonctx_set_signal_action(ctx, signum, action) };
    let disposition = match action {
        sys::DAEMONCTX_SIGNAL_ACTION_IGNORE => Disposition::Ignore,
        sys::DAEMONCTX_SIGNAL_ACTION_DEFAULT => Disposition::Default,
        sys::DAEMONCTX_SIGNAL_ACTION_TERMINATE => Disposition::Terminate,
        _ => return in_c(),
    };
    store(ctx, |options| options.signal(signum, disposition), in_c)
}

#[no_mangle]
extern "C" fn wrapped_set_signal_async_handler(ctx: Context, signum: i32, handler: Option<extern "C" fn(i32)>) -> i32 {
    match handler {
        Some(handler) => {
            // SAFETY: the probe's own function, which is async-signal-safe.
            let set = |options: daemonctx::Builder| unsafe { options.signal_async_handler(signum, handler) };
            // SAFETY: as above.
            store(ctx, set, || unsafe { sys::daemonctx_set_signal_async_handler(ctx, signum, Some(as_c(handler))) })
        }
        // SAFETY: the handle is one of the probe's.
        None => unsafe { sys::daemonctx_set_signal_async_handler(ctx, signum, None) },
    }
}

fn as_c(handler: extern "C" fn(i32)) -> unsafe extern "C" fn(i32) {
    handler
}
