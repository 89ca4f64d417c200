//! Builds the C probe's sources, their calls redirected to the functions of main.rs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

fn main() {
    let room = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let tree = room.join("../../../..");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let sources = tree.join("tests/daemon/probe");
    let wrapped = tree.join("tests/bindings/wrapped");
    println!("cargo:rerun-if-changed={}", sources.display());
    println!("cargo:rerun-if-changed={}", wrapped.display());

    let mut objects = Vec::new();
    for entry in fs::read_dir(&sources).expect("the probe's sources are there") {
        let source = entry.expect("a file").path();
        if source.extension().is_some_and(|extension| extension == "c") {
            objects.push(compile(&source, &tree.join("c/include"), &wrapped, &out));
        }
    }
    objects.sort();
    let archive = out.join("libc_probe.a");
    let _ = fs::remove_file(&archive); // ar adds to what is there
    run(Command::new("ar").arg("crs").arg(&archive).args(&objects));
    println!("cargo:rustc-link-search=native={}", out.display());
    // The C probe's main() is the program's: for that binary alone.
    println!("cargo:rustc-link-arg-bin=probe={}", archive.display());
}

fn compile(source: &Path, include: &Path, wrapped: &Path, out: &Path) -> PathBuf {
    let name = source.file_stem().expect("it has a name");
    let object = out.join(name).with_extension("o");
    let mut command = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()));
    command.args(["-std=gnu17", "-g", "-O1", "-fPIC", "-D_GNU_SOURCE"]);
    // What many threads do to contexts of C is not the crate's to show.
    if name != "threads" {
        command.arg("-I").arg(wrapped);
    }
    command.arg("-I").arg(include);
    run(command.arg("-c").arg(source).arg("-o").arg(&object));
    object
}
