//! Links libdaemonctx: an installed one, or one built here from the C sources.

use std::env;

mod installed;
mod sources;

fn main() {
    for variable in ["DAEMONCTX_NO_PKG_CONFIG", "PKG_CONFIG", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    let vendored = env::var_os("CARGO_FEATURE_VENDORED").is_some();
    // pkg-config knows the build machine's libraries alone, unless it is told of others.
    let is_foreign = is_cross_compiling() && env::var_os("PKG_CONFIG_LIBDIR").is_none();
    let is_barred = env::var_os("DAEMONCTX_NO_PKG_CONFIG").is_some() || is_foreign;
    if !vendored && !is_barred && installed::link() {
        return;
    }
    if let Err(reason) = sources::link() {
        eprintln!("no installed libdaemonctx was found, or was to be looked for, and it cannot be built: {reason}");
        std::process::exit(1);
    }
}

fn is_cross_compiling() -> bool {
    env::var_os("HOST") != env::var_os("TARGET")
}
