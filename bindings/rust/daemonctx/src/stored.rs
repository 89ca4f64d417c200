//! What is stored in a context, option by option.

use std::ffi::{CStr, OsStr};
use std::os::fd::RawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use daemonctx_sys as sys;

use crate::context::DaemonContext;
use crate::options::{DetachMethod, DetachProcess, DetachReason, ReadyMode, SignalAction, SignalReset, StreamSwitch};
use crate::raw::Raw;
use crate::stream::StoredStream;
use crate::timeout::duration;

/// What is stored, as it was set: names are not resolved, and paths not made absolute.
impl DaemonContext {
    /// The descriptors that stay open in the daemon.
    pub fn files_preserve(&self) -> &[RawFd] {
        self.raw().files_preserve()
    }

    /// The directory that becomes the root.
    pub fn chroot_directory(&self) -> Option<&Path> {
        self.raw().chroot_directory().map(path)
    }

    /// The working directory.
    pub fn working_directory(&self) -> &Path {
        self.raw().working_directory().map_or(Path::new("/"), path)
    }

    /// The umask; `None`: the launcher's is kept.
    pub fn umask(&self) -> Option<u32> {
        self.raw().umask()
    }

    /// The path of the pid file.
    pub fn pidfile(&self) -> Option<&Path> {
        self.raw().pidfile().map(path)
    }

    /// Whether to detach.
    pub fn detach_process(&self) -> DetachProcess {
        self.raw().detach_process().and_then(DetachProcess::from_raw).unwrap_or(DetachProcess::Auto)
    }

    /// What [`DetachProcess::Auto`] goes by in this context: asked when it was made.
    pub fn detach_reason(&self) -> DetachReason {
        self.raw().detach_reason().and_then(DetachReason::from_raw).unwrap_or(DetachReason::Required)
    }

    /// What the signal map does with a signal; `None`: there is no such signal.
    pub fn signal_action(&self, signum: i32) -> Option<SignalAction> {
        self.raw().signal_action(signum).and_then(SignalAction::from_raw)
    }

    /// What happens to signals outside the map.
    pub fn signal_reset(&self) -> SignalReset {
        self.raw().signal_reset().and_then(SignalReset::from_raw).unwrap_or(SignalReset::Mapped)
    }

    /// The user id; that of this process if none is set.
    pub fn uid(&self) -> u32 {
        self.raw().uid().unwrap_or(u32::MAX)
    }

    /// The group id; that of this process if none is set.
    pub fn gid(&self) -> u32 {
        self.raw().gid().unwrap_or(u32::MAX)
    }

    /// The user's name.
    pub fn user(&self) -> Option<&str> {
        self.raw().user().and_then(|name| name.to_str().ok())
    }

    /// The group's name.
    pub fn group(&self) -> Option<&str> {
        self.raw().group().and_then(|name| name.to_str().ok())
    }

    /// The supplementary groups; empty also if none are set.
    pub fn groups(&self) -> &[u32] {
        self.raw().groups()
    }

    /// Whether the daemon never leaves a core file.
    pub fn prevent_core(&self) -> bool {
        self.raw().prevent_core() == Some(1)
    }

    /// Standard input.
    pub fn stdin(&self) -> StoredStream<'_> {
        let file = self.raw().stdin_path().map(|path| (path, 0));
        stored_stream(self.raw().stdin_kind(), self.raw().stdin(), file)
    }

    /// Standard output.
    pub fn stdout(&self) -> StoredStream<'_> {
        stored_stream(self.raw().stdout_kind(), self.raw().stdout(), self.raw().stdout_path())
    }

    /// Standard error output.
    pub fn stderr(&self) -> StoredStream<'_> {
        stored_stream(self.raw().stderr_kind(), self.raw().stderr(), self.raw().stderr_path())
    }

    /// How to detach.
    pub fn detach_method(&self) -> DetachMethod {
        self.raw().detach_method().and_then(DetachMethod::from_raw).unwrap_or(DetachMethod::Auto)
    }

    /// When the daemon is ready.
    pub fn ready_mode(&self) -> ReadyMode {
        self.raw().ready_mode().and_then(ReadyMode::from_raw).unwrap_or(ReadyMode::OnOpen)
    }

    /// How long the launcher waits; `None`: for ever.
    pub fn ready_timeout(&self) -> Option<Duration> {
        self.raw().ready_timeout().and_then(duration)
    }

    /// When the streams are switched.
    pub fn stream_switch(&self) -> StreamSwitch {
        self.raw().stream_switch().and_then(StreamSwitch::from_raw).unwrap_or(StreamSwitch::AtOpen)
    }

    /// Whether programs that the daemon executes can gain no privileges.
    pub fn no_new_privs(&self) -> bool {
        self.raw().no_new_privs() == Some(1)
    }

    /// The capabilities that the daemon keeps.
    pub fn capabilities(&self) -> u64 {
        self.raw().capabilities().unwrap_or_default()
    }

    /// Whether the end of the process closes the context.
    pub fn close_at_exit(&self) -> bool {
        self.raw().close_at_exit() == Some(1)
    }

    /// The bytes for the daemon that were stored in this process.
    pub fn state(&self) -> &[u8] {
        self.raw().state()
    }

    fn raw(&self) -> &Raw {
        self.inner().raw()
    }
}

fn path(text: &CStr) -> &Path {
    Path::new(OsStr::from_bytes(text.to_bytes()))
}

fn stored_stream<'context>(
    kind: Option<u32>,
    fd: Option<RawFd>,
    file: Option<(&'context CStr, u32)>,
) -> StoredStream<'context> {
    match (kind, fd, file) {
        (_, Some(fd), _) => StoredStream::Fd(fd),
        (_, _, Some((file, mode))) => StoredStream::Path { path: path(file), mode },
        (Some(sys::DAEMONCTX_STREAM_KIND_INHERIT), ..) => StoredStream::Inherit,
        _ => StoredStream::Null,
    }
}
