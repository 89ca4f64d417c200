//! What a context is behind its handles: the C context, and the program's callbacks, which the C library calls through here.

use std::any::Any;
use std::collections::BTreeMap;
use std::error;
use std::ffi::{c_void, CString};
use std::fmt;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use daemonctx_sys as sys;

use crate::error::Error;
use crate::hook::{Failure, Hook, HookContext, HookResult, PidfileManager, Trace};
use crate::raw::{AnyThread, Raw};
use crate::signals::{SignalContext, SignalHandler};
use crate::status::{Status, Step};
use crate::stream::Kind;

pub(crate) type Panic = Box<dyn Any + Send>;

/// Shared by a context and its handles; it lives in one place, to which the C context's user data points.
pub(crate) struct Inner {
    raw: Raw, // first: it is freed before what its callbacks need
    pub(crate) callbacks: Callbacks,
}

// SAFETY: what other threads than the context's can reach (a Handle, a SignalFd) only makes the C library's calls that any
// thread may make at any time; `raw()` is for the one thread that has the DaemonContext, which is not Sync. The callbacks
// are behind mutexes.
unsafe impl Sync for Inner {}

#[derive(Default)]
pub(crate) struct Callbacks {
    pub(crate) prepare: Mutex<Option<Hook>>,
    pub(crate) launcher: Mutex<Option<Hook>>,
    pub(crate) daemon: Mutex<Option<Hook>>,
    pub(crate) privileged: Mutex<Option<Hook>>,
    pub(crate) manager: Mutex<Option<Box<dyn PidfileManager>>>,
    pub(crate) trace: Mutex<Option<Trace>>,
    pub(crate) handlers: Mutex<BTreeMap<i32, SignalHandler>>,
    pub(crate) trace_panic: Mutex<Option<Panic>>,
    pub(crate) handler_panic: Mutex<Option<Panic>>,
    // Not called, but kept as long: the streams' descriptors, which the C context knows by their numbers.
    pub(crate) streams: Mutex<[Option<Kind>; 3]>,
}

impl Inner {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self { raw: Raw::new()?, callbacks: Callbacks::default() })
    }

    /// For the thread that has the context.
    pub(crate) fn raw(&self) -> &Raw {
        &self.raw
    }

    /// For every thread.
    pub(crate) fn any_thread(&self) -> AnyThread<'_> {
        self.raw.any_thread()
    }

    pub(crate) fn terminate(&self, signum: i32) -> Result<(), Status> {
        match self.any_thread().terminate(signum) {
            status if status < 0 => Err(Status::from_raw(status)),
            _ => Ok(()),
        }
    }

    /// A text for people: a NUL in it is no reason to lose it.
    pub(crate) fn notify_failed(&self, exit_code: i32, text: &str) -> i32 {
        let text = CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default();
        self.any_thread().notify_failed(exit_code, &text)
    }

    // Of `Arc<Inner>`: the address stays, and is shared with the C library.
    pub(crate) fn user_data(&self) -> *mut c_void {
        std::ptr::from_ref(self).cast_mut().cast()
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Inner").field("raw", &self.raw).finish_non_exhaustive()
    }
}

/// A panic while it was held left nothing half-done that anyone reads.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What lies in the buffer would be written twice after a fork, and never by a launcher that ends with `_exit`.
pub(crate) fn flush_stdout() {
    let _ = io::stdout().flush(); // a stdout that is closed or full tells it the program at its next write
}

/// The words of a panic.
pub(crate) fn panic_text(payload: &Panic) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "a panic without words"
    }
}

// The user data of every callback is its context's Inner.
//
// SAFETY (of all callers): the C library hands over what was set together with the callback: `Inner::user_data` of an Inner
// in an Arc, which owns the C context, so that it is alive as long as the C library can call.
unsafe fn inner_of<'call>(user_data: *mut c_void) -> &'call Inner {
    // SAFETY: see above.
    unsafe { &*user_data.cast_const().cast() }
}

fn failed(inner: &Inner, error: &(dyn error::Error + Send + Sync + 'static)) -> i32 {
    let (code, text) = match error.downcast_ref::<Failure>() {
        Some(failure) => (failure.exit_code(), failure.text().map(str::to_owned)),
        None => (1, Some(error.to_string())),
    };
    if let Some(text) = text {
        inner.notify_failed(code, &text);
    }
    if code == 0 {
        1
    } else {
        code
    }
}

// Of a panic, in its words. Nothing of it may be left to panic on the way back to C: a payload's destructor can.
fn panicked(inner: &Inner, payload: Panic) -> i32 {
    let code = failed(inner, &Failure::new(1, panic_text(&payload)));
    discard(payload);
    code
}

fn discard(mut payload: Panic) {
    while let Err(another) = panic::catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        payload = another;
    }
}

