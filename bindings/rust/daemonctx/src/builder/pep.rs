//! The PEP's options, in its order; streams, the signal map and a pid file manager have rooms of their own.

use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::path::Path;

use super::Builder;
use crate::options::DetachProcess;

const CHROOT_DIRECTORY: &str = "chroot_directory";
const PIDFILE: (&str, i32) = ("pidfile", 0);
const MANAGER: (&str, i32) = ("pidfile_manager", 0);
const UID: (&str, i32) = ("uid", 0);
const USER: (&str, i32) = ("user", 0);
const GID: (&str, i32) = ("gid", 0);
const GROUP: (&str, i32) = ("group", 0);

impl Builder {
    /// Files that stay open in the daemon, under their numbers. Default: none. The list replaces the one before.
    ///
    /// Only the numbers are noted: the program keeps the objects, and so they are given by reference (hence `Copy`). See
    /// [`DaemonContext`](crate::DaemonContext#descriptors).
    pub fn files_preserve<I>(self, files: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsFd + Copy,
    {
        let fds: Vec<RawFd> = files.into_iter().map(|file| file.as_fd().as_raw_fd()).collect();
        self.set_number("files_preserve", |raw| raw.set_files_preserve(&fds))
    }

    /// The directory that becomes the daemon's root. Default: none. It needs the privilege to change it.
    pub fn chroot_directory(self, path: impl AsRef<Path>) -> Self {
        self.set_path(&[(CHROOT_DIRECTORY, 0)], path.as_ref(), |raw, path| raw.set_chroot_directory(path))
    }

    /// No change of the root.
    pub fn unset_chroot_directory(self) -> Self {
        self.set_number(CHROOT_DIRECTORY, |raw| raw.unset_chroot_directory())
    }

    /// The daemon's working directory. Default: `/`. It is entered with the daemon's identity, and inside a
    /// `chroot_directory` it must be absolute.
    pub fn working_directory(self, path: impl AsRef<Path>) -> Self {
        self.set_path(&[("working_directory", 0)], path.as_ref(), |raw, path| raw.set_working_directory(path))
    }

    /// The daemon's umask, 0 to 0777. Default: 0.
    pub fn umask(self, mask: u32) -> Self {
        self.set_number("umask", |raw| raw.set_umask(mask))
    }

    /// Keep the launcher's umask.
    pub fn umask_inherit(self) -> Self {
        self.set_number("umask", |raw| raw.set_umask_inherit())
    }

    /// The daemon's pid file. Default: none. It replaces a [pid file manager](Builder::pidfile_manager).
    ///
    /// The launcher locks it, so that a second start is refused in the terminal; the lock decides, not the content.
    pub fn pidfile(self, path: impl AsRef<Path>) -> Self {
        self.set_path(&[PIDFILE, MANAGER], path.as_ref(), |raw, path| raw.set_pidfile(path))
    }

    /// No pid file, and no pid file manager.
    pub fn unset_pidfile(self) -> Self {
        self.set(&[PIDFILE, MANAGER], |raw| raw.unset_pidfile())
    }

    /// Whether to detach. Default: [`DetachProcess::Auto`]. A systemd unit with `Type=forking` needs
    /// [`DetachProcess::Yes`].
    pub fn detach_process(self, detach: DetachProcess) -> Self {
        self.set_number("detach_process", |raw| raw.set_detach_process(detach as u32))
    }

    /// The user id that the daemon takes, with that user's groups. Default: the real user id. It replaces a user name.
    pub fn uid(self, uid: u32) -> Self {
        self.set(&[UID, USER], |raw| raw.set_uid(uid))
    }

    /// Back to the default; a user name stays.
    pub fn unset_uid(self) -> Self {
        self.set(&[UID], |raw| raw.unset_uid())
    }

    /// The group id that the daemon takes. Default: that of the user that was set, else the real group id. It replaces a
    /// group name.
    pub fn gid(self, gid: u32) -> Self {
        self.set(&[GID, GROUP], |raw| raw.set_gid(gid))
    }

    /// Back to the default; a group name stays.
    pub fn unset_gid(self) -> Self {
        self.set(&[GID], |raw| raw.unset_gid())
    }

    /// The user, by name, that the daemon becomes. Default: none. It replaces a uid, and is looked up when the context
    /// opens.
    pub fn user(self, name: &str) -> Self {
        self.set_text(&[USER, UID], name.as_bytes(), |raw, name| raw.set_user(name))
    }

    /// Back to the default; a uid stays.
    pub fn unset_user(self) -> Self {
        self.set(&[USER], |raw| raw.unset_user())
    }

    /// The group, by name, that the daemon takes. Default: none. It replaces a gid.
    pub fn group(self, name: &str) -> Self {
        self.set_text(&[GROUP, GID], name.as_bytes(), |raw, name| raw.set_group(name))
    }

    /// Back to the default; a gid stays.
    pub fn unset_group(self) -> Self {
        self.set(&[GROUP], |raw| raw.unset_group())
    }

    /// Whether the daemon never leaves a core file. Default: true.
    pub fn prevent_core(self, enabled: bool) -> Self {
        self.set_number("prevent_core", |raw| raw.set_prevent_core(enabled.into()))
    }
}
