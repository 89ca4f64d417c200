"""Pid files: of other processes (`query()`, `signal()`, `stop()`, `wait()`), and the classes of lock files.

The lock decides, never the content: a file that a killed daemon left behind blocks no start, and no number in it is
ever signalled.
"""

import contextlib
import ctypes
import fcntl
import os
import stat
import struct
import time
import weakref
from types import TracebackType
from typing import Any, Optional, Type, Union

from . import _convert, _library
from ._abi import Status
from .errors import AlreadyLocked, LockFailed, LockTimeout, NotLocked, NotMyLock, of_call

__all__ = ["PIDLockFile", "TimeoutPIDLockFile", "query", "signal", "stop", "wait"]

Path = Union[str, bytes, "os.PathLike[str]"]

# Waiting gives the interpreter a turn that often: so Ctrl-C ends it.
_SLICE = 250


def query(path: Path) -> Optional[int]:
    """Ask which process holds a pid file: its pid; 0 while it is starting; None if nobody does."""
    pid = ctypes.c_int32()
    encoded = _convert.path("pidfile", path)
    ctypes.set_errno(0)
    status = _library.released.daemonctx_pidfile_query(encoded, ctypes.byref(pid))
    if status < 0:
        raise of_call(f"query pid file {os.fsdecode(encoded)!r}", status)
    return pid.value if status == Status.OK else None


def signal(path: Path, signum: int) -> bool:
    """Send a signal to the daemon that holds a pid file, and to nobody else; False: nobody holds it."""
    encoded = _convert.path("pidfile", path)
    number = _convert.integer("signal", signum)
    ctypes.set_errno(0)
    status = _library.released.daemonctx_pidfile_signal(encoded, number)
    if status < 0:
        raise of_call(f"signal the daemon of pid file {os.fsdecode(encoded)!r}", status)
    return bool(status == Status.OK)


def stop(path: Path, kill_after: Optional[float] = None) -> bool:
    """Stop a daemon: SIGTERM, and SIGKILL after so many seconds; None: never. True: it ran, and is gone.

    Returns when it is gone. Ctrl-C has its effect only then.
    """
    encoded = _convert.path("pidfile", path)
    limit = _convert.milliseconds("kill_after", kill_after)
    ctypes.set_errno(0)
    status = _library.released.daemonctx_pidfile_stop(encoded, limit)
    if status < 0:
        raise of_call(f"stop the daemon of pid file {os.fsdecode(encoded)!r}", status)
    return bool(status == Status.OK)


def wait(path: Path, timeout: Optional[float] = None) -> bool:
    """Wait until a daemon has ended: True; False: nobody held the pid file. DaemonTimeoutError: it still runs."""
    encoded = _convert.path("pidfile", path)
    limit = _convert.milliseconds("timeout", timeout)
    seen = False
    while True:
        turn = limit if 0 <= limit < _SLICE or limit < -1 else _SLICE
        ctypes.set_errno(0)
        status = _library.released.daemonctx_pidfile_wait(encoded, turn)
        if status == Status.ERR_TIMEOUT and limit != turn:
            seen = True
            limit -= turn if limit > 0 else 0
            continue
        if status < 0:
            raise of_call(f"wait for the daemon of pid file {os.fsdecode(encoded)!r}", status)
        return seen or bool(status == Status.OK)


# ---- Lock files

_OPEN_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
# Locks of the open file, which Python's fcntl names since 3.9.
_F_OFD_SETLK = getattr(fcntl, "F_OFD_SETLK", 37)
# struct flock: type, whence, start, length, pid
_FLOCK = "hhqqi4x"
_held: "weakref.WeakSet[PIDLockFile]" = weakref.WeakSet()


def _lock(descriptor: int, command: int, byte: int) -> None:
    fcntl.fcntl(descriptor, command, struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, byte, 1, 0))


