//! What one of the daemon's three standard streams is.

use std::fs::File;
use std::net::{TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};

/// One standard stream of the daemon: `/dev/null` (the default), the launcher's, a file, or a descriptor.
///
/// ```no_run
/// use daemonctx::{DaemonContext, Stream};
/// use std::fs::File;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let context = DaemonContext::builder()
///     .stdin(File::open("/etc/motd")?)
///     .stdout(Stream::append("/var/log/food.log").mode(0o600))
///     .stderr(Stream::inherit())
///     .open()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Stream {
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Null,
    Inherit,
    Owned(OwnedFd),
    Borrowed(BorrowedFd<'static>),
    Path { path: PathBuf, mode: u32 },
}

impl Stream {
    /// `/dev/null`.
    pub fn null() -> Self {
        Self { kind: Kind::Null }
    }

    /// What the launcher has; `/dev/null` if that is closed.
    pub fn inherit() -> Self {
        Self { kind: Kind::Inherit }
    }

    /// A file, which the launcher opens: standard input reads it, the others append to it and create it where it is missing,
    /// with mode 0640.
    ///
    /// A relative path is relative to the launcher's working directory when it opens.
    pub fn append(path: impl AsRef<Path>) -> Self {
        Self { kind: Kind::Path { path: path.as_ref().to_owned(), mode: 0o640 } }
    }

    /// The mode bits of a file that has to be created, 0 to 0777, whatever the umask. For a file alone.
    #[must_use]
    pub fn mode(mut self, bits: u32) -> Self {
        if let Kind::Path { mode, .. } = &mut self.kind {
            *mode = bits;
        }
        self
    }
}

macro_rules! from_owned {
    ($($type:ty),*) => {
        $(
            /// The daemon's stream is a copy of it. The context keeps it until the option is set again.
            impl From<$type> for Stream {
                fn from(file: $type) -> Self {
                    Self { kind: Kind::Owned(file.into()) }
                }
            }
        )*
    };
}

from_owned!(OwnedFd, File, TcpStream, UdpSocket, UnixStream, UnixDatagram);

/// The daemon's stream is a copy of a descriptor that is open as long as the process, such as one that a service manager
/// passed.
impl From<BorrowedFd<'static>> for Stream {
    fn from(fd: BorrowedFd<'static>) -> Self {
        Self { kind: Kind::Borrowed(fd) }
    }
}

impl Kind {
    pub(crate) fn raw_fd(&self) -> Option<RawFd> {
        match self {
            Self::Owned(fd) => Some(fd.as_raw_fd()),
            Self::Borrowed(fd) => Some(fd.as_raw_fd()),
            _ => None,
        }
    }
}

/// What is stored as a stream, as [`DaemonContext::stdout`](crate::DaemonContext::stdout) and its like tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredStream<'context> {
    /// `/dev/null`.
    Null,
    /// What the launcher has.
    Inherit,
    /// A copy of this descriptor.
    Fd(RawFd),
    /// A file.
    Path {
        /// The file, as it was set.
        path: &'context Path,
        /// The mode bits of a file that has to be created; 0 for standard input, which creates none.
        mode: u32,
    },
}
