//! What the table of vectors has no rows for: durations, state, callbacks, errors as values, and what the types promise.

use std::io;
use std::time::Duration;

use crate::{
    inherited_state, is_detach_required, is_relaunched, signal, version, DaemonContext, DetachReason, Disposition,
    Error, Event, Failure, Handle, Launch, PidfileManager, SignalAction, SignalFd, Status, Step,
};

struct Manager;

impl PidfileManager for Manager {
    fn enter(&mut self, _: &crate::HookContext<'_>) -> crate::HookResult {
        Ok(())
    }
    fn exit(&mut self, _: &crate::HookContext<'_>) -> crate::HookResult {
        Ok(())
    }
}

#[test]
fn a_duration_is_rounded_up_to_milliseconds_and_cut_to_what_c_takes() {
    let stored = |limit| DaemonContext::builder().ready_timeout(limit).build().unwrap().ready_timeout();
    assert_eq!(stored(None), None);
    assert_eq!(stored(Some(Duration::ZERO)), Some(Duration::ZERO));
    assert_eq!(stored(Some(Duration::from_nanos(1))), Some(Duration::from_millis(1)));
    assert_eq!(stored(Some(Duration::from_micros(1001))), Some(Duration::from_millis(2)));
    assert_eq!(stored(Some(Duration::MAX)), Some(Duration::from_millis(i32::MAX as u64)));
}

#[test]
fn state_bytes_are_copied_and_a_mebibyte_is_the_most() {
    let context = DaemonContext::builder().state(b"a\0b").build().unwrap();
    assert_eq!(context.state(), b"a\0b");
    assert_eq!(DaemonContext::builder().state(b"x").state(b"").build().unwrap().state(), b"");
    let most = vec![7; 1 << 20];
    assert_eq!(DaemonContext::builder().state(&most).build().unwrap().state(), most);
    let refused = DaemonContext::builder().state(&[most, vec![7]].concat()).build().unwrap_err();
    assert_eq!(refused.status(), Status::Range);
}

#[test]
fn a_program_that_was_not_started_again_inherits_nothing() {
    assert!(!is_relaunched());
    assert_eq!(inherited_state(), None);
}

#[test]
fn a_signal_map_is_laid_over_the_default() {
    let map = [(signal::SIGHUP, Disposition::handler(|_| ())), (signal::SIGINT, Disposition::Terminate)];
    let mut context = DaemonContext::builder().signal_map(map).build().unwrap();
    assert_eq!(context.signal_action(signal::SIGHUP), Some(SignalAction::Handler));
    assert_eq!(context.signal_action(signal::SIGINT), Some(SignalAction::Terminate));
    assert_eq!(context.signal_action(signal::SIGTERM), Some(SignalAction::Terminate));
    context.configure(|options| options.signal(signal::SIGHUP, Disposition::Unset)).unwrap();
    assert_eq!(context.signal_action(signal::SIGHUP), Some(SignalAction::Unset));
    context.configure(|options| options.clear_signal_map()).unwrap();
    assert_eq!(context.signal_action(signal::SIGTERM), Some(SignalAction::Unset));
}

extern "C" fn does_nothing(_: i32) {}

#[test]
fn an_async_handler_is_stored_as_such() {
    // SAFETY: it does nothing.
    let builder = unsafe { DaemonContext::builder().signal_async_handler(signal::SIGUSR1, does_nothing) };
    assert_eq!(builder.build().unwrap().signal_action(signal::SIGUSR1), Some(SignalAction::AsyncHandler));
}

#[test]
fn a_pid_file_and_its_manager_replace_one_another() {
    let context = DaemonContext::builder().pidfile("/run/a.pid").pidfile_manager(Manager).build().unwrap();
    assert_eq!(context.pidfile(), None);
    let builder = DaemonContext::builder().pidfile("").pidfile_manager(Manager);
    assert!(builder.build().is_ok(), "the manager took the place of the refused path");
    let context = DaemonContext::builder().pidfile_manager(Manager).pidfile("/run/a.pid").build().unwrap();
    assert_eq!(context.pidfile().unwrap().to_str(), Some("/run/a.pid"));
}

#[test]
fn an_error_tells_what_is_known_and_nothing_else() {
    let mut context = DaemonContext::builder().chroot_directory("/nope").working_directory("tmp").build().unwrap();
    let error = context.check().unwrap_err();
    assert_eq!((error.status(), error.step()), (Status::Argument, Some(Step::Plan)));
    assert_eq!((error.pid(), error.exit_code(), error.signal()), (None, None, None));
    assert_eq!(error.to_string(), error.message());
    assert!(format!("{error:?}").contains("status: Argument"));
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::InvalidInput);
    let unknown = DaemonContext::builder().user("no such user").build().unwrap().check().unwrap_err();
    assert_eq!(io::Error::from(unknown).kind(), io::ErrorKind::NotFound);
}

#[test]
fn statuses_and_steps_have_names_and_unknown_ones_keep_their_number() {
    assert_eq!(Status::Timeout.name(), "ERR_TIMEOUT");
    assert_eq!(Step::WorkingDirectory.to_string(), "working_directory");
    assert_eq!(Status::Unknown(-4711).as_raw(), -4711);
    assert_eq!(Status::Unknown(-4711).name(), "UNKNOWN");
    assert!(!Status::Died.to_string().is_empty());
    assert_eq!(Failure::code(3).to_string(), "the hook failed with code 3");
    assert_eq!(Failure::new(3, "no").to_string(), "no");
}

#[test]
fn the_process_can_be_asked_without_a_context() {
    assert!(version().starts_with("1."));
    let (required, reason) = is_detach_required();
    assert_eq!(required, reason == DetachReason::Required);
    assert_eq!(DaemonContext::builder().build().unwrap().detach_reason(), reason);
}

#[test]
fn a_context_is_sent_but_not_shared_and_handles_are_both() {
    fn is_send<T: Send>() {}
    fn is_sync<T: Sync>() {}
    is_send::<DaemonContext>();
    is_send::<crate::Builder>();
    is_send::<Handle>();
    is_sync::<Handle>();
    is_sync::<SignalFd>();
    is_send::<Error>();
    is_sync::<Error>();
    is_send::<(Launch, Event)>();
}

#[test]
fn contexts_are_used_from_two_threads_at_once_without_disturbing_one_another() {
    std::thread::scope(|scope| {
        for mask in [0o22, 0o27] {
            scope.spawn(move || {
                for _ in 0..1000 {
                    let context = DaemonContext::builder().umask(mask).build().unwrap();
                    assert_eq!(context.umask(), Some(mask));
                    assert_eq!(DaemonContext::builder().umask(mask << 9).build().unwrap_err().status(), Status::Range);
                }
            });
        }
    });
}
