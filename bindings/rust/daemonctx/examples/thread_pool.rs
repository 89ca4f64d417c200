//! thread_pool: a program with a pool of threads and a timer thread, as an async runtime has them, that becomes a daemon by
//! re-exec.
//!
//!     thread_pool PIDFILE
//!
//! The threads are there before `open`: a fork would leave the daemon without them. By re-exec the program is started again,
//! makes its threads again, and goes on from its own `open` as the daemon. It then serves lines over TCP, each by jobs of the
//! pool: `sum N` adds the squares up to N, one job each; `after MS` answers when a timer has run out; `who` tells the pid and
//! the number of threads. The port is printed in the terminal.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{self, ExitCode};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use daemonctx::{DaemonContext, DetachMethod, Event, ReadyMode, StreamSwitch};

type Job = Box<dyn FnOnce() + Send>;

/// Threads that take jobs from one queue, and one that waits for deadlines.
#[derive(Clone)]
struct Runtime {
    jobs: Sender<Job>,
    deadlines: Sender<(Instant, Sender<()>)>,
}

impl Runtime {
    fn start(workers: usize) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..workers {
            let queue = Arc::clone(&queue);
            let next = move || queue.lock().ok()?.recv().ok();
            thread::Builder::new().name("worker".into()).spawn(move || {
                while let Some(job) = next() {
                    job();
                }
            })?;
        }
        let (deadlines, asked) = mpsc::channel();
        thread::Builder::new().name("timer".into()).spawn(move || keep_time(&asked))?;
        Ok(Self { jobs, deadlines })
    }

    fn spawn<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
        let (result, given) = mpsc::channel();
        let job = Box::new(move || drop(result.send(job())));
        self.jobs.send(job).expect("the workers live as long as the queue");
        given
    }

    fn after(&self, delay: Duration) -> Receiver<()> {
        let (ring, rung) = mpsc::channel();
        self.deadlines.send((Instant::now() + delay, ring)).expect("the timer lives as long as its queue");
        rung
    }
}

fn keep_time(asked: &Receiver<(Instant, Sender<()>)>) {
    let mut waiting: BTreeMap<(Instant, u64), Sender<()>> = BTreeMap::new(); // two deadlines may be the same
    for serial in 0.. {
        let next = waiting.first_key_value().map(|((deadline, _), _)| *deadline);
        let time =
            next.map_or(Duration::from_secs(3600), |deadline| deadline.saturating_duration_since(Instant::now()));
        match asked.recv_timeout(time) {
            Ok((deadline, ring)) => drop(waiting.insert((deadline, serial), ring)),
            Err(RecvTimeoutError::Timeout) => {
                if let Some((_, ring)) = waiting.pop_first() {
                    let _ = ring.send(()); // nobody may wait for it any more
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn answer(runtime: &Runtime, line: &str) -> Result<String, Box<dyn Error>> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("sum", count) => {
            let squares: Vec<_> = (1..=count.parse::<u64>()?).map(|n| runtime.spawn(move || n * n)).collect();
            let sum = squares.iter().map(Receiver::recv).sum::<Result<u64, _>>()?;
            Ok(sum.to_string())
        }
        ("after", delay) => {
            runtime.after(Duration::from_millis(delay.parse()?)).recv()?;
            Ok("now".into())
        }
        ("who", _) => {
            let threads = fs::read_dir("/proc/self/task")?.count();
            Ok(format!("pid={} threads={threads} relaunched={}", process::id(), daemonctx::is_relaunched()))
        }
        _ => Err("sum, after or who".into()),
    }
}

fn converse(runtime: &Runtime, client: TcpStream) -> io::Result<()> {
    let mut answers = client.try_clone()?;
    for line in BufReader::new(client).lines() {
        match answer(runtime, &line?) {
            Ok(text) => writeln!(answers, "{text}")?,
            Err(error) => writeln!(answers, "? {error}")?,
        }
    }
    Ok(())
}

fn serve(context: &mut DaemonContext, runtime: Runtime) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port()); // the streams are the launcher's until the daemon is ready
    thread::Builder::new().spawn(move || {
        for client in listener.incoming().flatten() {
            // A thread of its own: a conversation waits for jobs, and must not take a worker from them.
            let runtime = runtime.clone();
            thread::spawn(move || drop(converse(&runtime, client)));
        }
    })?;
    context.notify_ready()?;
    while context.wait_events(None)? != Event::Terminated {}
    Ok(())
}

fn run() -> Result<(), Box<dyn Error>> {
    let pidfile = env::args_os().nth(1).ok_or("usage: thread_pool PIDFILE")?;
    let runtime = Runtime::start(4)?;
    DaemonContext::builder()
        .detach_method(DetachMethod::Reexec)
        .pidfile(pidfile)
        .ready_mode(ReadyMode::Manual)
        .stream_switch(StreamSwitch::AtReady)
        .run(|context| serve(context, runtime))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("thread_pool: {error}");
            ExitCode::FAILURE
        }
    }
}
