//! program SCENARIO DIRECTORY: becomes a daemon, or fails to, in the way that a test asks for. The daemon keeps its pid in the
//! directory, and writes what it has to tell into files there.

use std::error::Error as StdError;
use std::fmt;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

use daemonctx::{
    signal, Builder, DaemonContext, DetachMethod, DetachProcess, Error, Event, Failure, HookContext, HookResult,
    Launch, PidfileManager, ReadyMode, Step, Stream,
};

extern "C" {
    fn raise(signum: i32) -> i32;
}

const WORDS: &str = "no database in '/srv'";

type Outcome = Result<(), Box<dyn StdError>>;

// Tells of its end.
struct Witness(PathBuf);

impl Drop for Witness {
    fn drop(&mut self) {
        tell(&self.0, "destroyed", "yes");
    }
}

fn tell(directory: &Path, name: &str, text: &str) {
    fs::write(directory.join(name), text).expect("the directory is ours");
}

fn fails(_: &HookContext<'_>) -> HookResult {
    Err(WORDS.into())
}

fn panics(_: &HookContext<'_>) -> HookResult {
    panic!("{WORDS}")
}

// An error that panics when it is asked for its words, or in its destructor; also what a panic carries.
#[derive(Debug)]
enum Treacherous {
    Display,
    Drop,
}

impl fmt::Display for Treacherous {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Display => panic!("{WORDS}"),
            Self::Drop => formatter.write_str("nobody reads this"),
        }
    }
}

impl StdError for Treacherous {}

impl Drop for Treacherous {
    fn drop(&mut self) {
        if matches!(self, Self::Drop) {
            panic!("{WORDS}");
        }
    }
}

fn wait_for_the_end(context: &mut DaemonContext) -> Result<(), Error> {
    while context.wait_events(None)? != Event::Terminated {}
    Ok(())
}

// A manager that tells when it is entered and left, or fails.
struct Manager {
    directory: PathBuf,
    enters: bool,
}

impl PidfileManager for Manager {
    fn enter(&mut self, _: &HookContext<'_>) -> HookResult {
        if !self.enters {
            return Err(WORDS.into());
        }
        tell(&self.directory, "pid", "managed");
        Ok(())
    }

    fn exit(&mut self, _: &HookContext<'_>) -> HookResult {
        fs::remove_file(self.directory.join("pid"))?;
        tell(&self.directory, "left", "yes");
        Ok(())
    }
}

fn failing(scenario: &str, builder: Builder, directory: &Path) -> Option<Builder> {
    Some(match scenario {
        "prepare_fails" => builder.prepare_hook(fails),
        "launcher_fails" => builder.launcher_hook(fails),
        "daemon_fails" => builder.daemon_hook(fails),
        "privileged_fails" => builder.privileged_hook(fails),
        "prepare_panics" => builder.prepare_hook(panics),
        "launcher_panics" => builder.launcher_hook(panics),
        "daemon_panics" => builder.daemon_hook(panics),
        "privileged_panics" => builder.privileged_hook(panics),
        "error_without_words" => builder.daemon_hook(|_| Err(Treacherous::Display.into())),
        "error_panics_when_dropped" => builder.daemon_hook(|_| Err(Treacherous::Drop.into())),
        "payload_panics_when_dropped" => builder.daemon_hook(|_| panic::panic_any(Treacherous::Drop)),
        "manager_fails" => builder.pidfile_manager(Manager { directory: directory.into(), enters: false }),
        "trace_panics" => builder.trace(|_, _| panic!("{WORDS}")),
        "hook_gives_a_code" => builder.daemon_hook(|_| Err(Failure::new(78, WORDS).into())),
        "hook_gives_a_code_alone" => builder.daemon_hook(|_| Err(Failure::code(78).into())),
        "hook_has_a_nul" => builder.daemon_hook(|_| Err("a\0b".into())),
        "threads_are_refused" => builder.detach_method(DetachMethod::Fork),
        _ => return None,
    })
}

fn opens(mut context: DaemonContext, directory: &Path) -> Outcome {
    context.open()?;
    let _witness = Witness(directory.into());
    wait_for_the_end(&mut context)?;
    Ok(())
}

fn handler_panics(builder: Builder, directory: &Path) -> Outcome {
    let mut context = builder
        .signal_handler(signal::SIGUSR1, |_| panic!("{WORDS}"))
        .signal_handler(signal::SIGUSR2, |_| panic::panic_any(Treacherous::Drop)) // the second: the first goes on
        .open()?;
    // SAFETY: they are handled when the context asks for events.
    unsafe {
        raise(signal::SIGUSR2);
        raise(signal::SIGUSR1);
    }
    let caught = panic::catch_unwind(panic::AssertUnwindSafe(|| context.wait_events(None)));
    let text = caught.unwrap_err().downcast::<String>().expect("its words are kept");
    tell(directory, "caught", &text);
    wait_for_the_end(&mut context)?;
    Ok(())
}

// Text that lies in the buffer of the launcher is written once, and that of the daemon goes to its own stdout.
fn prints(builder: Builder) -> Outcome {
    print!("launcher;");
    let hook = |_: &HookContext<'_>| {
        print!("prepare;");
        Ok(())
    };
    let mut context = builder.prepare_hook(hook).open()?;
    print!("daemon;");
    wait_for_the_end(&mut context)?;
    Ok(())
}

