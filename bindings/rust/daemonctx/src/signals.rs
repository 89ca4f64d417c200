//! Signals: their numbers, and what the signal map does with them.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use crate::error::Error;
use crate::inner::Inner;
use crate::status::Status;

/// The numbers of the signals that daemons use; the crate `libc` has all of them.
pub mod signal {
    /// The terminal is gone; daemons read their settings again.
    pub const SIGHUP: i32 = 1;
    /// Ctrl-C.
    pub const SIGINT: i32 = 2;
    /// Ctrl-\\.
    pub const SIGQUIT: i32 = 3;
    /// Ends a process, and cannot be handled.
    pub const SIGKILL: i32 = 9;
    /// Written to a pipe that nobody reads. Rust ignores it from the start.
    pub const SIGPIPE: i32 = 13;
    /// A timer of alarm(2).
    pub const SIGALRM: i32 = 14;
    /// Asks a process to end.
    pub const SIGTERM: i32 = 15;

    #[cfg(all(target_os = "linux", not(any(target_arch = "mips", target_arch = "mips64"))))]
    #[cfg(not(any(target_arch = "sparc", target_arch = "sparc64")))]
    mod numbers {
        pub const SIGUSR1: i32 = 10;
        pub const SIGUSR2: i32 = 12;
    }
    #[cfg(all(target_os = "linux", any(target_arch = "mips", target_arch = "mips64")))]
    mod numbers {
        pub const SIGUSR1: i32 = 16;
        pub const SIGUSR2: i32 = 17;
    }
    #[cfg(any(not(target_os = "linux"), target_arch = "sparc", target_arch = "sparc64"))]
    mod numbers {
        pub const SIGUSR1: i32 = 30;
        pub const SIGUSR2: i32 = 31;
    }
    /// For the program's own use.
    pub const SIGUSR1: i32 = numbers::SIGUSR1;
    /// For the program's own use.
    pub const SIGUSR2: i32 = numbers::SIGUSR2;
}

/// What a signal is to do in the daemon: one entry of [`Builder::signal_map`](crate::Builder::signal_map).
#[non_exhaustive]
pub enum Disposition {
    /// Nothing (the PEP's `None`).
    Ignore,
    /// Its default action.
    Default,
    /// Ask the daemon to end: see [`DaemonContext`](crate::DaemonContext#signals).
    Terminate,
    /// Whatever the program has set: the signal is not in the map.
    Unset,
    /// Call this, in normal context, from [`dispatch`](crate::DaemonContext::dispatch) or
    /// [`wait_events`](crate::DaemonContext::wait_events). [`Disposition::handler`] makes it.
    Handler(SignalHandler),
}

/// A deferred signal handler.
pub type SignalHandler = Box<dyn FnMut(&SignalContext<'_>) + Send>;

impl Disposition {
    /// A deferred handler: see [`Disposition::Handler`].
    pub fn handler(handler: impl FnMut(&SignalContext<'_>) + Send + 'static) -> Self {
        Self::Handler(Box::new(handler))
    }
}

impl fmt::Debug for Disposition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ignore => "Ignore",
            Self::Default => "Default",
            Self::Terminate => "Terminate",
            Self::Unset => "Unset",
            Self::Handler(_) => "Handler(..)",
        })
    }
}

/// What a deferred signal handler may do with the context that calls it.
#[derive(Debug)]
pub struct SignalContext<'call> {
    inner: &'call Inner,
    signum: i32,
    in_its_thread: PhantomData<Cell<()>>, // not Sync: the handler's thread alone uses the context
}

impl<'call> SignalContext<'call> {
    pub(crate) fn of(inner: &'call Inner, signum: i32) -> Self {
        Self { inner, signum, in_its_thread: PhantomData }
    }

    /// The signal that came. Several of one number that came before are one call.
    pub fn signal(&self) -> i32 {
        self.signum
    }

    /// Opens streams given as files again, for log rotation; if one cannot be opened, all stay as they are.
    ///
    /// # Errors
    /// [`Status::System`]: a file could not be opened. [`Status::State`]: the streams are not switched yet.
    pub fn reopen_streams(&self) -> Result<(), Error> {
        self.inner.raw().recorded(self.inner.raw().reopen_streams()).map(drop)
    }

    /// Asks the daemon to end, as if a signal mapped to [`Disposition::Terminate`] had come.
    ///
    /// # Errors
    /// [`Status::Range`]: the default action of that signal does not end a process. [`Status::State`]: not open.
    pub fn terminate(&self, signum: i32) -> Result<(), Status> {
        self.inner.terminate(signum)
    }
}