// Calls a callback; no panic crosses into C, be it the callback's own or that of its error, which finds words and is dropped.
fn call<T: ?Sized>(
    inner: &Inner,
    slot: &Mutex<Option<Box<T>>>,
    with: impl FnOnce(&mut T, &HookContext<'_>) -> HookResult,
) -> i32 {
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        let mut held = match slot.try_lock() {
            Ok(held) => held,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return failed(inner, &Failure::new(1, "the callback runs already")),
        };
        match held.as_deref_mut().map_or(Ok(()), |callback| with(callback, &HookContext::of(inner))) {
            Ok(()) => 0,
            Err(error) => failed(inner, &*error),
        }
    }));
    let code = outcome.unwrap_or_else(|payload| panicked(inner, payload));
    // A forked child of a process with threads must not wait for a lock that one of them had.
    if inner.raw().detach_method() != Some(sys::DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED) {
        flush_stdout();
    }
    code
}

macro_rules! hooks {
    ($($name:ident => $slot:ident;)*) => {
        $(pub(crate) unsafe extern "C" fn $name(_: *mut sys::daemonctx_context_t, user_data: *mut c_void) -> i32 {
            // SAFETY: see inner_of.
            let inner = unsafe { inner_of(user_data) };
            call(inner, &inner.callbacks.$slot, |hook, context| hook(context))
        })*
    };
}

hooks! {
    run_launcher => launcher;
    run_daemon => daemon;
    run_privileged => privileged;
}

// The last chance to give up in the words of a trace that panicked: nothing has been forked yet.
pub(crate) unsafe extern "C" fn run_prepare(_: *mut sys::daemonctx_context_t, user_data: *mut c_void) -> i32 {
    // SAFETY: see inner_of.
    let inner = unsafe { inner_of(user_data) };
    if let Some(payload) = lock(&inner.callbacks.trace_panic).take() {
        return panicked(inner, payload);
    }
    call(inner, &inner.callbacks.prepare, |hook, context| hook(context))
}

pub(crate) unsafe extern "C" fn run_enter(_: *mut sys::daemonctx_context_t, user_data: *mut c_void) -> i32 {
    // SAFETY: see inner_of.
    let inner = unsafe { inner_of(user_data) };
    call(inner, &inner.callbacks.manager, |manager, context| manager.enter(context))
}

pub(crate) unsafe extern "C" fn run_exit(_: *mut sys::daemonctx_context_t, user_data: *mut c_void) -> i32 {
    // SAFETY: see inner_of.
    let inner = unsafe { inner_of(user_data) };
    call(inner, &inner.callbacks.manager, |manager, context| manager.exit(context))
}

pub(crate) unsafe extern "C" fn run_trace(
    _: *mut sys::daemonctx_context_t,
    step: sys::daemonctx_step_t,
    status: sys::daemonctx_status_t,
    user_data: *mut c_void,
) {
    // SAFETY: see inner_of.
    let inner = unsafe { inner_of(user_data) };
    if lock(&inner.callbacks.trace_panic).is_some() {
        return; // it is not called again before its panic has been told
    }
    let ended = if status < 0 { Err(Status::from_raw(status)) } else { Ok(()) };
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        if let Some(trace) = lock(&inner.callbacks.trace).as_mut() {
            trace(Step::from_raw(step), ended);
        }
    }));
    if let Err(payload) = outcome {
        *lock(&inner.callbacks.trace_panic) = Some(payload);
    }
    flush_stdout();
}

pub(crate) unsafe extern "C" fn run_handler(_: *mut sys::daemonctx_context_t, signum: i32, user_data: *mut c_void) {
    // SAFETY: see inner_of.
    let inner = unsafe { inner_of(user_data) };
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        if let Some(handler) = lock(&inner.callbacks.handlers).get_mut(&signum) {
            handler(&SignalContext::of(inner, signum));
        }
    }));
    if let Err(payload) = outcome {
        let mut first = lock(&inner.callbacks.handler_panic);
        if first.is_none() {
            *first = Some(payload);
        } else {
            drop(first);
            discard(payload);
        }
    }
}
