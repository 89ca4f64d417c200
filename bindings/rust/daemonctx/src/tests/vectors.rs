//! The table of vectors that every language's tests read, tests/vectors/options.tsv: set a value, look at what is stored.

use std::fmt::Write as _;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use super::table::{rows, signal_number, value, values, Row, Value};
use crate::{
    Builder, DaemonContext, DetachMethod, DetachProcess, Disposition, ReadyMode, SignalReset, Status, StoredStream,
    Stream, StreamSwitch,
};

// The setter's call, or None: the types of this crate cannot hold the value.
fn set(builder: Builder, row: &Row) -> Result<Builder, Builder> {
    match try_set(&row.option, &row.values) {
        Some(call) => Ok(call(builder)),
        None => Err(builder),
    }
}

type Call = Box<dyn FnOnce(Builder) -> Builder>;

fn call(call: impl FnOnce(Builder) -> Builder + 'static) -> Option<Call> {
    Some(Box::new(call))
}

fn flag(number: i64) -> Option<bool> {
    [(0, false), (1, true)].into_iter().find(|(known, _)| *known == number).map(|(_, flag)| flag)
}

// A closed descriptor of that number is no harm: nothing reads it here.
fn borrowed(number: i64) -> Option<BorrowedFd<'static>> {
    let fd = i32::try_from(number).ok().filter(|fd| *fd >= 0)?;
    // SAFETY: only its number is looked at in these tests.
    Some(unsafe { BorrowedFd::borrow_raw(fd) })
}

fn try_set(option: &str, values: &[Value]) -> Option<Call> {
    use Value::{List, Number, Text};
    match (option, values) {
        ("files_preserve", [List(numbers)]) => {
            let files = numbers.iter().map(|number| borrowed(*number)).collect::<Option<Vec<_>>>()?;
            call(move |builder| builder.files_preserve(files))
        }
        ("groups", [List(numbers)]) => {
            let ids = numbers.iter().map(|id| u32::try_from(*id).ok()).collect::<Option<Vec<_>>>()?;
            call(move |builder| builder.groups(&ids))
        }
        ("umask_inherit", []) => call(Builder::umask_inherit),
        (_, []) => {
            let stream = if option.ends_with("_null") { Stream::null() } else { Stream::inherit() };
            set_stream(option.split('_').next()?, stream)
        }
        ("signal_action", [Number(signum), Number(action)]) => {
            let signum = i32::try_from(*signum).ok()?;
            let known = [Disposition::Ignore, Disposition::Default, Disposition::Terminate];
            let action = known.into_iter().nth(usize::try_from(*action).ok()?)?;
            call(move |builder| builder.signal(signum, action))
        }
        ("stdin" | "stdout" | "stderr", [Number(fd)]) => set_stream(option, Stream::from(borrowed(*fd)?)),
        (_, [Text(path), Number(mode)]) => {
            let stream = Stream::append(path).mode(u32::try_from(*mode).ok()?);
            set_stream(option.strip_suffix("_path")?, stream)
        }
        ("stdin_path", [Text(path)]) => set_stream("stdin", Stream::append(path)),
        (_, [Text(text)]) => set_text(option, text.clone()),
        (_, [Number(number)]) => set_number(option, *number),
        _ => None,
    }
}

fn set_stream(which: &str, stream: Stream) -> Option<Call> {
    match which {
        "stdin" => call(|builder| builder.stdin(stream)),
        "stdout" => call(|builder| builder.stdout(stream)),
        "stderr" => call(|builder| builder.stderr(stream)),
        _ => None,
    }
}

fn set_text(option: &str, text: String) -> Option<Call> {
    match option {
        "chroot_directory" => call(move |builder| builder.chroot_directory(text)),
        "working_directory" => call(move |builder| builder.working_directory(text)),
        "pidfile" => call(move |builder| builder.pidfile(text)),
        "user" => call(move |builder| builder.user(&text)),
        "group" => call(move |builder| builder.group(&text)),
        "state" => call(move |builder| builder.state(text.as_bytes())),
        _ => None,
    }
}

