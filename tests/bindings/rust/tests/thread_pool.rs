//! H06: daemons made by re-exec, whose threads, timers and network are alive. DAEMONCTX_LAUNCHES tells how many.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use daemonctx::signal;
use daemonctx_tests::{Launched, LIMIT};

const THREAD_POOL: &str = env!("CARGO_BIN_EXE_thread_pool");

struct Client {
    lines: BufReader<TcpStream>,
}

impl Client {
    fn of(daemon: &Launched) -> Self {
        let port: u16 = daemon.output.trim().parse().unwrap_or_else(|_| panic!("no port: '{}'", daemon.output));
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        Self { lines: BufReader::new(stream) }
    }

    fn ask(&mut self, question: &str) -> String {
        writeln!(self.lines.get_mut(), "{question}").unwrap();
        let mut answer = String::new();
        self.lines.read_line(&mut answer).expect("it answers in time");
        answer.trim_end().to_owned()
    }
}

fn launch() {
    let daemon = Launched::start(THREAD_POOL, &["PIDFILE"]);
    assert!(daemon.status.success(), "{}", daemon.error);
    let pid = daemon.pid().expect("a daemon");
    let mut client = Client::of(&daemon);
    // 4 workers, a timer, one that accepts, one for this conversation, and main.
    assert_eq!(client.ask("who"), format!("pid={pid} threads=8 relaunched=true"));
    assert_eq!(client.ask("sum 100"), "338350");
    assert_eq!(client.ask("after 1"), "now");
    assert_eq!(Client::of(&daemon).ask("sum 3"), "14");
    daemon.end_by(signal::SIGTERM);
    assert!(daemon.left_nothing());
}

#[test]
fn threads_timers_and_network_work_in_every_daemon_made_by_re_exec() {
    let launches = env::var("DAEMONCTX_LAUNCHES").map_or(50, |count| count.parse().expect("a number"));
    for _ in 0..launches {
        launch();
    }
    println!("{launches} of {launches} daemons");
}

#[test]
fn a_second_start_of_a_daemon_made_by_re_exec_is_refused() {
    let mut daemon = Launched::start(THREAD_POOL, &["PIDFILE"]);
    let pid = daemon.pid().expect("a daemon");
    daemon.start_again(THREAD_POOL, &["PIDFILE"]);
    assert_eq!(daemon.status.code(), Some(1));
    assert!(daemon.error.contains(&pid.to_string()), "{}", daemon.error);
}
