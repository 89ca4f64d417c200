//! The observer's probe: the C probe, whose main() this is, with its calls led through the crate `daemonctx`. A value that the
//! crate's types cannot hold (a NULL, a negative time, an unknown enumerator) is handed to the C function, which refuses it; so
//! is a call on a context that another call has in hand, as from a hook.
#![no_main]

mod callbacks;
mod contexts;
mod life;
mod options;
mod pidfiles;

use std::ffi::{c_char, c_int, CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use daemonctx::Error;

// The C probe asks errno after some calls; the crate tells it in its error.
extern "C" {
    fn __errno_location() -> *mut c_int;
}

fn set_errno(error: &Error) {
    if let Some(errno) = error.errno() {
        // SAFETY: it is this thread's errno.
        unsafe { *__errno_location() = errno };
    }
}

fn status_of<T>(result: Result<T, Error>) -> i32 {
    match result {
        Ok(_) => daemonctx::sys::DAEMONCTX_OK,
        Err(error) => error.status().as_raw(),
    }
}

// None: NULL.
fn path_of<'text>(text: *const c_char) -> Option<&'text Path> {
    // SAFETY: the probe's texts are NUL-terminated.
    (!text.is_null()).then(|| Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(text) }.to_bytes())))
}

fn str_of<'text>(text: *const c_char) -> Option<&'text str> {
    path_of(text).and_then(Path::to_str)
}

// None: no time, and not for ever either.
fn limit_of(milliseconds: i32) -> Option<Option<Duration>> {
    match milliseconds {
        -1 => Some(None),
        _ => u64::try_from(milliseconds).ok().map(|time| Some(Duration::from_millis(time))),
    }
}
