//! The context: becoming a daemon, telling that it is ready, and closing.

use std::cell::Cell;
use std::fmt::Display;
use std::marker::PhantomData;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread;

use daemonctx_sys as sys;

use crate::builder::{self, Builder, Refusal};
use crate::error::Error;
use crate::handle::Handle;
use crate::inner::{flush_stdout, lock, panic_text, Inner};

/// A running program that is a daemon, for as long as this is open: PEP 3143's `DaemonContext`.
///
/// Its options are set with a [`Builder`]. [`open`](DaemonContext::open) returns in the daemon; the process that called it,
/// the *launcher*, has then ended with success. If there can be no daemon, it returns the reason in the launcher, which is
/// unchanged. Dropping it closes it: the pid file goes, and the signals are given back.
///
/// ```no_run
/// use daemonctx::{DaemonContext, Event};
///
/// fn main() -> Result<(), daemonctx::Error> {
///     let mut context = DaemonContext::builder().pidfile("/run/foo.pid").open()?;
///     while context.wait_events(None)? != Event::Terminated {
///         // signal handlers have run
///     }
///     Ok(())
/// }
/// ```
///
/// # Signals
///
/// Until the program asks for events ([`wait_events`](DaemonContext::wait_events), [`dispatch`](DaemonContext::dispatch),
/// [`signal_fd`](DaemonContext::signal_fd), [`terminating_signal`](DaemonContext::terminating_signal)), a signal mapped to
/// [`Disposition::Terminate`](crate::Disposition::Terminate), such as SIGTERM, ends it at once: the pid file goes, but no
/// destructor runs. From then on it is an event: the loop above ends, and destructors run.
///
/// # Descriptors
///
/// By fork, the daemon has a copy of all objects of the program, but of its descriptors only 0, 1, 2, the streams' and those
/// that are [preserved](Builder::files_preserve). An object that owns another one (a `File`, a `TcpStream`, a `Child`'s pipe)
/// is to be preserved or dropped before `open`: in the daemon its number belongs to nobody, or to somebody else. By
/// [re-exec](crate::DetachMethod::Reexec) no object crosses over, and so none can be wrong.
///
/// # Threads
///
/// A context can be sent to another thread, and one thread at a time uses it. A [`Handle`] is for the others: it tells that
/// the daemon is ready, or asks it to end.
///
/// # Panics in callbacks
///
/// No panic crosses into C. One in a hook or a pid file manager fails the launch (or the closing) with its words; one in a
/// signal handler goes on from the `dispatch` or `wait_events` that called it.
#[derive(Debug)]
pub struct DaemonContext {
    inner: Arc<Inner>,
    pub(crate) refusals: Vec<Refusal>,
    was_panicking: bool,
    in_one_thread: PhantomData<Cell<()>>, // not Sync
}

/// What [`DaemonContext::launch`] came to, in each of the two processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "both processes go on from here"]
pub enum Launch {
    /// This process is the daemon, and the context is open.
    Daemon,
    /// This process is the launcher, and the daemon runs. The context is closed, and can launch again.
    Launcher {
        /// The daemon's.
        pid: u32,
    },
}

impl DaemonContext {
    /// A builder with the PEP's defaults.
    ///
    /// # Panics
    /// If there is no memory for a context.
    pub fn builder() -> Builder {
        Builder::of(Self::new().expect("no memory for a context"))
    }

