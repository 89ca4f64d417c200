//! What concerns the process, whatever its contexts.

use std::ffi::CStr;

use daemonctx_sys as sys;

use crate::raw::Raw;

/// The version of the C library that runs, such as `1.0.0`.
pub fn version() -> &'static str {
    // SAFETY: the function takes nothing, and returns a static text.
    unsafe { CStr::from_ptr(sys::daemonctx_version_string()) }.to_str().unwrap_or_default()
}

/// Whether this process is one that the library started again, by [re-exec](crate::DetachMethod::Reexec).
///
/// Code before `open` runs twice: in the launcher, and in the program that was started again. It asks this to leave out what
/// must be done once, such as to print a greeting.
pub fn is_relaunched() -> bool {
    // SAFETY: the function takes nothing, and may be called at any time.
    unsafe { sys::daemonctx_is_relaunched() == 1 }
}

/// The bytes that the launcher stored with [`Builder::state`](crate::Builder::state), in a program that was started again;
/// `None` in any other. They are there from the start of `main`.
pub fn inherited_state() -> Option<&'static [u8]> {
    Raw::new().ok()?.inherited_state()
}