fn set_number(option: &str, number: i64) -> Option<Call> {
    let id = u32::try_from(number);
    let enumerator = u32::try_from(number).unwrap_or(u32::MAX);
    match option {
        "umask" => id.ok().and_then(|mask| call(move |builder| builder.umask(mask))),
        "uid" => id.ok().and_then(|id| call(move |builder| builder.uid(id))),
        "gid" => id.ok().and_then(|id| call(move |builder| builder.gid(id))),
        "prevent_core" => flag(number).and_then(|flag| call(move |builder| builder.prevent_core(flag))),
        "no_new_privs" => flag(number).and_then(|flag| call(move |builder| builder.no_new_privs(flag))),
        "close_at_exit" => flag(number).and_then(|flag| call(move |builder| builder.close_at_exit(flag))),
        "capabilities" => call(move |builder| builder.capabilities(number as u64)),
        "ready_timeout" => {
            let limit = if number == -1 { None } else { Some(Duration::from_millis(u64::try_from(number).ok()?)) };
            call(move |builder| builder.ready_timeout(limit))
        }
        "detach_process" => {
            DetachProcess::from_raw(enumerator).and_then(|value| call(move |builder| builder.detach_process(value)))
        }
        "detach_method" => DetachMethod::from_raw(enumerator).and_then(|value| match value {
            // SAFETY: nothing is opened here.
            DetachMethod::ForkUnchecked => call(|builder| unsafe { builder.fork_unchecked() }),
            checked => call(move |builder| builder.detach_method(checked)),
        }),
        "ready_mode" => {
            ReadyMode::from_raw(enumerator).and_then(|value| call(move |builder| builder.ready_mode(value)))
        }
        "stream_switch" => {
            StreamSwitch::from_raw(enumerator).and_then(|value| call(move |builder| builder.stream_switch(value)))
        }
        "signal_reset" => {
            SignalReset::from_raw(enumerator).and_then(|value| call(move |builder| builder.signal_reset(value)))
        }
        _ => None,
    }
}

// What is stored, in the table's words.
fn stored(context: &DaemonContext, getter: &str) -> String {
    if let Some(signum) = getter.strip_prefix("signal_action(").and_then(|rest| rest.strip_suffix(')')) {
        let signum = i32::try_from(signal_number(signum).unwrap()).unwrap();
        return (context.signal_action(signum).unwrap() as u32).to_string();
    }
    match getter {
        "files_preserve" => list(context.files_preserve()),
        "groups" => list(context.groups()),
        "chroot_directory" => text(context.chroot_directory().and_then(|path| path.to_str())),
        "working_directory" => text(context.working_directory().to_str()),
        "pidfile" => text(context.pidfile().and_then(|path| path.to_str())),
        "user" => text(context.user()),
        "group" => text(context.group()),
        "state" => text(std::str::from_utf8(context.state()).ok()),
        "umask" => context.umask().map_or("ERR_NOT_FOUND".into(), |mask| mask.to_string()),
        "detach_process" => (context.detach_process() as u32).to_string(),
        "detach_method" => (context.detach_method() as u32).to_string(),
        "ready_mode" => (context.ready_mode() as u32).to_string(),
        "stream_switch" => (context.stream_switch() as u32).to_string(),
        "signal_reset" => (context.signal_reset() as u32).to_string(),
        "uid" => context.uid().to_string(),
        "gid" => context.gid().to_string(),
        "prevent_core" => i32::from(context.prevent_core()).to_string(),
        "no_new_privs" => i32::from(context.no_new_privs()).to_string(),
        "close_at_exit" => i32::from(context.close_at_exit()).to_string(),
        "capabilities" => context.capabilities().to_string(),
        "ready_timeout" => context.ready_timeout().map_or("-1".into(), |limit| limit.as_millis().to_string()),
        _ => stored_stream(context, getter),
    }
}

fn stored_stream(context: &DaemonContext, getter: &str) -> String {
    let (which, form) = getter.split_once('_').unwrap_or((getter, "fd"));
    let stream = match which {
        "stdin" => context.stdin(),
        "stdout" => context.stdout(),
        "stderr" => context.stderr(),
        _ => panic!("no getter {getter}"),
    };
    let kind = match stream {
        StoredStream::Null => 0,
        StoredStream::Inherit => 1,
        StoredStream::Fd(_) => 2,
        StoredStream::Path { .. } => 3,
    };
    match (form, stream) {
        ("kind", _) => kind.to_string(),
        ("fd", StoredStream::Fd(fd)) => fd.to_string(),
        ("path", StoredStream::Path { path, .. }) if which == "stdin" => text(path.to_str()),
        ("path", StoredStream::Path { path, mode }) => format!("{} {mode}", text(path.to_str())),
        _ => "ERR_NOT_FOUND".into(),
    }
}

