//! The control functions.

use std::ffi::c_char;

use daemonctx::pidfile::{self, Outcome};
use daemonctx::{sys, Error};

use crate::{limit_of, path_of, set_errno};

fn outcome_of(outcome: Result<Outcome, Error>) -> i32 {
    match outcome {
        Ok(Outcome::Done) => sys::DAEMONCTX_OK,
        Ok(Outcome::NotRunning) => sys::DAEMONCTX_NOT_RUNNING,
        Err(error) => {
            set_errno(&error);
            error.status().as_raw()
        }
    }
}

#[no_mangle]
extern "C" fn wrapped_pidfile_query(path: *const c_char, ret_pid: *mut i32) -> i32 {
    let Some(name) = path_of(path) else {
        // SAFETY: it refuses NULL.
        return unsafe { sys::daemonctx_pidfile_query(path, ret_pid) };
    };
    outcome_of(pidfile::query(name).map(|holder| match holder {
        Some(holder) => {
            // SAFETY: the probe hands over a place for it.
            unsafe { *ret_pid = holder.pid.map_or(0, |pid| pid as i32) };
            Outcome::Done
        }
        None => Outcome::NotRunning,
    }))
}

#[no_mangle]
extern "C" fn wrapped_pidfile_signal(path: *const c_char, signum: i32) -> i32 {
    match path_of(path) {
        Some(name) => outcome_of(pidfile::signal(name, signum)),
        // SAFETY: it refuses NULL.
        None => unsafe { sys::daemonctx_pidfile_signal(path, signum) },
    }
}

#[no_mangle]
extern "C" fn wrapped_pidfile_stop(path: *const c_char, kill_after_ms: i32) -> i32 {
    match (path_of(path), limit_of(kill_after_ms)) {
        (Some(name), Some(limit)) => outcome_of(pidfile::stop(name, limit)),
        // SAFETY: it refuses NULL, and such a time.
        _ => unsafe { sys::daemonctx_pidfile_stop(path, kill_after_ms) },
    }
}

#[no_mangle]
extern "C" fn wrapped_pidfile_wait(path: *const c_char, timeout_ms: i32) -> i32 {
    match (path_of(path), limit_of(timeout_ms)) {
        (Some(name), Some(limit)) => outcome_of(pidfile::wait(name, limit)),
        // SAFETY: it refuses NULL, and such a time.
        _ => unsafe { sys::daemonctx_pidfile_wait(path, timeout_ms) },
    }
}
