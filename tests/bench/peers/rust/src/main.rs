//! The contender `daemonize`: two forks, no word from the daemon.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::{env, fs, mem, process, thread, time::Duration};

use daemonize::Daemonize;

// The slots of contenders/page.h.
const CALLED: u64 = 1;
const FIRST: u64 = 2;
const DAEMON: u64 = 3;
const FAULTS_BEFORE: u64 = 4;
const FAULTS_DAEMON: u64 = 5;
const COUNTING: u64 = 6;

const LIFE: Duration = Duration::from_secs(120);
const PAGE_SIZE: usize = 4096;

fn now() -> i64 {
    // SAFETY: the structure is the call's to fill.
    let at = unsafe {
        let mut at: libc::timespec = mem::zeroed();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut at);
        at
    };
    at.tv_sec * 1_000_000_000 + at.tv_nsec
}

fn faults() -> i64 {
    // SAFETY: the structure is the call's to fill.
    let usage = unsafe {
        let mut usage: libc::rusage = mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    usage.ru_minflt + usage.ru_majflt
}

fn note(slots: &[(u64, i64)]) {
    let path = env::var_os("DAEMONCTX_BENCH_PAGE").expect("a page");
    let page = OpenOptions::new().write(true).open(path).expect("the page");
    for (slot, value) in slots {
        page.write_all_at(&value.to_ne_bytes(), slot * 8).expect("a slot");
    }
}

fn number(name: &str) -> usize {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn main() {
    let counted = number("DAEMONCTX_BENCH_COUNTED") == 1;
    let mut memory = vec![0_u8; number("DAEMONCTX_BENCH_MEMORY_MIB") << 20];
    memory.iter_mut().step_by(PAGE_SIZE).for_each(|byte| *byte = 1);
    let daemonize = Daemonize::new().working_directory("/").umask(0);
    note(&[(FAULTS_BEFORE, faults()), (COUNTING, counted.into())]);
    if counted {
        let _ = fs::metadata("/daemonctx-bench/called");
    }

    let called = now();
    let outcome = daemonize.start();
    let first = now();
    if outcome.is_err() {
        process::exit(1);
    }
    if counted {
        let _ = fs::metadata("/daemonctx-bench/first");
    }
    note(&[(COUNTING, 0), (CALLED, called), (FIRST, first), (FAULTS_DAEMON, faults()), (DAEMON, process::id().into())]);
    thread::sleep(LIFE);
    drop(memory);
}
