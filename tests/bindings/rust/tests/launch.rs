//! Daemons made by the crate: the launch tells the truth, signals and destructors work, errors and panics arrive.

use daemonctx::signal;
use daemonctx_tests::{read_until, Launched};

const PROGRAM: &str = env!("CARGO_BIN_EXE_program");
const WORDS: &str = "no database in '/srv'";

fn start(scenario: &str) -> Launched {
    Launched::start(PROGRAM, &[scenario, "DIRECTORY"])
}

// The launcher's error: a panic also writes its words, by itself.
fn error_of(program: &Launched) -> &str {
    program.error.lines().find(|line| line.starts_with("Error {")).unwrap_or_default()
}

#[test]
fn opening_returns_in_the_daemon_and_sigterm_ends_its_loop_so_that_destructors_run() {
    let program = start("opens");
    assert!(program.status.success(), "{}", program.error);
    let pid = program.pid().expect("a daemon");
    assert_eq!(program.read("pid"), format!("{pid}\n"));
    program.end_by(signal::SIGTERM);
    assert!(program.left_nothing());
    assert_eq!(program.read("destroyed"), "yes");
}

#[test]
fn a_program_that_never_asks_for_events_ends_at_once_and_its_pid_file_goes() {
    let program = start("ends_at_once");
    assert!(program.pid().is_some());
    program.end_by(signal::SIGTERM);
    assert!(program.left_nothing());
}

#[test]
fn a_second_start_is_refused_with_the_pid_of_the_first() {
    let mut program = start("opens");
    let pid = program.pid().expect("a daemon");
    program.start_again(PROGRAM, &["opens", "DIRECTORY"]);
    assert_eq!(program.status.code(), Some(3));
    assert!(program.error.contains("status: AlreadyRunning"), "{}", program.error);
    assert!(program.error.contains(&format!("pid: Some({pid})")), "{}", program.error);
    assert_eq!(program.pid(), Some(pid));
}

#[test]
fn an_error_or_a_panic_in_a_callback_fails_the_launch_with_its_words() {
    let hooks = ["prepare", "launcher", "daemon", "privileged"];
    let scenarios = hooks.iter().flat_map(|hook| [format!("{hook}_fails"), format!("{hook}_panics")]);
    for scenario in scenarios.chain(["manager_fails".into(), "trace_panics".into()]) {
        let program = start(&scenario);
        assert_eq!(program.status.code(), Some(3), "{scenario}: {}", program.error);
        assert!(error_of(&program).contains("status: Callback"), "{scenario}: {}", program.error);
        assert!(error_of(&program).contains(WORDS), "{scenario}: {}", program.error);
        assert!(error_of(&program).contains("exit_code: Some(1)"), "{scenario}: {}", program.error);
        assert!(program.left_nothing(), "{scenario}");
    }
}

#[test]
fn what_panics_on_the_way_out_of_a_callback_fails_the_launch_too() {
    for (scenario, words) in [
        ("error_without_words", WORDS),
        ("error_panics_when_dropped", WORDS),
        ("payload_panics_when_dropped", "a panic without words"),
    ] {
        let program = start(scenario);
        assert_eq!(program.status.code(), Some(3), "{scenario}: {}", program.error);
        assert!(error_of(&program).contains("status: Callback"), "{scenario}: {}", program.error);
        assert!(error_of(&program).contains(words), "{scenario}: {}", program.error);
        assert!(program.left_nothing(), "{scenario}");
    }
}

#[test]
fn a_hook_fails_the_launch_with_a_code_and_a_text_of_its_own() {
    for (scenario, words) in [("hook_gives_a_code", WORDS), ("hook_gives_a_code_alone", "78")] {
        let program = start(scenario);
        assert!(program.error.contains("exit_code: Some(78)"), "{scenario}: {}", program.error);
        assert!(program.error.contains(words), "{scenario}: {}", program.error);
    }
    let program = start("hook_has_a_nul");
    assert!(program.error.contains("a\u{fffd}b"), "no word of it is lost: {}", program.error);
}

