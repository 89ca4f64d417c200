//! What C could not be given: NUL bytes, closed descriptors, contexts that are closed. Each is an error, and nothing crashes.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use crate::{pidfile, signal, DaemonContext, DetachMethod, Disposition, Error, Status, Stream};

const NUL: &str = "/run/a\0b";

fn has_nul(error: &Error, option: &str) -> bool {
    error.status() == Status::Argument && error.message().contains("NUL") && error.message().contains(option)
}

#[test]
fn a_nul_byte_is_refused_by_every_option_that_takes_a_text() {
    let options = [
        ("chroot_directory", DaemonContext::builder().chroot_directory(NUL)),
        ("working_directory", DaemonContext::builder().working_directory(NUL)),
        ("pidfile", DaemonContext::builder().pidfile(NUL)),
        ("user", DaemonContext::builder().user(NUL)),
        ("group", DaemonContext::builder().group(NUL)),
        ("stdin", DaemonContext::builder().stdin(Stream::append(NUL))),
        ("stdout", DaemonContext::builder().stdout(Stream::append(NUL))),
        ("stderr", DaemonContext::builder().stderr(Stream::append(NUL))),
    ];
    for (option, builder) in options {
        let error = builder.build().unwrap_err();
        assert!(has_nul(&error, option), "{option}: {error}");
    }
}

#[test]
fn a_nul_byte_is_remembered_until_the_option_is_set() {
    let mut context = DaemonContext::builder().build().unwrap();
    let refused = context.configure(|options| options.user(NUL).umask(0o27)).unwrap_err();
    assert!(has_nul(&refused, "user"));
    assert_eq!(context.umask(), Some(0o27), "what was taken is stored");
    assert_eq!(context.check(), Err(refused.clone()));
    assert_eq!(context.open(), Err(refused.clone()));
    assert_eq!(context.launch(), Err(refused.clone()));
    context.configure(|options| options.unset_uid()).expect("this one is taken");
    assert_eq!(context.check(), Err(refused), "but does not mend the other");
    context.configure(|options| options.unset_user()).unwrap();
    context.check().unwrap();
}

#[test]
fn a_nul_byte_is_refused_by_the_control_functions_and_in_a_notification() {
    assert!(has_nul(&pidfile::query(NUL).unwrap_err(), "pid file"));
    assert!(has_nul(&pidfile::signal(NUL, signal::SIGTERM).unwrap_err(), "path"));
    assert!(has_nul(&pidfile::stop(NUL, None).unwrap_err(), "path"));
    assert!(has_nul(&pidfile::wait(NUL, None).unwrap_err(), "path"));
    let context = DaemonContext::builder().build().unwrap();
    assert!(has_nul(&context.notify_failed(1, "a\0b").unwrap_err(), "text"));
}

#[test]
fn a_stream_that_is_closed_is_refused_when_the_context_opens() {
    // SAFETY: a number that no descriptor of this process has; it is only looked at.
    let closed = unsafe { BorrowedFd::borrow_raw(1_000_000) };
    let mut context = DaemonContext::builder().stdout(closed).files_preserve([closed]).build().unwrap();
    for error in [context.check().unwrap_err(), context.open().unwrap_err()] {
        assert_eq!(error.status(), Status::System);
        assert_eq!(error.errno(), Some(9), "EBADF: {error}");
        assert_eq!(std::io::Error::from(error).kind(), std::io::Error::from_raw_os_error(9).kind());
    }
}

#[test]
fn a_stream_keeps_its_descriptor_open_until_it_is_set_again() {
    let is_open = |fd: i32| std::fs::read_link(format!("/proc/self/fd/{fd}")).is_ok_and(|to| to.ends_with("null"));
    let file = File::open("/dev/null").unwrap();
    let fd = file.as_raw_fd();
    let mut context = DaemonContext::builder().stdin(file).build().unwrap();
    assert!(is_open(fd), "the context owns it");
    let _ = context.configure(|options| options.stdin(Stream::append(NUL)));
    assert!(is_open(fd), "a refusal leaves it");
    // Nothing else may take its number meanwhile: compare with a copy that has another one.
    let copy = File::open("/dev/zero").unwrap();
    context.configure(|options| options.stdin(copy.as_fd().try_clone_to_owned().unwrap())).unwrap();
    assert!(!is_open(fd), "set again");
}

