//! The values of enumerated options.

use daemonctx_sys as sys;

macro_rules! enumerated {
    ($(#[$of_type:meta])* $type:ident; $($(#[$of_value:meta])* $value:ident = $raw:ident,)*) => {
        $(#[$of_type])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u32)]
        pub enum $type {
            $($(#[$of_value])* $value = sys::$raw,)*
        }

        impl $type {
            // None: a value of a newer library.
            pub(crate) fn from_raw(number: u32) -> Option<Self> {
                match number {
                    $(sys::$raw => Some(Self::$value),)*
                    _ => None,
                }
            }
        }
    };
}

enumerated! {
    /// Whether to detach from the launcher's session.
    DetachProcess;
    /// Become the daemon in place: same process, same session.
    No = DAEMONCTX_DETACH_PROCESS_NO,
    /// The daemon is a new process in a session of its own, without a terminal.
    Yes = DAEMONCTX_DETACH_PROCESS_YES,
    /// Detach where it is required (the PEP's `None`): the default.
    Auto = DAEMONCTX_DETACH_PROCESS_AUTO,
}

enumerated! {
    /// Why detaching is, or is not, required.
    DetachReason;
    /// It is required: none of the others holds.
    Required = DAEMONCTX_DETACH_REASON_REQUIRED,
    /// This process is PID 1.
    Pid1 = DAEMONCTX_DETACH_REASON_PID_1,
    /// The parent is PID 1, and there is no controlling terminal.
    ChildOfPid1 = DAEMONCTX_DETACH_REASON_CHILD_OF_PID_1,
    /// Descriptors 0 and 1 are the same network socket: started by inetd.
    Inetd = DAEMONCTX_DETACH_REASON_INETD,
    /// `NOTIFY_SOCKET` is set, and there is no controlling terminal.
    NotifySocket = DAEMONCTX_DETACH_REASON_NOTIFY_SOCKET,
    /// `SYSTEMD_EXEC_PID` or `LISTEN_PID` names this process.
    ListenPid = DAEMONCTX_DETACH_REASON_LISTEN_PID,
}

enumerated! {
    /// How to detach.
    DetachMethod;
    /// The library chooses, and it chooses to fork: the default.
    Auto = DAEMONCTX_DETACH_METHOD_AUTO,
    /// Fork twice. Refused in a process with more than one thread.
    Fork = DAEMONCTX_DETACH_METHOD_FORK,
    /// Start the program's executable again, with the same arguments and environment: for programs with threads, such as
    /// those of an async runtime.
    ///
    /// What the program does before [`open`](crate::DaemonContext::open) is done a second time, in the daemon, where
    /// [`is_relaunched`](crate::is_relaunched) tells; its own `open` then goes on with the launcher's options, but with its
    /// own callbacks: signal handlers and a pid file manager that the launcher had must be set there too.
    Reexec = DAEMONCTX_DETACH_METHOD_REEXEC,
    /// Fork twice, without counting threads: the caller of [`Builder::fork_unchecked`](crate::Builder::fork_unchecked)
    /// vouches that a forked child can go on.
    ForkUnchecked = DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED,
}

enumerated! {
    /// When the daemon is ready, so that the launcher may end.
    ReadyMode;
    /// As soon as the steps of the launch are done: the default.
    OnOpen = DAEMONCTX_READY_MODE_ON_OPEN,
    /// When the daemon calls [`notify_ready`](crate::DaemonContext::notify_ready).
    Manual = DAEMONCTX_READY_MODE_MANUAL,
}

enumerated! {
    /// When descriptors 0, 1 and 2 become the daemon's streams.
    StreamSwitch;
    /// In the launch: the default.
    AtOpen = DAEMONCTX_STREAM_SWITCH_AT_OPEN,
    /// When the daemon is ready: until then it can write to the terminal.
    AtReady = DAEMONCTX_STREAM_SWITCH_AT_READY,
}

enumerated! {
    /// What happens to signals outside the map.
    SignalReset;
    /// Nothing: the default.
    Mapped = DAEMONCTX_SIGNAL_RESET_MAPPED,
    /// They go to their default action and the signal mask is emptied; ignored ones, and Rust's own handlers that tell of a
    /// stack overflow, stay.
    All = DAEMONCTX_SIGNAL_RESET_ALL,
}

enumerated! {
    /// What the signal map does with a signal.
    SignalAction;
    /// It is ignored (the PEP's `None`).
    Ignore = DAEMONCTX_SIGNAL_ACTION_IGNORE,
    /// It has its default action.
    Default = DAEMONCTX_SIGNAL_ACTION_DEFAULT,
    /// It asks the daemon to end.
    Terminate = DAEMONCTX_SIGNAL_ACTION_TERMINATE,
    /// A deferred handler runs.
    Handler = DAEMONCTX_SIGNAL_ACTION_HANDLER,
    /// A handler runs in signal context.
    AsyncHandler = DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER,
    /// It is not in the map: it keeps the disposition that the program gave it.
    Unset = DAEMONCTX_SIGNAL_ACTION_UNSET,
}

/// Asks whether a daemon started as this process was has to detach, and why: what [`DetachProcess::Auto`] goes by.
///
/// ```
/// let (required, reason) = daemonctx::is_detach_required();
/// assert_eq!(required, reason == daemonctx::DetachReason::Required);
/// ```
pub fn is_detach_required() -> (bool, DetachReason) {
    let mut reason = 0;
    // SAFETY: the function writes one number.
    let required = unsafe { sys::daemonctx_is_detach_required(&mut reason) } == 1;
    (required, DetachReason::from_raw(reason).unwrap_or(DetachReason::Required))
}
