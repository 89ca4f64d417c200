//! Changes of a directory, by inotify(7): declared by hand, as these crates depend on no other.

use std::ffi::{c_char, c_int, c_short, c_ulong, CString};
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

#[repr(C)]
struct PollFd {
    fd: c_int,
    events: c_short,
    revents: c_short,
}

const POLLIN: c_short = 1;
const IN_CLOEXEC: c_int = 0o2_000_000;
const IN_MODIFY: u32 = 0x2;
const IN_MOVED_TO: u32 = 0x80;
const IN_CREATE: u32 = 0x100;

extern "C" {
    fn inotify_init1(flags: c_int) -> c_int;
    fn inotify_add_watch(fd: c_int, path: *const c_char, mask: u32) -> c_int;
    fn poll(fds: *mut PollFd, count: c_ulong, timeout: c_int) -> c_int;
}

pub struct Changes(File);

impl Changes {
    pub fn of(directory: &Path) -> Self {
        let path = CString::new(directory.as_os_str().as_bytes()).expect("a path");
        // SAFETY: it takes a number.
        let fd = unsafe { inotify_init1(IN_CLOEXEC) };
        assert!(fd >= 0, "no inotify: {}", std::io::Error::last_os_error());
        // SAFETY: the descriptor is new, and nobody else's.
        let file = unsafe { File::from_raw_fd(fd) };
        // SAFETY: the path is NUL-terminated.
        let watch = unsafe { inotify_add_watch(fd, path.as_ptr(), IN_MODIFY | IN_MOVED_TO | IN_CREATE) };
        assert!(watch >= 0, "cannot watch {}: {}", directory.display(), std::io::Error::last_os_error());
        Self(file)
    }

    /// False: nothing changed in time.
    pub fn wait(&self, limit: Duration) -> bool {
        let mut event = PollFd { fd: self.0.as_raw_fd(), events: POLLIN, revents: 0 };
        // SAFETY: one structure of poll(2).
        let ready = unsafe { poll(&mut event, 1, c_int::try_from(limit.as_millis()).unwrap_or(c_int::MAX)) };
        ready > 0 && (&self.0).read(&mut [0; 4096]).is_ok()
    }
}
