//! What a failed call came to, and the steps of a launch.

use std::ffi::CStr;
use std::fmt;

use daemonctx_sys as sys;

macro_rules! numbered {
    ($(#[$of_type:meta])* $type:ident: $number:ty, $other:ident; $($(#[$of_value:meta])* $value:ident = $raw:ident,)*) => {
        $(#[$of_type])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$of_value])* $value,)*
            /// A value of a newer library.
            $other($number),
        }

        impl $type {
            pub(crate) fn from_raw(number: $number) -> Self {
                match number {
                    $(sys::$raw => Self::$value,)*
                    other => Self::$other(other),
                }
            }

            /// The number that the C ABI has for it.
            pub fn as_raw(self) -> $number {
                match self {
                    $(Self::$value => sys::$raw,)*
                    Self::$other(number) => number,
                }
            }
        }
    };
}

numbered! {
    /// What kind of failure it is: the C library's `enum daemonctx_status`.
    Status: i32, Unknown;
    /// An argument is empty or holds a NUL byte where that is not allowed, or options contradict one another.
    Argument = DAEMONCTX_ERR_ARGUMENT,
    /// A number is outside its range, or a text is too long.
    Range = DAEMONCTX_ERR_RANGE,
    /// The call does not fit the state of the context.
    State = DAEMONCTX_ERR_STATE,
    /// Memory could not be had.
    Memory = DAEMONCTX_ERR_MEMORY,
    /// A system call failed: see [`Error::errno`](crate::Error::errno).
    System = DAEMONCTX_ERR_SYSTEM,
    /// There is no such user or group.
    NotFound = DAEMONCTX_ERR_NOT_FOUND,
    /// Another process holds the lock of the pid file.
    AlreadyRunning = DAEMONCTX_ERR_ALREADY_RUNNING,
    /// The pid file, or its directory, could be in the hands of another user.
    UnsafePath = DAEMONCTX_ERR_UNSAFE_PATH,
    /// A change of identity failed, or was not complete when it was verified.
    Privilege = DAEMONCTX_ERR_PRIVILEGE,
    /// The process has more than one thread: see [`DetachMethod::Reexec`](crate::DetachMethod::Reexec).
    Threads = DAEMONCTX_ERR_THREADS,
    /// The daemon was not ready, or not gone, in time.
    Timeout = DAEMONCTX_ERR_TIMEOUT,
    /// The daemon ended, or closed its context, before it was ready.
    Died = DAEMONCTX_ERR_DIED,
    /// The daemon told that it cannot start.
    Program = DAEMONCTX_ERR_PROGRAM,
    /// A hook or a pid file manager failed.
    Callback = DAEMONCTX_ERR_CALLBACK,
    /// This version or platform cannot do what was asked.
    Unsupported = DAEMONCTX_ERR_UNSUPPORTED,
}

impl Status {
    /// Its name in the C ABI without the prefix, such as `ERR_TIMEOUT`.
    pub fn name(self) -> &'static str {
        // SAFETY: the function takes any number, and returns a static text.
        text(unsafe { CStr::from_ptr(sys::daemonctx_status_name(self.as_raw())) })
    }
}

/// What it means, in a few words.
impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: the function takes any number, and returns a static text.
        formatter.write_str(text(unsafe { CStr::from_ptr(sys::daemonctx_status_message(self.as_raw())) }))
    }
}

numbered! {
    /// A step of the launch, in the order in which they run: the C library's `enum daemonctx_step`.
    Step: u32, Unknown;
    /// No step: the failure did not come up in a launch.
    None = DAEMONCTX_STEP_NONE,
    /// In the launcher, before any change: options checked, names resolved, files opened, pid file locked.
    Plan = DAEMONCTX_STEP_PLAN,
    /// In the launcher: the prepare hook runs, threads are counted, standard output is flushed.
    Prepare = DAEMONCTX_STEP_PREPARE,
    /// A new process in a session of its own.
    Detach = DAEMONCTX_STEP_DETACH,
    /// Descriptors that are not preserved are closed.
    Files = DAEMONCTX_STEP_FILES,
    /// Core dumps are switched off.
    PreventCore = DAEMONCTX_STEP_PREVENT_CORE,
    /// The privileged hook runs.
    Privileged = DAEMONCTX_STEP_PRIVILEGED,
    /// The root directory is changed.
    Chroot = DAEMONCTX_STEP_CHROOT,
    /// Groups, gid and uid are changed and verified.
    Identity = DAEMONCTX_STEP_IDENTITY,
    /// The process is made not dumpable again.
    NotDumpable = DAEMONCTX_STEP_NOT_DUMPABLE,
    /// The working directory is changed.
    WorkingDirectory = DAEMONCTX_STEP_WORKING_DIRECTORY,
    /// The umask is set.
    Umask = DAEMONCTX_STEP_UMASK,
    /// The signal map is installed.
    Signals = DAEMONCTX_STEP_SIGNALS,
    /// Descriptors 0, 1 and 2 are switched to the streams.
    Streams = DAEMONCTX_STEP_STREAMS,
    /// The daemon's pid is written, or the pid file manager entered.
    Pidfile = DAEMONCTX_STEP_PIDFILE,
    /// The context is marked open.
    Open = DAEMONCTX_STEP_OPEN,
    /// Closing at exit is put in force.
    CloseAtExit = DAEMONCTX_STEP_CLOSE_AT_EXIT,
    /// The daemon reports to the launcher, which waits for it.
    Report = DAEMONCTX_STEP_REPORT,
}

/// Its name, such as `working_directory`.
impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: the function takes any number, and returns a static text.
        formatter.write_str(text(unsafe { CStr::from_ptr(sys::daemonctx_step_name(self.as_raw())) }))
    }
}

// The library's own texts are ASCII.
fn text(static_text: &'static CStr) -> &'static str {
    static_text.to_str().unwrap_or_default()
}