fn launches(builder: Builder, directory: &Path) -> Outcome {
    let mut context = builder.build()?;
    match context.launch()? {
        Launch::Launcher { pid } => {
            tell(directory, "launched", &pid.to_string());
            assert!(!context.is_open());
        }
        Launch::Daemon => {
            assert!(context.is_open());
            assert_eq!(context.daemon_pid(), Some(process::id()));
            wait_for_the_end(&mut context)?;
        }
    }
    Ok(())
}

// What the privileged hook opened is there in the daemon; what the program did not preserve is not.
fn preserves(builder: Builder, directory: &Path) -> Outcome {
    let listener = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&listener);
    let (ours, theirs) = UnixStream::pair()?;
    let mut context = builder
        .files_preserve([&ours, &theirs])
        .privileged_hook(move |context| {
            let bound = TcpListener::bind("127.0.0.1:0")?;
            context.preserve(&bound)?;
            *kept.lock().unwrap() = Some(bound);
            Ok(())
        })
        .open()?;
    (&ours).write_all(b"preserved")?;
    drop(ours);
    let mut text = String::new();
    (&theirs).read_to_string(&mut text)?;
    let bound = listener.lock().unwrap().take().expect("the hook has run");
    tell(directory, "preserved", &format!("{text} {}", bound.local_addr()?.ip()));
    wait_for_the_end(&mut context)?;
    Ok(())
}

fn reopens(mut context: DaemonContext, directory: &Path) -> Outcome {
    context.open()?;
    context.open()?; // an open context is left as it is
    let first = process::id();
    context.close()?;
    assert!(context.wait_events(None).is_err());
    context.configure(|options| options.detach_process(DetachProcess::No))?;
    context.open()?;
    assert_eq!(first, process::id());
    tell(directory, "reopened", "yes");
    wait_for_the_end(&mut context)?;
    Ok(())
}

// Under re-exec this runs twice: what the first run knew reaches the second as bytes.
fn hands_state_over(builder: Builder, directory: &Path) -> Outcome {
    let told = thread::spawn(|| daemonctx::inherited_state().map(<[u8]>::to_vec)).join().expect("no panic");
    let parked = thread::spawn(thread::park); // a fork would be refused
    let mut context = builder.detach_method(DetachMethod::Reexec).state(b"from the launcher").open()?;
    let told = told.map_or("nothing".into(), |bytes| String::from_utf8_lossy(&bytes).into_owned());
    tell(directory, "state", &format!("{told} {}", daemonctx::is_relaunched()));
    wait_for_the_end(&mut context)?;
    parked.thread().unpark();
    Ok(())
}

fn run(scenario: &str, directory: &Path) -> Outcome {
    let builder = DaemonContext::builder()
        .pidfile(directory.join("pid"))
        .stdout(Stream::append(directory.join("log")))
        .stderr(Stream::append(directory.join("log")))
        .detach_process(DetachProcess::Yes);
    let manual = |builder: Builder| builder.ready_mode(ReadyMode::Manual);
    let manager = Manager { directory: directory.into(), enters: true };
    match scenario {
        "opens" => opens(builder.build()?, directory),
        "ends_at_once" => {
            let _context = builder.open()?;
            loop {
                thread::park(); // never asks for events
            }
        }
        "exits" => {
            let _context = builder.pidfile_manager(manager).open()?;
            process::exit(3); // no destructor runs
        }
        "run_fails" => manual(builder).run(|_| Err(WORDS.into())),
        "run_panics" => manual(builder).run(|_| panic!("{WORDS}")),
        "unwinds" => {
            let _context = manual(builder).open()?;
            panic!("{WORDS}");
        }
        "thread_is_ready" => {
            let mut context = manual(builder).open()?;
            let handle = context.handle();
            thread::spawn(move || handle.notify_ready()).join().expect("no panic")?;
            assert_eq!(context.terminating_signal(), None); // from now on it is an event
            let handle = context.handle();
            let kept = handle.clone();
            thread::spawn(move || handle.terminate(signal::SIGTERM));
            wait_for_the_end(&mut context)?;
            let by = context.terminating_signal();
            drop(context); // a handle does not keep it open
            let is_there = directory.join("pid").exists();
            tell(directory, "ended", &format!("by {by:?}, pid file {is_there}, {:?}", kept.terminate(signal::SIGTERM)));
            Ok(())
        }
        "trace_tells" => {
            let seen = Arc::new(Mutex::new(Vec::new()));
            let steps = Arc::clone(&seen);
            let trace = move |step: Step, ended: Result<(), _>| steps.lock().unwrap().push((step.to_string(), ended));
            let mut context = builder.trace(trace).working_directory("/no/such/directory").build()?;
            let error = context.open().unwrap_err();
            tell(directory, "trace", &format!("{:?}", seen.lock().unwrap()));
            Err(error.into())
        }
        "handler_panics" => handler_panics(builder, directory),
        "prints" => prints(builder),
        "launches" => launches(builder, directory),
        "preserves" => preserves(builder, directory),
        "reopens" => reopens(builder.build()?, directory),
        "hands_state_over" => hands_state_over(builder, directory),
        _ => {
            let is_threaded = scenario == "threads_are_refused";
            let _parked = is_threaded.then(|| thread::spawn(thread::park));
            let builder = failing(scenario, builder, directory).ok_or("no such scenario")?;
            opens(builder.build()?, directory)
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().collect();
    let Err(error) = run(&arguments[1], Path::new(&arguments[2])) else {
        return ExitCode::from(7);
    };
    match error.downcast::<Error>() {
        Ok(error) => eprintln!("{error:?}"),
        Err(error) => eprintln!("{error}"),
    }
    ExitCode::from(3)
}
