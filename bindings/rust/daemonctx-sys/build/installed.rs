//! An installed library, as pkg-config knows it.

use std::env;
use std::process::Command;

/// Tells cargo where it is; false where there is none.
pub fn link() -> bool {
    let tool = env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    // The version that this crate declares: an older library lacks functions.
    let asked = Command::new(tool).args(["--libs", concat!("daemonctx >= ", env!("CARGO_PKG_VERSION"))]).output();
    let Some(told) = asked.ok().filter(|output| output.status.success()) else {
        return false;
    };
    let flags = String::from_utf8_lossy(&told.stdout).into_owned();
    for flag in flags.split_whitespace() {
        if let Some(directory) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={directory}");
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib={library}");
        }
    }
    true
}