    fn new() -> Result<Self, Error> {
        Ok(Self {
            inner: Arc::new(Inner::new()?),
            refusals: Vec::new(),
            was_panicking: thread::panicking(),
            in_one_thread: PhantomData,
        })
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(crate) fn shared(&self) -> Arc<Inner> {
        Arc::clone(&self.inner)
    }

    pub(crate) fn recorded(&self, status: i32) -> Result<i32, Error> {
        self.inner.raw().recorded(status)
    }

    /// Changes options of a closed context; what is left out stays as it is.
    ///
    /// ```
    /// # use daemonctx::DaemonContext;
    /// # fn main() -> Result<(), daemonctx::Error> {
    /// let mut context = DaemonContext::builder().umask(0o27).build()?;
    /// context.configure(|options| options.working_directory("/tmp"))?;
    /// assert_eq!(context.umask(), Some(0o27));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The first option that was refused; those that were taken are stored. A refusal is remembered until the option is set
    /// with success: opening returns it.
    pub fn configure(&mut self, change: impl FnOnce(Builder) -> Builder) -> Result<(), Error> {
        let stand_in = Self::new()?; // the context itself goes through the caller's hands
        let changed = change(Builder::of(std::mem::replace(self, stand_in)));
        let refused = changed.first_refused_here();
        *self = changed.into_context();
        refused.map_or(Ok(()), Err)
    }

    /// Dry run: tells what opening would refuse before it changes anything.
    ///
    /// # Errors
    /// That.
    pub fn check(&mut self) -> Result<(), Error> {
        self.refused()?;
        self.recorded(self.inner.raw().check()).map(drop)
    }

    /// Become a daemon: it returns in the daemon. An open context is left as it is.
    ///
    /// What is left in the buffer of [`std::io::stdout`] is written before. With `detach_process` off, or where detaching is
    /// not required, this process itself becomes the daemon.
    ///
    /// # Errors
    /// Why there is no daemon; the launcher is unchanged. In place, the steps before the one that failed stay done.
    pub fn open(&mut self) -> Result<(), Error> {
        self.refused()?;
        flush_stdout();
        let status = self.inner.raw().open();
        self.launched(status).map(drop)
    }

    /// As [`open`](DaemonContext::open), but returns in the launcher too, which can launch again.
    ///
    /// # Errors
    /// Why there is no daemon.
    pub fn launch(&mut self) -> Result<Launch, Error> {
        self.refused()?;
        flush_stdout();
        let status = self.inner.raw().launch();
        Ok(match self.launched(status)? {
            sys::DAEMONCTX_LAUNCHED => Launch::Launcher { pid: self.daemon_pid().unwrap_or_default() },
            _ => Launch::Daemon,
        })
    }

    /// Calls a function with the open context, and closes when it returns.
    ///
    /// With [`ReadyMode::Manual`](crate::ReadyMode::Manual), what the function returns as an error, or panics with, before it
    /// has called [`notify_ready`](DaemonContext::notify_ready) is told to the launcher, whose `open` returns it as
    /// [`Status::Program`](crate::Status::Program).
    ///
    /// # Errors
    /// Whatever the function returns.
    pub fn run<T, E: Display>(mut self, function: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        match panic::catch_unwind(AssertUnwindSafe(|| function(&mut self))) {
            Ok(outcome) => outcome.inspect_err(|error| {
                self.inner.notify_failed(1, &error.to_string());
            }),
            Err(payload) => {
                self.inner.notify_failed(1, panic_text(&payload));
                panic::resume_unwind(payload);
            }
        }
    }

    /// Tells the waiting launcher that the daemon is ready. What is left in the buffer of [`std::io::stdout`] is written
    /// before.
    ///
    /// If the launcher has given up, the launch has failed: the pid file is removed and the process ends.
    ///
    /// # Errors
    /// [`Status::State`](crate::Status::State): not open. [`Status::System`](crate::Status::System): the streams could not be
    /// switched; the launcher has been told, and the program is expected to end.
    pub fn notify_ready(&self) -> Result<(), Error> {
        self.handle().notify_ready()
    }

    /// Tells the waiting launcher that the daemon cannot start: its `open` returns
    /// [`Status::Program`](crate::Status::Program) with this code and text. The program is expected to end.
    ///
    /// # Errors
    /// [`Status::State`](crate::Status::State): nobody waits. [`Status::Argument`](crate::Status::Argument): the text holds a
    /// NUL byte.
    pub fn notify_failed(&self, exit_code: i32, text: &str) -> Result<(), Error> {
        self.handle().notify_failed(exit_code, text)
    }

    /// Gives back pid file and signals. A closed context is left as it is, and can be opened again.
    ///
    /// # Errors
    /// The first thing that went wrong; it is closed in any case.
    pub fn close(&mut self) -> Result<(), Error> {
        self.recorded(self.inner.raw().close()).map(drop)
    }

    /// Whether it is open in this process.
    pub fn is_open(&self) -> bool {
        self.inner.raw().is_open() == 1
    }

    /// The daemon: this process, or the one that [`launch`](DaemonContext::launch) started last.
    pub fn daemon_pid(&self) -> Option<u32> {
        u32::try_from(self.inner.raw().daemon_pid()).ok().filter(|&pid| pid != 0)
    }

    /// Opens streams given as files again, for log rotation; if one cannot be opened, all stay as they are.
    ///
    /// # Errors
    /// [`Status::System`](crate::Status::System): a file could not be opened. [`Status::State`](crate::Status::State): the
    /// context is not open, or its streams are not switched yet.
    pub fn reopen_streams(&mut self) -> Result<(), Error> {
        self.recorded(self.inner.raw().reopen_streams()).map(drop)
    }

    /// What other threads may do with it.
    pub fn handle(&self) -> Handle {
        Handle::of(self.shared())
    }

    /// The C handle, for programs that also call the C ABI. It is freed when the context and all its handles are dropped.
    pub fn as_ptr(&self) -> *mut sys::daemonctx_context_t {
        self.inner.raw().as_ptr()
    }

    // What the C library never saw it cannot refuse.
    fn refused(&self) -> Result<(), Error> {
        builder::unknown_to_c(&self.refusals).map_or(Ok(()), |error| Err(error.clone()))
    }

    // A trace that panicked: in place the context is not left open behind a panic.
    fn launched(&self, status: i32) -> Result<i32, Error> {
        let panicked = lock(&self.inner.callbacks.trace_panic).take();
        let outcome = self.recorded(status);
        if let (Ok(status), Some(payload)) = (&outcome, panicked) {
            if *status == sys::DAEMONCTX_OK {
                self.inner.raw().close();
            }
            panic::resume_unwind(payload);
        }
        outcome
    }
}

/// Closes. What goes wrong is not told: [`close`](DaemonContext::close) does.
impl Drop for DaemonContext {
    fn drop(&mut self) {
        if thread::panicking() && !self.was_panicking {
            // Before the daemon is ready the launcher is told why it will not be; afterwards nobody listens.
            self.inner.notify_failed(1, "a panic left the scope of the DaemonContext before the daemon was ready");
        }
        self.inner.raw().close();
    }
}
