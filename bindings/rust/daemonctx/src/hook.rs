//! Hooks: what the launch calls in the program, and how they fail it.

use std::cell::Cell;
use std::error;
use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd};

use crate::error::Error;
use crate::inner::Inner;

/// What a hook returns. An error fails the launch with [`Status::Callback`](crate::Status::Callback) and its text; so does a
/// panic. A [`Failure`] gives an exit code too.
pub type HookResult = Result<(), Box<dyn error::Error + Send + Sync>>;

pub(crate) type Hook = Box<dyn FnMut(&HookContext<'_>) -> HookResult + Send>;
pub(crate) type Trace = Box<dyn FnMut(crate::Step, Result<(), crate::Status>) + Send>;

/// What a hook may do with the context that is being opened.
#[derive(Debug)]
pub struct HookContext<'call> {
    inner: &'call Inner,
    in_its_thread: PhantomData<Cell<()>>, // not Sync: the hook's thread alone uses the context
}

impl<'call> HookContext<'call> {
    pub(crate) fn of(inner: &'call Inner) -> Self {
        Self { inner, in_its_thread: PhantomData }
    }

    /// Keeps open in the daemon what the hook opened; in the prepare, daemon and privileged hooks, up to 64.
    ///
    /// The object stays the hook's, which gives it by reference (hence `Copy`) and has to keep it, for instance behind an
    /// `Arc<Mutex<…>>` that the program shares.
    ///
    /// # Errors
    /// [`Status::State`](crate::Status::State): in another hook. [`Status::Argument`](crate::Status::Argument): it is a
    /// directory, and there is a `chroot_directory`. [`Status::Memory`](crate::Status::Memory): it would be the 65th.
    pub fn preserve(&self, file: impl AsFd + Copy) -> Result<(), Error> {
        let raw = self.inner.raw();
        raw.recorded(raw.preserve(file.as_fd().as_raw_fd())).map(drop)
    }
}

/// An error of a hook with an exit code, which the launcher finds in [`Error::exit_code`].
///
/// ```no_run
/// # use daemonctx::{DaemonContext, Failure};
/// # fn main() -> Result<(), daemonctx::Error> {
/// DaemonContext::builder()
///     .privileged_hook(|_| Err(Failure::new(78, "no certificate in '/etc/foo'").into()))
///     .open()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    exit_code: i32,
    text: Option<String>,
}

impl Failure {
    /// A code and a text, which is cut to 2,048 bytes.
    pub fn new(exit_code: i32, text: impl Into<String>) -> Self {
        Self { exit_code, text: Some(text.into()) }
    }

    /// A code alone: the library finds the words.
    pub fn code(exit_code: i32) -> Self {
        Self { exit_code, text: None }
    }

    pub(crate) fn exit_code(&self) -> i32 {
        self.exit_code
    }

    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => formatter.write_str(text),
            None => write!(formatter, "the hook failed with code {}", self.exit_code),
        }
    }
}

impl error::Error for Failure {}

/// Callbacks that keep the pid file, in place of a path.
///
/// `enter` runs once in the daemon, at the step of the pid file; `exit` once when the context is closed, never in a signal
/// handler. If `enter` fails, the launch fails and `exit` is not called.
pub trait PidfileManager: Send {
    /// Takes the pid file.
    ///
    /// # Errors
    /// Whatever is to fail the launch.
    fn enter(&mut self, context: &HookContext<'_>) -> HookResult;

    /// Gives it back.
    ///
    /// # Errors
    /// Whatever [`close`](crate::DaemonContext::close) is to return.
    fn exit(&mut self, context: &HookContext<'_>) -> HookResult;
}
