//! The table of vectors, tests/vectors/options.tsv: its rows, taken apart. Its head says what each column means.

use std::fs;
use std::path::PathBuf;

use crate::signal;

// What the table's values are. Text keeps its quotes off, and its repetitions on.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Number(i64),
    Text(String),
    List(Vec<i64>),
    Word(String),
}

pub(super) struct Row {
    pub(super) line: usize,
    pub(super) option: String,
    pub(super) values: Vec<Value>,
    pub(super) is_default: bool,
    pub(super) status: String,
    pub(super) getter: String,
    pub(super) stored: String,
    pub(super) refused: String,
}

pub(super) fn signal_number(name: &str) -> Option<i64> {
    let known = [
        ("SIGHUP", signal::SIGHUP),
        ("SIGINT", signal::SIGINT),
        ("SIGKILL", signal::SIGKILL),
        ("SIGTERM", signal::SIGTERM),
        ("SIGUSR1", signal::SIGUSR1),
        ("SIGSTOP", 19),
        ("SIGTSTP", 20),
        ("SIGTTIN", 21),
        ("SIGTTOU", 22),
        ("SIGCHLD", 17),
    ];
    known.iter().find(|(known, _)| *known == name).map(|(_, number)| i64::from(*number))
}

fn number(word: &str) -> Option<i64> {
    match word.strip_prefix("0o") {
        Some(octal) => i64::from_str_radix(octal, 8).ok(),
        None => word.parse().ok(),
    }
}

pub(super) fn value(word: &str) -> Value {
    if word == "null" {
        return Value::Null;
    }
    if let Some(rest) = word.strip_prefix('"') {
        let (text, times) = rest.rsplit_once('"').expect("a text has two quotes");
        let times = times.strip_prefix('*').map_or(1, |times| times.parse().expect("a number of times"));
        return Value::Text(text.repeat(times));
    }
    if let Some(list) = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Value::List(
            list.split(',').filter(|item| !item.is_empty()).map(|item| number(item).unwrap()).collect(),
        );
    }
    if word == "$uid" || word == "$gid" {
        return Value::Number(i64::from(own_id(word)));
    }
    number(word).or_else(|| signal_number(word)).map_or_else(|| Value::Word(word.to_owned()), Value::Number)
}

// Without an option set, the getters tell the caller's own ids; the system tells them independently.
fn own_id(which: &str) -> u32 {
    let status = fs::read_to_string("/proc/self/status").expect("/proc is there");
    let key = if which == "$uid" { "Uid:" } else { "Gid:" };
    let line = status.lines().find(|line| line.starts_with(key)).expect("it tells the ids");
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

// Values are parted by single spaces; a text may hold some.
pub(super) fn values(column: &str) -> Vec<Value> {
    let mut words: Vec<String> = Vec::new();
    let mut is_quoted = false;
    for part in column.split(' ') {
        match words.last_mut().filter(|_| is_quoted) {
            Some(word) => {
                word.push(' ');
                word.push_str(part);
            }
            None => words.push(part.to_owned()),
        }
        is_quoted ^= part.matches('"').count() % 2 == 1;
    }
    words.iter().map(|word| value(word)).collect()
}

pub(super) fn rows() -> Vec<Row> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/options.tsv");
    let table = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = table.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(at, line)| {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 6, "line {}: {line}", at + 1);
            Row {
                line: at + 1,
                option: columns[0].into(),
                is_default: columns[1] == "default",
                values: if matches!(columns[1], "-" | "default") { Vec::new() } else { values(columns[1]) },
                status: columns[2].into(),
                getter: columns[3].into(),
                stored: columns[4].into(),
                refused: columns[5].into(),
            }
        })
        .collect()
}
