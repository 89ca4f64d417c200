//! The library built from its C sources: those that its own CMake file lists, so that nothing is listed twice.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Builds the library and tells cargo to link it; or says why that cannot be done.
pub fn link() -> Result<(), String> {
    let room = room()?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    for variable in ["CC", "CFLAGS", "AR", "OBJCOPY"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    println!("cargo:rerun-if-changed={}", room.display());

    if crate::is_cross_compiling() && env::var_os("CC").is_none() {
        let target = env::var("TARGET").unwrap_or_default();
        return Err(format!("set CC to a C compiler for {target} (and OBJCOPY and AR, where its own are needed)"));
    }
    let compiler = Compiler::of(&room, &out);
    let objects = compiler.compile_all(&listed(&room)?)?;
    join(&compiler, &objects)?;
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rustc-link-lib=static=daemonctx");
    Ok(())
}

// `c` is a link to the directory of a checkout; in a packaged crate it is a copy.
fn room() -> Result<PathBuf, String> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").ok_or("CARGO_MANIFEST_DIR is not set")?;
    let room = Path::new(&manifest).join("c");
    room.canonicalize().map_err(|error| format!("{}: {error}", room.display()))
}

// Every word of the CMake file that names a source, but not those of other systems.
fn listed(room: &Path) -> Result<Vec<PathBuf>, String> {
    let list = room.join("CMakeLists.txt");
    let text = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    let ours = format!("src/os/{}/", env::var("CARGO_CFG_TARGET_OS").unwrap_or_default());
    let words = text.split(|letter: char| letter.is_whitespace() || "()\"".contains(letter));
    let mut sources: Vec<&str> = words
        .filter(|word| word.starts_with("src/") && word.ends_with(".c"))
        .filter(|word| !word.starts_with("src/os/") || word.starts_with(&ours))
        .collect();
    sources.sort_unstable();
    sources.dedup();
    if !sources.iter().any(|source| source.starts_with(&ours)) {
        return Err(format!("it has no sources for this system ({ours})"));
    }
    Ok(sources.into_iter().map(PathBuf::from).collect())
}

struct Compiler {
    program: OsString,
    arguments: Vec<OsString>,
    room: PathBuf,
    out: PathBuf,
}

impl Compiler {
    fn of(room: &Path, out: &Path) -> Self {
        let program = env::var_os("CC").unwrap_or_else(|| "cc".into());
        let mut arguments: Vec<OsString> =
            ["-std=gnu17", "-fPIC", "-fvisibility=hidden", "-D_GNU_SOURCE", "-DDAEMONCTX_BUILD"]
                .map(OsString::from)
                .into();
        let level = env::var("OPT_LEVEL").unwrap_or_else(|_| "0".into());
        arguments.push(format!("-O{level}").into());
        if env::var("DEBUG").is_ok_and(|debug| debug != "false") {
            arguments.push("-g".into());
        }
        for directory in ["include", "src"] {
            arguments.push("-I".into());
            arguments.push(room.join(directory).into());
        }
        let given = env::var("CFLAGS").unwrap_or_default();
        arguments.extend(given.split_whitespace().map(OsString::from));
        let mut compiler = Self { program, arguments, room: room.into(), out: out.into() };
        if compiler.has_bare_fork() {
            compiler.arguments.push("-DDAEMONCTX_HAVE_BARE_FORK".into());
        }
        compiler
    }

    // fork() without its handlers: glibc 2.34, musl 1.2.2. The CMake file asks the same.
    fn has_bare_fork(&self) -> bool {
        let asked = self.out.join("has_bare_fork.c");
        let program = "#include <unistd.h>\nint main(void) { return _Fork == 0; }\n";
        fs::write(&asked, program).is_ok()
            && Command::new(&self.program)
                .args(&self.arguments)
                .arg(&asked)
                .arg("-o")
                .arg(self.out.join("has_bare_fork"))
                .output()
                .is_ok_and(|output| output.status.success())
    }

    fn compile_all(&self, sources: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
        let jobs = env::var("NUM_JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(1);
        let next = AtomicUsize::new(0);
        let compile_some = || -> Result<Vec<PathBuf>, String> {
            let mut objects = Vec::new();
            while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                objects.push(self.compile(source)?);
            }
            Ok(objects)
        };
        let parts: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(compile_some)).collect();
            workers.into_iter().map(|worker| worker.join().expect("a compiler's thread panicked")).collect()
        });
        let mut objects = parts.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
        objects.sort_unstable();
        Ok(objects)
    }

    fn compile(&self, source: &Path) -> Result<PathBuf, String> {
        // Basenames are not unique: options/streams.c, steps/streams.c.
        let object = self.out.join(source.to_string_lossy().replace('/', "_")).with_extension("o");
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg("-c").arg(self.room.join(source)).arg("-o").arg(&object);
        run(&mut command).map(|()| object)
    }
}

// All objects become one. An archive's members are linked only where a name of theirs is needed, and nobody needs the
// constructor that runs before main() in a program that was started again; joined, it comes with the rest. Names that are
// not the ABI's are then made local, so that a program may have functions of these names.
fn join(compiler: &Compiler, objects: &[PathBuf]) -> Result<(), String> {
    let joined = compiler.out.join("daemonctx_joined.o");
    run(Command::new(&compiler.program).args(["-r", "-nostdlib", "-o"]).arg(&joined).args(objects))?;
    run(Command::new(tool("OBJCOPY", "objcopy")).arg("--localize-hidden").arg(&joined))?;
    let archive = compiler.out.join("libdaemonctx.a");
    let _ = fs::remove_file(&archive); // ar adds to what is there
    run(Command::new(tool("AR", "ar")).arg("crs").arg(&archive).arg(&joined))
}

fn tool(variable: &str, usual: &str) -> OsString {
    env::var_os(variable).unwrap_or_else(|| usual.into())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}