#[test]
fn what_run_returns_or_panics_with_before_the_daemon_is_ready_is_the_launchers_error() {
    for scenario in ["run_fails", "run_panics"] {
        let program = start(scenario);
        assert_eq!(program.status.code(), Some(3), "{scenario}: {}", program.error);
        assert!(error_of(&program).contains("status: Program"), "{scenario}: {}", program.error);
        assert!(error_of(&program).contains(WORDS), "{scenario}: {}", program.error);
        assert!(program.left_nothing(), "{scenario}");
    }
}

#[test]
fn the_launcher_is_told_of_a_panic_that_unwinds_the_context_before_the_daemon_is_ready() {
    let program = start("unwinds");
    assert_eq!(program.status.code(), Some(3));
    assert!(error_of(&program).contains("a panic left the scope"), "{}", program.error);
    assert!(program.left_nothing());
}

#[test]
fn a_panic_in_a_signal_handler_goes_on_from_wait_events() {
    let program = start("handler_panics");
    assert_eq!(read_until(&program.directory.file("caught"), "'/srv'"), WORDS);
    program.end_by(signal::SIGTERM);
    assert!(program.left_nothing());
}

#[test]
fn another_thread_may_tell_that_the_daemon_is_ready_and_ask_it_to_end() {
    let program = start("thread_is_ready");
    assert!(program.status.success(), "{}", program.error);
    let ended = read_until(&program.directory.file("ended"), "by");
    assert_eq!(ended, "by Some(15), pid file false, Err(State)");
}

#[test]
fn buffered_text_appears_exactly_once_where_stdout_went() {
    let program = start("prints");
    assert_eq!(program.output, "launcher;prepare;");
    program.end_by(signal::SIGTERM);
    assert_eq!(program.read("output"), "launcher;prepare;");
    assert_eq!(program.read("log"), "daemon;");
}

#[test]
fn launching_returns_in_both_processes() {
    let program = start("launches");
    assert_eq!(program.status.code(), Some(7), "{}", program.error);
    let pid = program.pid().expect("a daemon");
    assert_eq!(program.read("launched"), pid.to_string());
}

#[test]
fn what_is_preserved_is_open_in_the_daemon() {
    let program = start("preserves");
    assert!(program.status.success(), "{}", program.error);
    assert_eq!(read_until(&program.directory.file("preserved"), "127"), "preserved 127.0.0.1");
}

#[test]
fn a_closed_context_opens_again_with_other_options() {
    let program = start("reopens");
    assert_eq!(read_until(&program.directory.file("reopened"), "yes"), "yes");
    program.end_by(signal::SIGTERM);
    assert!(program.left_nothing());
}

#[test]
fn the_trace_tells_each_step_and_the_one_that_failed() {
    let program = start("trace_tells");
    assert!(program.error.contains("step: Some(WorkingDirectory)"), "{}", program.error);
    assert!(program.error.contains("errno: Some(2)"), "{}", program.error);
    let trace = program.read("trace");
    assert!(trace.starts_with(r#"[("plan", Ok(()))"#), "{trace}");
    assert!(trace.ends_with(r#"("working_directory", Err(System))]"#), "{trace}");
}

#[test]
fn exiting_closes_the_context_and_leaves_the_pid_file_manager() {
    let program = start("exits");
    assert!(program.status.success(), "{}", program.error);
    assert_eq!(read_until(&program.directory.file("left"), "yes"), "yes");
    assert!(!program.pidfile().exists());
}

#[test]
fn a_program_with_threads_is_not_forked() {
    let program = start("threads_are_refused");
    assert!(program.error.contains("status: Threads"), "{}", program.error);
    assert!(program.left_nothing());
}

#[test]
fn bytes_of_the_launcher_reach_a_daemon_made_by_re_exec() {
    let program = start("hands_state_over");
    assert!(program.status.success(), "{}", program.error);
    assert_eq!(read_until(&program.directory.file("state"), "true"), "from the launcher true");
    program.end_by(signal::SIGTERM);
    assert!(program.left_nothing());
}
