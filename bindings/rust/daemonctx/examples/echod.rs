//! echod: a TCP echo server (RFC 862) that is a well-behaved daemon. Copy from it.
//!
//!     echod PORT PIDFILE LOG
//!
//! The daemon binds its port while the launcher waits: "Address already in use" appears in the terminal. Each client has a
//! thread, made when the daemon is one.

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::{env, thread};

use daemonctx::{signal, DaemonContext, Disposition, Event, ReadyMode, Stream};

fn echo(mut client: TcpStream) -> io::Result<()> {
    let mut bytes = [0; 4096];
    loop {
        match client.read(&mut bytes)? {
            0 => return Ok(()),
            count => client.write_all(&bytes[..count])?,
        }
    }
}

// Signals are the main thread's; a client that is there when the daemon ends is left.
fn accept(listener: &TcpListener) {
    for client in listener.incoming() {
        let served = client.and_then(|client| {
            thread::Builder::new().spawn(move || {
                let _ = echo(client); // it has gone, in its own way
            })
        });
        if let Err(error) = served {
            println!("echod: a client was not served: {error}");
            thread::sleep(std::time::Duration::from_millis(100)); // out of descriptors or threads: others must end first
        }
    }
}

fn serve(context: &mut DaemonContext, port: u16) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map_err(|error| format!("cannot listen on port {port}: {error}"))?;
    println!("echod: listening on port {}", listener.local_addr()?.port());
    thread::Builder::new().spawn(move || accept(&listener))?;
    context.notify_ready()?;
    while context.wait_events(None)? != Event::Terminated {}
    println!("echod: stopped");
    Ok(())
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().collect();
    let [_, port, pidfile, log] = arguments.as_slice() else {
        return Err("usage: echod PORT PIDFILE LOG".into());
    };
    let port = port.parse().map_err(|_| format!("port '{port}' is not a number from 0 to 65535"))?;
    let reopen = |context: &daemonctx::SignalContext<'_>| match context.reopen_streams() {
        Ok(()) => println!("echod: log reopened"),
        Err(error) => println!("echod: {error}"),
    };
    DaemonContext::builder()
        .pidfile(pidfile)
        .stdout(Stream::append(log))
        .stderr(Stream::append(log))
        .ready_mode(ReadyMode::Manual)
        .signal_map([(signal::SIGHUP, Disposition::handler(reopen)), (signal::SIGINT, Disposition::Terminate)])
        .run(|context| serve(context, port))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("echod: {error}");
            ExitCode::FAILURE
        }
    }
}
