//! Tests of one process: nothing here becomes a daemon. Whole daemons are tested in tests/bindings/rust.

mod bad_input;
mod options;
mod table;
mod vectors;