class PIDLockFile:
    """A pid file as a lock, with the methods and exceptions of `lockfile.pidlockfile.PIDLockFile`.

    It is kept as the library keeps its own: locked in the kernel as long as the process lives, so that `query()`,
    `stop()` and the rest of this module know its holder. A file without such a lock is stale: it is taken over.
    """

    def __init__(self, path: Any, threaded: bool = False, timeout: Optional[float] = None) -> None:
        self.path = path
        self.unique_name = path
        self.timeout = timeout
        self.threaded = False
        self._descriptor: Optional[int] = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.path!r}>"

    def read_pid(self) -> Optional[int]:
        """The pid in the file; None: there is no file, or none in it."""
        try:
            with open(self.path, encoding="ascii") as file:
                return int(file.readline().strip())
        except (OSError, ValueError):
            return None

    def is_locked(self) -> bool:
        """Whether a process has the lock; a file that was left behind is not locked."""
        return self._holder() is not None or query(self.path) is not None

    def i_am_locking(self) -> bool:
        """Whether this process has the lock."""
        return self._holder() is not None or query(self.path) == os.getpid()

    def acquire(self, timeout: Optional[float] = None) -> None:
        """Take the lock and write the pid.

        A timeout of more than 0 is waited for, and then LockTimeout raised. None means the timeout of the constructor;
        if that is None too, or the timeout is 0 or less, AlreadyLocked is raised at once.
        """
        timeout = self.timeout if timeout is None else timeout
        patience = 0 if timeout is None else max(timeout, 0)
        end = time.monotonic() + patience
        while True:
            try:
                if self._take():
                    return
                continue
            except BlockingIOError:
                if patience == 0:
                    raise AlreadyLocked(self._sentence()) from None
                if time.monotonic() >= end:
                    raise LockTimeout(f"{self._sentence()}, {timeout} seconds long") from None
            time.sleep(min(patience / 10, 0.1))

    def release(self) -> None:
        """Give the lock back and remove the file; NotLocked or NotMyLock if this process does not have it."""
        holder = self._holder()
        if holder is not None and holder is not self:
            holder.release()
            return
        if self._descriptor is None:
            if self.is_locked():
                raise NotMyLock(self._sentence())
            raise NotLocked(f"nobody has locked {self.path}")
        try:
            if self._is_still(self._descriptor):
                os.unlink(self.path)
        except FileNotFoundError:
            pass
        except OSError:  # dropped privileges, a new root: what is left must name nobody
            os.ftruncate(self._descriptor, 0)
        finally:
            self._let_go()

    def break_lock(self) -> None:
        """Remove the file, whoever has it locked; a holder that is another process goes on without it."""
        holder = self._holder()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)
        if holder is not None:
            holder._let_go()

    def __enter__(self) -> "PIDLockFile":
        self.acquire()
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.release()

    # ---- How it is done

    def _sentence(self) -> str:
        pid = query(self.path)
        return f"{self.path} is locked by " + (f"process {pid}" if pid else "another process")

    def _holder(self) -> Optional["PIDLockFile"]:
        """The object by which this process has the lock: this one, or another one of the same file."""
        if self._descriptor is not None:
            return self
        for lock in list(_held):
            with contextlib.suppress(OSError):
                if lock._descriptor is not None and self._is_still(lock._descriptor):
                    return lock
        return None

    def _is_still(self, descriptor: int) -> bool:
        """Whether the path leads to the file that is open."""
        ours, there = os.fstat(descriptor), os.stat(self.path, follow_symlinks=False)
        return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)

    def _take(self) -> bool:
        """Lock and write the file; False: it was removed or replaced meanwhile. BlockingIOError: it is locked."""
        if self._descriptor is not None:
            raise BlockingIOError
        try:
            descriptor = os.open(self.path, _OPEN_FLAGS, 0o644)
        except OSError as failed:
            raise LockFailed(f"cannot open {self.path}: {failed.strerror}") from failed
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
                raise LockFailed(f"{self.path} is not a regular file of one name")
            _lock(descriptor, _F_OFD_SETLK, 0)
            try:
                same = self._is_still(descriptor)
            except FileNotFoundError:
                same = False
            if not same:
                os.close(descriptor)
                return False
            self._write(descriptor)
        except BlockingIOError:
            os.close(descriptor)
            raise
        except PermissionError:  # fcntl(2): EACCES is EAGAIN by another name
            os.close(descriptor)
            raise BlockingIOError from None
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        _held.add(self)
        return True

    def _write(self, descriptor: int) -> None:
        try:
            os.fchmod(descriptor, 0o644)
            os.ftruncate(descriptor, 0)
            # A record lock too: of these the kernel tells whose they are.
            _lock(descriptor, fcntl.F_SETLK, 1)
            os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        except OSError as failed:
            raise LockFailed(f"cannot write {self.path}: {failed.strerror}") from failed

    def _let_go(self) -> None:
        _held.discard(self)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _after_fork() -> None:
    # The lock is the parent's. A child that kept the open file would hold it when the parent is gone.
    for lock in list(_held):
        lock._let_go()


os.register_at_fork(after_in_child=_after_fork)


class TimeoutPIDLockFile(PIDLockFile):
    """A PIDLockFile with a time to wait that `acquire()` goes by."""

    def __init__(self, path: Any, acquire_timeout: Optional[float] = None, *args: Any, **kwargs: Any) -> None:
        self.acquire_timeout = acquire_timeout
        super().__init__(path, *args, **kwargs)

    def acquire(self, timeout: Optional[float] = None, *args: Any, **kwargs: Any) -> None:
        """Take the lock, by default within `acquire_timeout` seconds; see `PIDLockFile.acquire()`."""
        super().acquire(self.acquire_timeout if timeout is None else timeout, *args, **kwargs)
