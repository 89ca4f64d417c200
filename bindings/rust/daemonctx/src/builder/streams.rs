//! Standard input, output and error output.

use std::ffi::CStr;
use std::os::unix::ffi::OsStrExt;

use super::Builder;
use crate::inner::lock;
use crate::raw::Raw;
use crate::stream::{Kind, Stream};

// The four ways to set a stream. The path setter of standard input takes no mode: it creates no file.
struct Setters {
    name: &'static str,
    number: usize,
    null: fn(&Raw) -> i32,
    inherit: fn(&Raw) -> i32,
    fd: fn(&Raw, i32) -> i32,
    path: fn(&Raw, &CStr, u32) -> i32,
}

const STDIN: Setters = Setters {
    name: "stdin",
    number: 0,
    null: Raw::set_stdin_null,
    inherit: Raw::set_stdin_inherit,
    fd: Raw::set_stdin,
    path: |raw, path, _| raw.set_stdin_path(path),
};
const STDOUT: Setters = Setters {
    name: "stdout",
    number: 1,
    null: Raw::set_stdout_null,
    inherit: Raw::set_stdout_inherit,
    fd: Raw::set_stdout,
    path: Raw::set_stdout_path,
};
const STDERR: Setters = Setters {
    name: "stderr",
    number: 2,
    null: Raw::set_stderr_null,
    inherit: Raw::set_stderr_inherit,
    fd: Raw::set_stderr,
    path: Raw::set_stderr_path,
};

impl Builder {
    /// The daemon's standard input. Default: [`Stream::null`].
    pub fn stdin(self, stream: impl Into<Stream>) -> Self {
        self.stream(&STDIN, stream.into().kind)
    }

    /// The daemon's standard output. Default: [`Stream::null`].
    pub fn stdout(self, stream: impl Into<Stream>) -> Self {
        self.stream(&STDOUT, stream.into().kind)
    }

    /// The daemon's standard error output. Default: [`Stream::null`].
    pub fn stderr(self, stream: impl Into<Stream>) -> Self {
        self.stream(&STDERR, stream.into().kind)
    }

    fn stream(self, setters: &Setters, kind: Kind) -> Self {
        let name = (setters.name, 0);
        let told = match &kind {
            Kind::Null => self.set(&[name], setters.null),
            Kind::Inherit => self.set(&[name], setters.inherit),
            Kind::Path { path, mode } => {
                self.set_text(&[name], path.as_os_str().as_bytes(), |raw, path| (setters.path)(raw, path, *mode))
            }
            Kind::Owned(_) | Kind::Borrowed(_) => {
                let fd = kind.raw_fd().unwrap_or(-1);
                self.set(&[name], |raw| (setters.fd)(raw, fd))
            }
        };
        // What was stored before stays in force when this one is refused, and so does its descriptor.
        if !told.is_refused(name) {
            lock(&told.inner().callbacks.streams)[setters.number] = Some(kind);
        }
        told
    }
}
