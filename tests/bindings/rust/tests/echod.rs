//! The example echod: it echoes, refuses a second start, tells in the terminal why it cannot start, and rotates its log.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use daemonctx::signal;
use daemonctx_tests::{read_until, Launched};

const ECHOD: &str = env!("CARGO_BIN_EXE_echod");

fn start(port: &str) -> Launched {
    Launched::start(ECHOD, &[port, "PIDFILE", "LOG"])
}

fn echoed(port: u16, text: &str) -> String {
    let mut client = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    client.write_all(text.as_bytes()).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    answer
}

fn port_of(daemon: &Launched) -> u16 {
    let log = read_until(&daemon.directory.file("log"), "\n");
    log.trim().rsplit(' ').next().and_then(|port| port.parse().ok()).unwrap_or_else(|| panic!("no port in '{log}'"))
}

#[test]
fn echod_echoes_until_it_is_asked_to_end() {
    let mut daemon = start("0");
    assert!(daemon.status.success(), "{}", daemon.error);
    let port = port_of(&daemon);
    assert_eq!(echoed(port, "hello\n"), "hello\n");
    let long = "0123456789".repeat(10_000);
    assert_eq!(echoed(port, &long), long);

    daemon.start_again(ECHOD, &["0", "PIDFILE", "LOG"]);
    assert_eq!(daemon.status.code(), Some(1));
    assert!(daemon.error.contains(&daemon.pid().expect("the first one runs").to_string()), "{}", daemon.error);

    daemon.signal(signal::SIGHUP);
    let log = daemon.directory.file("log");
    assert!(read_until(&log, "reopened").contains("log reopened"));
    let rotated = daemon.directory.file("log.1");
    fs::rename(&log, &rotated).unwrap();
    daemon.signal(signal::SIGHUP);
    assert_eq!(read_until(&log, "\n"), "echod: log reopened\n");

    daemon.end_by(signal::SIGTERM);
    assert!(daemon.left_nothing());
    assert_eq!(daemon.read("log"), "echod: log reopened\nechod: stopped\n");
    assert_eq!(daemon.read("output"), "", "nothing went to the terminal");
}

#[test]
fn a_start_that_fails_says_why_in_the_terminal() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let daemon = start(&taken.local_addr().unwrap().port().to_string());
    assert_eq!(daemon.status.code(), Some(1));
    assert!(daemon.error.contains("Address already in use"), "{}", daemon.error);
    assert!(daemon.left_nothing());
    let daemon = start("many");
    assert_eq!(daemon.error, "echod: port 'many' is not a number from 0 to 65535\n");
}
