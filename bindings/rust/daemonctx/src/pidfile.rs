//! The daemon of a pid file, from another process: asking, signalling, stopping and awaiting it.
//!
//! The lock of the file decides who that is, never its content.
//!
//! ```
//! use daemonctx::pidfile;
//!
//! # fn main() -> Result<(), daemonctx::Error> {
//! assert_eq!(pidfile::query("/nowhere/foo.pid")?, None);
//! # Ok(())
//! # }
//! ```

use std::ffi::{CStr, CString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use daemonctx_sys as sys;

use crate::error::Error;
use crate::status::Status;
use crate::timeout::milliseconds;

/// A daemon that runs or is starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// Its pid; `None` while it is starting, and in another pid namespace.
    pub pid: Option<u32>,
}

/// Whether there was a daemon to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// It was there, and it is done.
    Done,
    /// Nobody holds the pid file.
    NotRunning,
}

/// Who holds a pid file; `None`: nobody does.
///
/// # Errors
/// [`Status::UnsafePath`]: it is no regular file. [`Status::System`]: a system call failed.
pub fn query(path: impl AsRef<Path>) -> Result<Option<Holder>, Error> {
    let mut pid = 0;
    let outcome = ask("cannot query the pid file", path.as_ref(), |path| {
        // SAFETY: the path is NUL-terminated, and the function writes one number.
        unsafe { sys::daemonctx_pidfile_query(path.as_ptr(), &mut pid) }
    })?;
    let pid = u32::try_from(pid).ok().filter(|&pid| pid != 0);
    Ok((outcome == Outcome::Done).then_some(Holder { pid }))
}

/// Sends a signal to the daemon of a pid file and to nobody else; 0 finds out whether one could be sent.
///
/// # Errors
/// [`Status::Range`]: there is no such signal. [`Status::State`]: the daemon is starting, or out of reach.
/// [`Status::System`]: a system call failed, as where this user may not signal the daemon.
pub fn signal(path: impl AsRef<Path>, signum: i32) -> Result<Outcome, Error> {
    ask("cannot signal the daemon of", path.as_ref(), |path| {
        // SAFETY: the path is NUL-terminated.
        unsafe { sys::daemonctx_pidfile_signal(path.as_ptr(), signum) }
    })
}

/// Stops the daemon of a pid file: SIGTERM, and SIGKILL after a time (`None`: never). It returns when the daemon is gone.
///
/// # Errors
/// [`Status::State`]: the daemon is starting, out of reach, or the calling process. [`Status::Timeout`]: it survived SIGKILL for
/// five seconds. [`Status::System`]: as in [`signal`].
pub fn stop(path: impl AsRef<Path>, kill_after: Option<Duration>) -> Result<Outcome, Error> {
    ask("cannot stop the daemon of", path.as_ref(), |path| {
        // SAFETY: the path is NUL-terminated.
        unsafe { sys::daemonctx_pidfile_stop(path.as_ptr(), milliseconds(kill_after)) }
    })
}

/// Waits until the daemon of a pid file has ended; `None`: as long as it takes.
///
/// # Errors
/// [`Status::Timeout`]: it still runs. [`Status::State`]: it is the calling process. [`Status::System`]: a system call failed.
pub fn wait(path: impl AsRef<Path>, limit: Option<Duration>) -> Result<Outcome, Error> {
    ask("cannot await the daemon of", path.as_ref(), |path| {
        // SAFETY: the path is NUL-terminated.
        unsafe { sys::daemonctx_pidfile_wait(path.as_ptr(), milliseconds(limit)) }
    })
}

fn ask(deed: &str, path: &Path, call: impl FnOnce(&CStr) -> i32) -> Result<Outcome, Error> {
    let name = CString::new(path.as_os_str().as_bytes())
        .map_err(|error| Error::nul(&format!("{deed} '{}': the path", path.display()), &error))?;
    let status = call(&name);
    let failed_call = io::Error::last_os_error();
    match status {
        sys::DAEMONCTX_OK => Ok(Outcome::Done),
        sys::DAEMONCTX_NOT_RUNNING => Ok(Outcome::NotRunning),
        _ => Err(told(deed, path, Status::from_raw(status), &failed_call)),
    }
}

// errno is that of the failed call, where one failed.
fn told(deed: &str, path: &Path, status: Status, failed_call: &io::Error) -> Error {
    let sentence = format!("{deed} '{}': {status}", path.display());
    match (status, failed_call.raw_os_error()) {
        (Status::System | Status::State | Status::Timeout, Some(errno)) if errno != 0 => {
            Error::named(status, errno, format!("{sentence}: {failed_call}"))
        }
        _ => Error::named(status, 0, sentence),
    }
}
