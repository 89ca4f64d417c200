//! A program under test, what it wrote, and its daemon, which is stopped in the end.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use daemonctx::pidfile;

mod changes;
use changes::Changes;

/// How long anything here may take; nothing is waited for by sleeping.
pub const LIMIT: Duration = Duration::from_secs(60);

/// A directory of its own, removed in the end.
pub struct Directory(PathBuf);

impl Default for Directory {
    fn default() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("daemonctx-rust-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir(&path).expect("a directory for the test");
        Self(path)
    }
}

impl Directory {
    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A program that was started, and has ended or become a daemon.
pub struct Launched {
    pub directory: Directory,
    pub status: ExitStatus,
    pub output: String,
    pub error: String,
}

impl Launched {
    /// Starts a program and waits until it has ended; PIDFILE, LOG and DIRECTORY stand for paths of its own.
    pub fn start(program: &str, arguments: &[&str]) -> Self {
        let directory = Directory::default();
        let (status, output, error) = Self::run(&directory, program, arguments);
        Self { directory, status, output, error }
    }

    /// Starts another one with the same paths.
    pub fn start_again(&mut self, program: &str, arguments: &[&str]) {
        (self.status, self.output, self.error) = Self::run(&self.directory, program, arguments);
    }

    // Into files: the daemon may keep them open, so that the end of a pipe would not come.
    fn run(directory: &Directory, program: &str, arguments: &[&str]) -> (ExitStatus, String, String) {
        let place = |argument: &&str| match *argument {
            "PIDFILE" => directory.file("pid").into_os_string(),
            "LOG" => directory.file("log").into_os_string(),
            "DIRECTORY" => directory.0.clone().into_os_string(),
            other => other.into(),
        };
        let [output, error] = ["output", "error"].map(|name| directory.file(name));
        let opened = |path| OpenOptions::new().create(true).append(true).open(path).map(Stdio::from);
        fs::write(&error, "").expect("the file is ours");
        // DAEMONCTX_RUNNER: a program, such as valgrind, and its arguments, under which all programs run. What it writes into
        // DIRECTORY/errors.* is looked at in the end.
        let runner = env::var("DAEMONCTX_RUNNER").unwrap_or_default();
        let logs = runner.replace("DIRECTORY", &directory.0.to_string_lossy());
        let mut words = logs.split_whitespace().chain([program]);
        let status = Command::new(words.next().expect("at least the program"))
            .args(words)
            .args(arguments.iter().map(place))
            .stdin(Stdio::null())
            .stdout(opened(&output).expect("a file for the output"))
            .stderr(opened(&error).expect("a file for the error output"))
            .status()
            .expect("the program starts");
        (status, read(&output), read(&error))
    }

    pub fn pidfile(&self) -> PathBuf {
        self.directory.file("pid")
    }

    /// The pid of the daemon.
    pub fn pid(&self) -> Option<u32> {
        pidfile::query(self.pidfile()).expect("the pid file can be asked").and_then(|holder| holder.pid)
    }

    /// What the program wrote into a file of its directory.
    pub fn read(&self, name: &str) -> String {
        read(&self.directory.file(name))
    }

    /// Sends a signal to the daemon.
    pub fn signal(&self, signum: i32) {
        assert_eq!(pidfile::signal(self.pidfile(), signum), Ok(pidfile::Outcome::Done));
    }

    /// Sends a signal to the daemon and waits for its end.
    pub fn end_by(&self, signum: i32) {
        self.signal(signum);
        // It may have ended, and removed its pid file, already.
        let _ = pidfile::wait(self.pidfile(), Some(LIMIT)).expect("the daemon ends");
    }

    pub fn left_nothing(&self) -> bool {
        self.pid().is_none() && !self.pidfile().exists()
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        // A runner tells what it has seen when the process ends in its own way.
        let limit = if env::var_os("DAEMONCTX_RUNNER").is_some() { LIMIT } else { Duration::ZERO };
        let _ = pidfile::stop(self.pidfile(), Some(limit));
        let files = fs::read_dir(&self.directory.0).into_iter().flatten().flatten();
        let errors = files.filter(|file| file.file_name().to_string_lossy().starts_with("errors."));
        let errors: String = errors.map(|file| read(&file.path())).collect();
        // Valgrind's errors; what it only remarks begins with --.
        let errors: Vec<&str> = errors.lines().filter(|line| line.starts_with("==")).collect();
        assert!(errors.is_empty() || thread::panicking(), "{errors:#?}");
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// Reads a file until something is in it, or the time is over; a change in its directory is the event that is waited for.
pub fn read_until(path: &Path, wanted: &str) -> String {
    let changes = Changes::of(path.parent().expect("a file in a directory"));
    let end = Instant::now() + LIMIT;
    loop {
        let text = read(path);
        if text.contains(wanted) || !changes.wait(end.saturating_duration_since(Instant::now())) {
            return text;
        }
    }
}
