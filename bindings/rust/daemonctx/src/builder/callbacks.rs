//! Hooks, the trace and a pid file manager.

use std::ffi::c_void;
use std::sync::Mutex;

use daemonctx_sys as sys;

use super::Builder;
use crate::hook::{Hook, HookContext, HookResult, PidfileManager};
use crate::inner::{self, lock, Callbacks};
use crate::raw::Raw;
use crate::status::{Status, Step};

type Setter = unsafe fn(&Raw, sys::daemonctx_hook_fn, *mut c_void) -> i32;
type Slot = fn(&Callbacks) -> &Mutex<Option<Hook>>;

impl Builder {
    /// A hook that runs in the launcher, once the plan stands and before threads are counted: a program stops its threads
    /// here. Default: none. Not called under re-exec.
    pub fn prepare_hook(self, hook: impl FnMut(&HookContext<'_>) -> HookResult + Send + 'static) -> Self {
        let run = Some(inner::run_prepare as _);
        self.hook("prepare_hook", Raw::set_prepare_hook, run, |callbacks| &callbacks.prepare, Box::new(hook))
    }

    /// A hook that runs in the launcher right after the fork, whenever the prepare hook ran: a program starts its threads
    /// again here. Default: none. Not called under re-exec.
    pub fn launcher_hook(self, hook: impl FnMut(&HookContext<'_>) -> HookResult + Send + 'static) -> Self {
        let run = Some(inner::run_launcher as _);
        self.hook("launcher_hook", Raw::set_launcher_hook, run, |callbacks| &callbacks.launcher, Box::new(hook))
    }

    /// A hook that runs first of all in the daemon, when descriptors are still open. Default: none. Not called under re-exec.
    pub fn daemon_hook(self, hook: impl FnMut(&HookContext<'_>) -> HookResult + Send + 'static) -> Self {
        let run = Some(inner::run_daemon as _);
        self.hook("daemon_hook", Raw::set_daemon_hook, run, |callbacks| &callbacks.daemon, Box::new(hook))
    }

    /// A hook that runs in the daemon with the launcher's privileges, after descriptors were closed and before root directory
    /// and identity change: the place to bind a low port. Default: none. What it opens it [keeps](HookContext::preserve).
    pub fn privileged_hook(self, hook: impl FnMut(&HookContext<'_>) -> HookResult + Send + 'static) -> Self {
        let run = Some(inner::run_privileged as _);
        self.hook("privileged_hook", Raw::set_privileged_hook, run, |callbacks| &callbacks.privileged, Box::new(hook))
    }

    /// Told of each step of a launch, in the launcher, once it is done; a failing step is the last. Default: none.
    ///
    /// A panic in it before the fork fails the launch with its words. One that comes later is kept, and goes on when `open` or
    /// `launch` returns in that process; in place the context is closed first.
    pub fn trace(self, trace: impl FnMut(Step, Result<(), Status>) + Send + 'static) -> Self {
        let user_data = self.inner().user_data();
        let told = self.set_number("trace", |raw| {
            // With a trace there is always a prepare hook: it fails the launch in the words of a trace that panicked.
            // SAFETY: the user data is that of the context's Inner, which is never freed before the context.
            match unsafe { raw.set_prepare_hook(Some(inner::run_prepare), user_data) } {
                // SAFETY: as above.
                0 => unsafe { raw.set_trace(Some(inner::run_trace), user_data) },
                refused => refused,
            }
        });
        if !told.is_refused(("trace", 0)) {
            *lock(&told.inner().callbacks.trace) = Some(Box::new(trace));
        }
        told
    }

    /// Callbacks that keep the pid file. Default: none. They replace a [path](Builder::pidfile).
    pub fn pidfile_manager(self, manager: impl PidfileManager + 'static) -> Self {
        let user_data = self.inner().user_data();
        let told = self.set(&[("pidfile_manager", 0), ("pidfile", 0)], |raw| {
            let (enter, exit) = (Some(inner::run_enter as _), Some(inner::run_exit as _));
            // SAFETY: the user data is that of the context's Inner, which is never freed before the context.
            unsafe { raw.set_pidfile_manager(enter, exit, user_data) }
        });
        if !told.is_refused(("pidfile_manager", 0)) {
            *lock(&told.inner().callbacks.manager) = Some(Box::new(manager));
        }
        told
    }

    fn hook(self, name: &'static str, setter: Setter, run: sys::daemonctx_hook_fn, slot: Slot, hook: Hook) -> Self {
        let user_data = self.inner().user_data();
        // SAFETY: the user data is that of the context's Inner, which is never freed before the context.
        let told = self.set_number(name, |raw| unsafe { setter(raw, run, user_data) });
        if !told.is_refused((name, 0)) {
            *lock(slot(&told.inner().callbacks)) = Some(hook);
        }
        told
    }
}
