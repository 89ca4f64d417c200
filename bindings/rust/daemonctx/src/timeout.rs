//! Durations in the C ABI's form: milliseconds, rounded up; -1 is for ever.

use std::time::Duration;

pub(crate) fn milliseconds(limit: Option<Duration>) -> i32 {
    let Some(limit) = limit else {
        return -1;
    };
    // Rounded up: a wait that ends before its time would be asked again at once, and again.
    let rounded_up = limit.as_nanos().div_ceil(1_000_000);
    i32::try_from(rounded_up).unwrap_or(i32::MAX)
}

pub(crate) fn duration(milliseconds: i32) -> Option<Duration> {
    u64::try_from(milliseconds).ok().map(Duration::from_millis)
}
