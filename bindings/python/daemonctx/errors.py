"""What can go wrong: the exception classes, and how a failed call of the C library becomes one.

`DaemonError`, `DaemonOSEnvironmentError` and `DaemonProcessDetachError` are the names of python-daemon; the others are
subclasses of these or of the language's own exceptions, so that one `except DaemonError` catches all of them.
"""

import ctypes
import os
from typing import Any, Dict, NoReturn, Optional, Type, Union

from . import _library
from ._abi import Status, Step

try:
    from lockfile import AlreadyLocked, Error, LockError, LockFailed, LockTimeout, NotLocked, NotMyLock, UnlockError
except ImportError:
    from ._lockfile import AlreadyLocked, Error, LockError, LockFailed, LockTimeout, NotLocked, NotMyLock, UnlockError

__all__ = [
    "AlreadyLocked",
    "DaemonAlreadyRunningError",
    "DaemonError",
    "DaemonLaunchError",
    "DaemonOSEnvironmentError",
    "DaemonProcessDetachError",
    "DaemonStateError",
    "DaemonTimeoutError",
    "DaemonValueError",
    "Error",
    "LockError",
    "LockFailed",
    "LockTimeout",
    "NotLocked",
    "NotMyLock",
    "UnlockError",
]


class DaemonError(Exception):
    """Base of all exceptions of this package, with the detail of what failed.

    `str()` gives one sentence that a user can act on.
    """

    #: What the call came to; None if no call of the library failed.
    status: Optional[int] = None
    #: The step of the launch that failed; `Step.NONE` outside of a launch.
    step: int = Step.NONE
    #: The errno of the system call behind the failure, or None.
    errno: Optional[int] = None
    #: The process behind the failure: the daemon that runs already (0: it is starting), or the daemon that failed.
    pid: int = 0
    #: What the daemon gave to `notify_failed()`, what a hook returned, or the daemon's exit status; -1: not known.
    exit_code: int = -1
    #: The signal that ended the daemon or aborted the launch; -1: none, or not known.
    signal: int = -1

    @property
    def message(self) -> str:
        """The sentence."""
        return str(self.args[0]) if self.args else ""

    def __str__(self) -> str:
        return " ".join(str(argument) for argument in self.args)

    def __reduce__(self) -> Any:
        detail = {name: None if getattr(self, name) is None else int(getattr(self, name)) for name in _DETAIL}
        return (rebuilt, (type(self), self.args, detail))


_DETAIL = ("status", "step", "errno", "pid", "exit_code", "signal")


def rebuilt(cls: Type[DaemonError], arguments: Any, detail: Dict[str, Any]) -> DaemonError:
    """An exception out of what was pickled: plain data alone."""
    error = cls(*arguments)
    for name in _DETAIL:
        setattr(error, name, detail[name])
    error.status = None if error.status is None else named(error.status)
    error.step = _step(error.step)
    return error


class DaemonOSEnvironmentError(DaemonError, OSError):
    """The environment of the daemon could not be set up: a system call failed, or a user or group does not exist."""


class DaemonProcessDetachError(DaemonError, OSError):
    """The process could not detach: a fork failed, or it has more than one thread."""


class DaemonValueError(DaemonError, ValueError):
    """An option has a value that it cannot have, or options contradict one another."""


class DaemonStateError(DaemonError, RuntimeError):
    """The call does not fit the state of the context."""


class DaemonAlreadyRunningError(DaemonError, AlreadyLocked):
    """Another process holds the pid file; `pid` is its process id, 0 while it is starting."""


class DaemonTimeoutError(DaemonError, TimeoutError):
    """The daemon was not ready within the time given."""


class DaemonLaunchError(DaemonError):
    """The daemon ended, said that it cannot start, or one of its hooks failed, before it was ready."""


_CLASSES: Dict[int, Type[DaemonError]] = {
    Status.ERR_ARGUMENT: DaemonValueError,
    Status.ERR_RANGE: DaemonValueError,
    Status.ERR_STATE: DaemonStateError,
    Status.ERR_SYSTEM: DaemonOSEnvironmentError,
    Status.ERR_NOT_FOUND: DaemonOSEnvironmentError,
    Status.ERR_ALREADY_RUNNING: DaemonAlreadyRunningError,
    Status.ERR_UNSAFE_PATH: DaemonOSEnvironmentError,
    Status.ERR_PRIVILEGE: DaemonOSEnvironmentError,
    Status.ERR_THREADS: DaemonProcessDetachError,
    Status.ERR_TIMEOUT: DaemonTimeoutError,
    Status.ERR_DIED: DaemonLaunchError,
    Status.ERR_PROGRAM: DaemonLaunchError,
    Status.ERR_CALLBACK: DaemonLaunchError,
}


def named(status: int) -> int:
    """The status by its name, if this package knows one: a newer library may have others."""
    try:
        return Status(status)
    except ValueError:
        return status


def _step(number: int) -> int:
    try:
        return Step(number)
    except ValueError:
        return number


def of_context(context: int, status: int) -> DaemonError:
    """The exception for a call on a context that failed, from the context's detail."""
    library = _library.held
    step = library.daemonctx_error_step(context)
    cls = _CLASSES.get(status, DaemonError)
    if status == Status.ERR_SYSTEM and step == Step.DETACH:
        cls = DaemonProcessDetachError
    error = cls(os.fsdecode(library.daemonctx_error_message(context)))
    error.status = named(status)
    error.step = _step(step)
    error.errno = library.daemonctx_error_errno(context) or None
    error.pid = library.daemonctx_error_pid(context)
    error.exit_code = library.daemonctx_error_exit_code(context)
    error.signal = library.daemonctx_error_signal(context)
    return error


def of_call(deed: str, status: int, number: Optional[int] = None) -> DaemonError:
    """The exception for a call without context detail that failed: the errno is what ctypes kept of it, or given."""
    number = ctypes.get_errno() if number is None else number
    reason = os.strerror(number) if number else _library.held.daemonctx_status_message(status).decode()
    error = _CLASSES.get(status, DaemonError)(f"cannot {deed}: {reason}")
    error.status = named(status)
    error.errno = number or None
    return error


def refuse(option: str, value: object, reason: str, status: Union[Status, int] = Status.ERR_RANGE) -> NoReturn:
    """Raise for a value that the C types cannot hold."""
    error = DaemonValueError(f"{option} {value!r} {reason}")
    error.status = status
    raise error
