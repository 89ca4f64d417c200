//! Options beyond the PEP: groups, the way of detaching, readiness, privileges, state.

use std::time::Duration;

use super::Builder;
use crate::error::Error;
use crate::options::{DetachMethod, ReadyMode, StreamSwitch};
use crate::status::Status;
use crate::timeout::milliseconds;

const DETACH_METHOD: &str = "detach_method";

impl Builder {
    /// The daemon's supplementary groups. Default: those of the user that was set, else the launcher's. An empty list is not
    /// the default.
    pub fn groups(self, ids: &[u32]) -> Self {
        self.set_number("groups", |raw| raw.set_groups(ids))
    }

    /// Back to the default.
    pub fn unset_groups(self) -> Self {
        self.set_number("groups", |raw| raw.unset_groups())
    }

    /// How to detach. Default: [`DetachMethod::Auto`]. A program with threads needs [`DetachMethod::Reexec`].
    ///
    /// [`DetachMethod::ForkUnchecked`] is refused here: it takes a promise, in [`fork_unchecked`](Builder::fork_unchecked).
    pub fn detach_method(mut self, method: DetachMethod) -> Self {
        if method == DetachMethod::ForkUnchecked {
            let sentence =
                "cannot set detach_method: ForkUnchecked is set by fork_unchecked(), whose caller vouches for it";
            self.refuse((DETACH_METHOD, 0), Error::named(Status::Argument, 0, sentence.into()), false);
            return self;
        }
        self.set_number(DETACH_METHOD, |raw| raw.set_detach_method(method as u32))
    }

    /// Detach by [`DetachMethod::ForkUnchecked`]: fork, however many threads there are.
    ///
    /// # Safety
    /// When `open` or `launch` forks a process with other threads, they are not there in the daemon, and whatever they were
    /// changing stays half-changed, and locked, for ever. The caller promises that the daemon, its hooks and destructors
    /// included, uses nothing that another thread may have had in hand: see fork(2).
    pub unsafe fn fork_unchecked(self) -> Self {
        self.set_number(DETACH_METHOD, |raw| raw.set_detach_method(DetachMethod::ForkUnchecked as u32))
    }

    /// When the daemon is ready. Default: [`ReadyMode::OnOpen`].
    pub fn ready_mode(self, mode: ReadyMode) -> Self {
        self.set_number("ready_mode", |raw| raw.set_ready_mode(mode as u32))
    }

    /// How long the launcher waits for the daemon to be ready; `None`: for ever. Default: 90 seconds.
    pub fn ready_timeout(self, limit: Option<Duration>) -> Self {
        self.set_number("ready_timeout", |raw| raw.set_ready_timeout(milliseconds(limit)))
    }

    /// When the streams are switched. Default: [`StreamSwitch::AtOpen`].
    pub fn stream_switch(self, when: StreamSwitch) -> Self {
        self.set_number("stream_switch", |raw| raw.set_stream_switch(when as u32))
    }

    /// Whether programs that the daemon executes can gain no privileges. Default: false.
    pub fn no_new_privs(self, enabled: bool) -> Self {
        self.set_number("no_new_privs", |raw| raw.set_no_new_privs(enabled.into()))
    }

    /// The capabilities that the daemon keeps: bit n stands for the one with the number n. Default: 0, the kernel's own way.
    pub fn capabilities(self, kept: u64) -> Self {
        self.set_number("capabilities", |raw| raw.set_capabilities(kept))
    }

    /// Whether [`std::process::exit`], and the return from `main`, close the open context. Default: true.
    pub fn close_at_exit(self, enabled: bool) -> Self {
        self.set_number("close_at_exit", |raw| raw.set_close_at_exit(enabled.into()))
    }

    /// Bytes that reach the daemon by re-exec, up to 1 MiB: see [`inherited_state`](crate::inherited_state). Default: none.
    pub fn state(self, bytes: &[u8]) -> Self {
        self.set_number("state", |raw| raw.set_state(bytes))
    }
}
