//! Signals as events.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::panic;
use std::sync::Arc;
use std::time::Duration;

use daemonctx_sys as sys;

use crate::context::DaemonContext;
use crate::error::Error;
use crate::inner::{lock, Inner};
use crate::status::Status;
use crate::timeout::milliseconds;

/// What [`DaemonContext::dispatch`] and [`DaemonContext::wait_events`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Whatever came was handled.
    Handled,
    /// The daemon is asked to end.
    Terminated,
    /// Nothing came in time.
    Idle,
}

impl DaemonContext {
    /// Waits for signals, and calls their deferred handlers; `None`: for ever.
    ///
    /// # Errors
    /// [`Status::State`]: the context is not open.
    ///
    /// # Panics
    /// If a handler did.
    pub fn wait_events(&mut self, limit: Option<Duration>) -> Result<Event, Error> {
        let status = self.inner().raw().wait_events(milliseconds(limit));
        self.event(status)
    }

    /// Calls the deferred handlers of the signals that came; it never waits.
    ///
    /// # Errors
    /// [`Status::State`]: the context is not open.
    ///
    /// # Panics
    /// If a handler did.
    pub fn dispatch(&mut self) -> Result<Event, Error> {
        let status = self.inner().raw().dispatch();
        self.event(status)
    }

    /// The descriptor that is readable when [`dispatch`](DaemonContext::dispatch) has work, for poll(2), epoll(7) and event
    /// loops. It may be asked for before the context is opened.
    ///
    /// # Errors
    /// [`Status::System`]: it could not be made.
    pub fn signal_fd(&mut self) -> Result<SignalFd, Error> {
        let fd = self.inner().raw().signal_fd()?;
        Ok(SignalFd { fd, inner: self.shared() })
    }

    /// Asks the daemon to end, as if a signal mapped to [`Disposition::Terminate`](crate::Disposition::Terminate) had come.
    ///
    /// # Errors
    /// As [`Handle::terminate`](crate::Handle::terminate).
    pub fn terminate(&self, signum: i32) -> Result<(), Status> {
        self.inner().terminate(signum)
    }

    /// The signal that asks the daemon to end. Asking counts as asking for events.
    pub fn terminating_signal(&self) -> Option<i32> {
        self.inner().any_thread().terminating_signal()
    }

    fn event(&self, status: i32) -> Result<Event, Error> {
        if let Some(payload) = lock(&self.inner().callbacks.handler_panic).take() {
            panic::resume_unwind(payload);
        }
        Ok(match self.recorded(status)? {
            sys::DAEMONCTX_TERMINATED => Event::Terminated,
            sys::DAEMONCTX_IDLE => Event::Idle,
            _ => Event::Handled,
        })
    }
}

/// The descriptor of [`DaemonContext::signal_fd`]: only to be polled. It is open as long as this, or its context, is there.
#[derive(Clone, Debug)]
pub struct SignalFd {
    fd: RawFd,
    #[allow(dead_code)] // it closes the descriptor when nobody has it any more
    inner: Arc<Inner>,
}

impl AsFd for SignalFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the C context has it open until it is freed, which it is not while this is there.
        unsafe { BorrowedFd::borrow_raw(self.fd) }
    }
}

impl AsRawFd for SignalFd {
    fn as_raw_fd(&self) -> RawFd {
        self.fd
    }
}
