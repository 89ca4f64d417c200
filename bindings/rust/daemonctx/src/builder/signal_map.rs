//! The signal map: entries that are laid over the default one.

use std::ffi::c_int;

use daemonctx_sys as sys;

use super::Builder;
use crate::inner::{self, lock};
use crate::options::{SignalAction, SignalReset};
use crate::signals::{Disposition, SignalContext};

const SIGNAL_MAP: &str = "signal_map";

impl Builder {
    /// What signals do in the daemon. The entries are laid over the default: SIGTTIN, SIGTTOU and SIGTSTP are ignored, SIGTERM
    /// asks the daemon to end. Signals outside the map keep the disposition that the program gave them.
    ///
    /// ```
    /// use daemonctx::{signal, DaemonContext, Disposition, SignalAction};
    ///
    /// # fn main() -> Result<(), daemonctx::Error> {
    /// let context = DaemonContext::builder()
    ///     .signal_map([
    ///         (signal::SIGINT, Disposition::Terminate),
    ///         (signal::SIGHUP, Disposition::handler(|context| drop(context.reopen_streams()))),
    ///     ])
    ///     .build()?;
    /// assert_eq!(context.signal_action(signal::SIGHUP), Some(SignalAction::Handler));
    /// assert_eq!(context.signal_action(signal::SIGTERM), Some(SignalAction::Terminate));
    /// # Ok(())
    /// # }
    /// ```
    pub fn signal_map(self, entries: impl IntoIterator<Item = (i32, Disposition)>) -> Self {
        entries.into_iter().fold(self, |builder, (signum, disposition)| builder.signal(signum, disposition))
    }

    /// One entry of the signal map.
    pub fn signal(self, signum: i32, disposition: Disposition) -> Self {
        let action = match disposition {
            Disposition::Ignore => SignalAction::Ignore,
            Disposition::Default => SignalAction::Default,
            Disposition::Terminate => SignalAction::Terminate,
            Disposition::Unset => return self.unset_signal(signum),
            Disposition::Handler(handler) => return self.handler(signum, handler),
        };
        self.set(&[(SIGNAL_MAP, signum)], |raw| raw.set_signal_action(signum, action as u32))
    }

    /// A deferred handler for a signal: short for [`signal`](Builder::signal) with [`Disposition::handler`].
    pub fn signal_handler(self, signum: i32, handler: impl FnMut(&SignalContext<'_>) + Send + 'static) -> Self {
        self.handler(signum, Box::new(handler))
    }

    /// A handler that is installed as it is, and called in signal context, in whichever thread the signal arrives.
    ///
    /// # Safety
    /// The function makes only async-signal-safe calls: it neither allocates nor takes a lock nor panics.
    pub unsafe fn signal_async_handler(self, signum: i32, handler: extern "C" fn(c_int)) -> Self {
        // SAFETY: the caller's promise.
        self.set(&[(SIGNAL_MAP, signum)], |raw| unsafe { raw.set_signal_async_handler(signum, Some(handler)) })
    }

    /// Take a signal out of the map.
    pub fn unset_signal(self, signum: i32) -> Self {
        self.set(&[(SIGNAL_MAP, signum)], |raw| raw.unset_signal(signum))
    }

    /// Take every signal out of the map, also those of the default.
    pub fn clear_signal_map(self) -> Self {
        let mapped: Vec<_> = self.refused_names().filter(|(name, _)| *name == SIGNAL_MAP).collect();
        let names = [vec![(SIGNAL_MAP, 0)], mapped].concat();
        self.set(&names, |raw| raw.clear_signal_map())
    }

    /// What happens to signals outside the map. Default: [`SignalReset::Mapped`].
    pub fn signal_reset(self, mode: SignalReset) -> Self {
        self.set_number("signal_reset", |raw| raw.set_signal_reset(mode as u32))
    }

    fn handler(self, signum: i32, handler: crate::signals::SignalHandler) -> Self {
        let user_data = self.inner().user_data();
        let run: sys::daemonctx_signal_fn = Some(inner::run_handler);
        let name = (SIGNAL_MAP, signum);
        // SAFETY: the user data is that of the context's Inner, which is never freed before the context.
        let told = self.set(&[name], |raw| unsafe { raw.set_signal_handler(signum, run, user_data) });
        if !told.is_refused(name) {
            lock(&told.inner().callbacks.handlers).insert(signum, handler);
        }
        told
    }
}
