//! What any thread may do with a context.

use std::ffi::CString;
use std::sync::Arc;

use crate::error::Error;
use crate::inner::{flush_stdout, Inner};
use crate::status::Status;

/// A context in the hands of other threads: they may tell that the daemon is ready, or ask it to end.
///
/// ```no_run
/// # use daemonctx::{DaemonContext, ReadyMode, signal};
/// # fn main() -> Result<(), daemonctx::Error> {
/// let mut context = DaemonContext::builder().ready_mode(ReadyMode::Manual).open()?;
/// let handle = context.handle();
/// std::thread::spawn(move || {
///     // … the database is there
///     handle.notify_ready().expect("the launcher waits");
/// });
/// context.wait_events(None)?;
/// # Ok(())
/// # }
/// ```
///
/// It does not keep the context open: when that is dropped, the calls return [`Status::State`].
#[derive(Clone, Debug)]
pub struct Handle {
    inner: Arc<Inner>,
}

impl Handle {
    pub(crate) fn of(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    /// As [`DaemonContext::notify_ready`](crate::DaemonContext::notify_ready).
    ///
    /// # Errors
    /// As there.
    pub fn notify_ready(&self) -> Result<(), Error> {
        flush_stdout(); // what was written until now belongs to where the streams led until now
        told("cannot tell that the daemon is ready", self.inner.any_thread().notify_ready())
    }

    /// As [`DaemonContext::notify_failed`](crate::DaemonContext::notify_failed).
    ///
    /// # Errors
    /// As there.
    pub fn notify_failed(&self, exit_code: i32, text: &str) -> Result<(), Error> {
        const DEED: &str = "cannot tell that the daemon failed";
        let text = CString::new(text).map_err(|error| Error::nul(&format!("{DEED}: the text"), &error))?;
        told(DEED, self.inner.any_thread().notify_failed(exit_code, &text))
    }

    /// Asks the daemon to end, as if a signal mapped to [`Disposition::Terminate`](crate::Disposition::Terminate) had come.
    /// Async-signal-safe.
    ///
    /// Until the program asks for events it does not return: see [`DaemonContext`](crate::DaemonContext#signals).
    ///
    /// # Errors
    /// [`Status::Range`]: the default action of that signal does not end a process. [`Status::State`]: not open.
    pub fn terminate(&self, signum: i32) -> Result<(), Status> {
        self.inner.terminate(signum)
    }

    /// The signal that asks the daemon to end. Asking counts as asking for events.
    pub fn terminating_signal(&self) -> Option<i32> {
        self.inner.any_thread().terminating_signal()
    }
}

// These calls leave no detail in the context: another thread may be using it.
fn told(deed: &str, status: i32) -> Result<(), Error> {
    if status < 0 {
        Err(Error::unrecorded(deed, status))
    } else {
        Ok(())
    }
}
