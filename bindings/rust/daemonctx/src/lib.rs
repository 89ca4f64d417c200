//! Turns a running program into a well-behaved Unix daemon: PEP 3143's `DaemonContext`, on the C library `libdaemonctx`.
//!
//! ```no_run
//! use daemonctx::{DaemonContext, Event};
//!
//! fn main() -> Result<(), daemonctx::Error> {
//!     let mut context = DaemonContext::builder()
//!         .working_directory("/var/lib/foo")
//!         .pidfile("/run/foo.pid")
//!         .user("foo")
//!         .open()?; // from here on it is the daemon
//!     while context.wait_events(None)? != Event::Terminated {}
//!     Ok(()) // dropping the context removes the pid file
//! }
//! ```
//!
//! * [`DaemonContext`] is made by a [`Builder`], whose methods are the options;
//! * [`Error`] says which step failed, and why, in a sentence for the terminal: the launcher waits for the daemon, and tells
//!   its failure as its own;
//! * a program with threads, such as one of an async runtime, detaches by [re-exec](DetachMethod::Reexec);
//! * [`pidfile`] asks, signals, stops and awaits the daemon of a pid file.
//!
//! # Programs with threads
//!
//! A forked copy of a process has one thread, and so a thread pool, or an async runtime, is broken in it. Make the context
//! before the threads (as above), or, where that cannot be, detach by re-exec: the program is then started again, and
//! everything before `open` is done once more, in the daemon.
//!
//! ```no_run
//! # use daemonctx::{DaemonContext, DetachMethod, Event};
//! # struct Pool;
//! # impl Pool { fn start() -> Self { Self } }
//! # fn main() -> Result<(), daemonctx::Error> {
//! let pool = Pool::start();
//! let mut context = DaemonContext::builder().detach_method(DetachMethod::Reexec).open()?;
//! while context.wait_events(None)? != Event::Terminated {}
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]
#![deny(missing_debug_implementations)]

mod builder;
#[cfg(doctest)]
mod cannot;
mod context;
mod error;
mod events;
mod handle;
mod hook;
mod inner;
mod options;
pub mod pidfile;
mod process;
mod raw;
mod signals;
mod status;
mod stored;
mod stream;
mod timeout;

#[cfg(test)]
mod tests;

pub use builder::Builder;
pub use context::{DaemonContext, Launch};
pub use error::Error;
pub use events::{Event, SignalFd};
pub use handle::Handle;
pub use hook::{Failure, HookContext, HookResult, PidfileManager};
pub use options::{
    is_detach_required, DetachMethod, DetachProcess, DetachReason, ReadyMode, SignalAction, SignalReset, StreamSwitch,
};
pub use process::{inherited_state, is_relaunched, version};
pub use signals::{signal, Disposition, SignalContext, SignalHandler};
pub use status::{Status, Step};
pub use stream::{StoredStream, Stream};

/// The raw declarations of the C ABI.
pub use daemonctx_sys as sys;

// Its snippet is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
