//! What is known of a failed call.

use std::error;
use std::ffi::NulError;
use std::fmt;
use std::io;

use crate::status::{Status, Step};

/// A failed call: its status, step, errno, the processes behind it, and one sentence that a user can act on.
///
/// `Display` is the sentence alone, such as `cannot change directory to '/nope': No such file or directory`. It is a copy:
/// no later call changes it.
///
/// ```
/// use daemonctx::{DaemonContext, Status};
///
/// let refused = DaemonContext::builder().umask(0o1000).build().unwrap_err();
/// assert_eq!(refused.status(), Status::Range);
/// assert!(refused.to_string().contains("umask"));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    detail: Box<Detail>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) status: Status,
    pub(crate) step: Step,
    pub(crate) errno: i32,
    pub(crate) pid: i32,
    pub(crate) exit_code: i32,
    pub(crate) signal: i32,
    pub(crate) message: String,
}

impl Error {
    /// What kind of failure it is.
    pub fn status(&self) -> Status {
        self.detail.status
    }

    /// The step of the launch that failed; `None` outside a launch.
    pub fn step(&self) -> Option<Step> {
        (self.detail.step != Step::None).then_some(self.detail.step)
    }

    /// The errno of the system call that failed, in the daemon or in the launcher.
    pub fn errno(&self) -> Option<i32> {
        (self.detail.errno != 0).then_some(self.detail.errno)
    }

    /// The daemon that runs already, or the one that failed; `None` where it is not known, or is only starting.
    pub fn pid(&self) -> Option<u32> {
        u32::try_from(self.detail.pid).ok().filter(|&pid| pid != 0)
    }

    /// What a daemon that died exited with, or the code that it or a hook gave.
    ///
    /// It is there with [`Status::Program`] and [`Status::Callback`], and with [`Status::Died`] where it is known.
    pub fn exit_code(&self) -> Option<i32> {
        match self.detail.status {
            Status::Program | Status::Callback => Some(self.detail.exit_code),
            _ => Some(self.detail.exit_code).filter(|&code| code >= 0),
        }
    }

    /// The signal that killed the daemon, or that aborted the launch.
    pub fn signal(&self) -> Option<i32> {
        Some(self.detail.signal).filter(|&signum| signum > 0)
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.detail.message
    }

    // Of a call that leaves its detail in no context.
    pub(crate) fn unrecorded(deed: &str, status: i32) -> Self {
        let status = Status::from_raw(status);
        Self::named(status, 0, format!("{deed}: {status}"))
    }

    pub(crate) fn named(status: Status, errno: i32, message: String) -> Self {
        Self::from(Detail { status, step: Step::None, errno, pid: 0, exit_code: -1, signal: -1, message })
    }

    // C would cut the text at its NUL, and take another name for it.
    pub(crate) fn nul(what: &str, error: &NulError) -> Self {
        let message = format!("{what} must not hold a NUL byte, and has one at {}", error.nul_position());
        Self::named(Status::Argument, 0, message)
    }
}

impl From<Detail> for Error {
    fn from(detail: Detail) -> Self {
        Self { detail: Box::new(detail) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("status", &self.status())
            .field("step", &self.step())
            .field("errno", &self.errno())
            .field("pid", &self.pid())
            .field("exit_code", &self.exit_code())
            .field("signal", &self.signal())
            .field("message", &self.message())
            .finish()
    }
}

impl error::Error for Error {}

impl From<Error> for io::Error {
    /// Of the kind that the errno tells; the sentence stays.
    fn from(error: Error) -> Self {
        let kind = match error.errno() {
            Some(errno) => io::Error::from_raw_os_error(errno).kind(),
            None => match error.status() {
                Status::Argument | Status::Range => io::ErrorKind::InvalidInput,
                Status::NotFound => io::ErrorKind::NotFound,
                Status::Timeout => io::ErrorKind::TimedOut,
                Status::Memory => io::ErrorKind::OutOfMemory,
                Status::Unsupported => io::ErrorKind::Unsupported,
                _ => io::ErrorKind::Other,
            },
        };
        io::Error::new(kind, error)
    }
}