#[test]
fn a_context_that_is_not_open_refuses_what_a_daemon_does() {
    let mut context = DaemonContext::builder().build().unwrap();
    let handle = context.handle();
    assert!(!context.is_open());
    assert_eq!(context.daemon_pid(), None);
    assert_eq!(context.dispatch().unwrap_err().status(), Status::State);
    assert_eq!(context.wait_events(Some(Duration::ZERO)).unwrap_err().status(), Status::State);
    assert_eq!(context.reopen_streams().unwrap_err().status(), Status::State);
    assert_eq!(context.notify_ready().unwrap_err().status(), Status::State);
    assert_eq!(context.notify_failed(1, "no").unwrap_err().status(), Status::State);
    assert_eq!(context.terminate(signal::SIGTERM), Err(Status::State));
    assert_eq!(context.terminating_signal(), None);
    context.close().expect("closing a closed context is no error");
    let fd = context.signal_fd().unwrap();
    let open_file = || std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd())).ok();
    let before = open_file();
    assert!(before.is_some());
    drop(context);
    assert_eq!(handle.terminate(signal::SIGTERM), Err(Status::State));
    assert_eq!(handle.notify_ready().unwrap_err().status(), Status::State);
    drop(handle);
    assert_eq!(open_file(), before, "it is open as long as this is there");
}

#[test]
fn a_refused_signal_names_it_and_leaves_the_rest_of_the_map() {
    let mut context = DaemonContext::builder().build().unwrap();
    let refused = context.configure(|options| {
        options.signal_map([
            (signal::SIGKILL, Disposition::Ignore),
            (signal::SIGHUP, Disposition::Terminate),
            (4711, Disposition::handler(|_| ())),
        ])
    });
    let refused = refused.unwrap_err();
    assert_eq!(refused.status(), Status::Range);
    assert!(refused.message().contains("SIGKILL") || refused.message().contains('9'), "{refused}");
    assert_eq!(context.signal_action(signal::SIGHUP), Some(crate::SignalAction::Terminate));
    assert_eq!(context.signal_action(4711), None);
    assert!(context.configure(|options| options.clear_signal_map()).is_ok(), "an empty map has no refusals");
}

#[test]
fn a_fork_that_counts_no_threads_takes_a_promise() {
    let mut context = DaemonContext::builder().detach_method(DetachMethod::Fork).build().unwrap();
    let refused = context.configure(|options| options.detach_method(DetachMethod::ForkUnchecked)).unwrap_err();
    assert_eq!(refused.status(), Status::Argument);
    assert!(refused.message().contains("fork_unchecked()"), "{refused}");
    assert_eq!(context.detach_method(), DetachMethod::Fork);
    assert_eq!(context.open(), Err(refused));
    // SAFETY: it is not opened.
    context.configure(|options| unsafe { options.fork_unchecked() }).unwrap();
    assert_eq!(context.detach_method(), DetachMethod::ForkUnchecked);
    context.check().expect("mended");
}

#[test]
fn a_panic_while_options_are_changed_leaves_a_context_that_works() {
    let mut context = DaemonContext::builder().umask(0o27).build().unwrap();
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| context.configure(|_| panic!("no options today"))));
    assert!(panicked.is_err());
    context.check().expect("a new one took its place");
}

#[test]
fn an_unknown_signal_or_path_is_told_by_the_control_functions() {
    let none = "/nowhere/at/all.pid";
    assert_eq!(pidfile::query(none), Ok(None));
    assert_eq!(pidfile::signal(none, signal::SIGTERM), Ok(pidfile::Outcome::NotRunning));
    assert_eq!(pidfile::stop(none, None), Ok(pidfile::Outcome::NotRunning));
    assert_eq!(pidfile::wait(none, Some(Duration::MAX)), Ok(pidfile::Outcome::NotRunning));
    assert_eq!(pidfile::query("").unwrap_err().status(), Status::Argument);
    assert_eq!(pidfile::signal(none, 4711).unwrap_err().status(), Status::Range);
    assert_eq!(pidfile::query("/dev/null").unwrap_err().status(), Status::UnsafePath);
}