fn text(text: Option<&str>) -> String {
    text.map_or("null".into(), |text| format!("\"{text}\""))
}

fn list<T: ToString>(items: &[T]) -> String {
    format!("[{}]", items.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

// A column of the table in the words of stored().
fn plain(column: &str) -> String {
    let mut words = String::new();
    for value in values(column) {
        let gap = if words.is_empty() { "" } else { " " };
        match value {
            Value::Null => write!(words, "{gap}null"),
            Value::Number(number) => write!(words, "{gap}{number}"),
            Value::Text(text) => write!(words, "{gap}\"{text}\""),
            Value::List(numbers) => write!(words, "{gap}{}", list(&numbers)),
            Value::Word(word) => write!(words, "{gap}{word}"),
        }
        .unwrap();
    }
    words
}

// What the sentence must name of a refused value: texts without their quotes, signals by their numbers or names.
fn is_named(message: &str, row: &Row) -> bool {
    let octal = row.refused.strip_prefix("0o").unwrap_or(&row.refused);
    match value(&row.refused) {
        Value::Text(text) => message.contains(&text[..text.len().min(40)]), // a long one is cut
        Value::Number(number) => message.contains(&number.to_string()) || message.contains(octal),
        _ => message.contains(&row.refused),
    }
}

fn check(row: &Row) -> Result<bool, String> {
    let fresh = DaemonContext::builder();
    let before = stored(fresh.peek(), &row.getter);
    let told = if row.is_default {
        fresh
    } else {
        match set(fresh, row) {
            Ok(told) => told,
            Err(_) => return Ok(false),
        }
    };
    let refusal = told.first_refused_here();
    let status = refusal.as_ref().map_or("OK", |error| error.status().name());
    let after = stored(told.peek(), &row.getter);
    let expected = if row.stored == "unchanged" { before } else { plain(&row.stored) };
    if status != row.status {
        return Err(format!("status {status}, not {}", row.status));
    }
    if after != expected {
        return Err(format!("stored {after}, not {expected}"));
    }
    match refusal {
        Some(error) if !is_named(error.message(), row) => Err(format!("'{error}' does not name {}", row.refused)),
        Some(error) if told.build().err().as_ref() != Some(&error) => Err("build() does not return it".into()),
        _ => Ok(true),
    }
}

#[test]
fn each_row_of_the_table_stores_or_refuses_as_it_says() {
    let rows = rows();
    let mut wrong = String::new();
    let mut left_out = Vec::new();
    for row in &rows {
        match check(row) {
            Ok(true) => {}
            Ok(false) => left_out.push(row),
            Err(reason) => writeln!(wrong, "line {}: {}: {reason:.300}", row.line, row.option).unwrap(),
        }
    }
    println!("{} rows, {} of which the types cannot express", rows.len(), left_out.len());
    assert!(wrong.is_empty(), "{wrong}");
    // What the types cannot express is refused in C: nothing that C takes is out of reach here.
    let taken: Vec<_> = left_out.iter().filter(|row| row.status == "OK").map(|row| row.line).collect();
    assert!(taken.is_empty(), "no way to express the rows of lines {taken:?}");
    assert!(rows.len() - left_out.len() > 140, "only {} rows were tested", rows.len() - left_out.len());
}

#[test]
fn a_refusal_is_forgotten_when_the_option_is_set() {
    let builder = DaemonContext::builder().umask(0o1000).umask(0o22);
    assert_eq!(builder.build().expect("mended").umask(), Some(0o22));
    let builder = DaemonContext::builder().user("").uid(7);
    assert_eq!(builder.build().expect("a uid replaces a user").uid(), 7);
    let refused = DaemonContext::builder().user("").unset_uid().build().unwrap_err();
    assert_eq!(refused.status(), Status::Argument);
}

// The C context and the Rust one agree on what is refused: both are asked.
#[test]
fn checking_refuses_what_building_refused() {
    let mut context = DaemonContext::builder().build().unwrap();
    let refused = context.configure(|options| options.working_directory("")).unwrap_err();
    assert_eq!(context.check().unwrap_err().message(), refused.message());
    context.configure(|options| options.working_directory("/")).unwrap();
    context.check().expect("mended");
}
