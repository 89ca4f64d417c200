"""The functions of python-daemon's module `daemon.daemon` that programs use beside its class, under the same names.

`DaemonContext` does not call them: the C library does its steps. They do one step each, in the calling process.
"""

import atexit
import contextlib
import errno
import os
import pwd
import resource
import signal
import socket
import stat
import sys
import warnings
from typing import Any, Callable, Collection, Iterable, Iterator, Mapping, NoReturn, Optional, Set, Type

from . import _library
from .errors import DaemonError, DaemonOSEnvironmentError, DaemonProcessDetachError
from .signals import make_default_signal_map

__all__ = [
    "MAXFD",
    "change_file_creation_mask",
    "change_process_owner",
    "change_root_directory",
    "change_working_directory",
    "close_all_open_files",
    "close_file_descriptor_if_open",
    "detach_process_context",
    "get_maximum_file_descriptors",
    "get_stream_file_descriptors",
    "get_username_for_uid",
    "is_detach_process_context_required",
    "is_process_started_by_init",
    "is_process_started_by_superserver",
    "is_socket",
    "is_socket_file",
    "make_default_signal_map",
    "prevent_core_dump",
    "redirect_stream",
    "register_atexit_function",
    "set_signal_handlers",
]

#: How many descriptors are taken to exist where there is no limit.
MAXFD = 2048


def _fail(cls: Type[DaemonError], deed: str, failed: BaseException) -> NoReturn:
    error = cls(f"cannot {deed}: {getattr(failed, 'strerror', None) or failed}")
    error.errno = getattr(failed, "errno", None)
    raise error from failed


def change_working_directory(directory: Any) -> None:
    """Change the working directory of this process."""
    try:
        os.chdir(directory)
    except Exception as failed:
        _fail(DaemonOSEnvironmentError, f"change directory to {directory!r}", failed)


def change_root_directory(directory: Any) -> None:
    """Change directory, and make that the root of this process."""
    try:
        os.chdir(directory)
        os.chroot(directory)
    except Exception as failed:
        _fail(DaemonOSEnvironmentError, f"change the root directory to {directory!r}", failed)


def change_file_creation_mask(mask: int) -> None:
    """Set the umask of this process."""
    try:
        os.umask(mask)
    except Exception as failed:
        _fail(DaemonOSEnvironmentError, f"set the umask to {mask!r}", failed)


def get_username_for_uid(uid: int) -> str:
    """The name of a user; KeyError if there is none."""
    return pwd.getpwuid(uid).pw_name


def change_process_owner(uid: int, gid: int, initgroups: bool = False) -> None:
    """Change group and user of this process; with initgroups, its supplementary groups to those of the user.

    Without it the supplementary groups stay: a process that was root's keeps root's. `DaemonContext` does not do so.
    """
    try:
        if initgroups:
            with contextlib.suppress(KeyError):  # a uid without a name has no groups of its own
                os.initgroups(get_username_for_uid(uid), gid)
        os.setgid(gid)
        os.setuid(uid)
    except OSError as failed:
        _fail(DaemonOSEnvironmentError, f"become user {uid!r} and group {gid!r}", failed)


def prevent_core_dump() -> None:
    """Set both limits for core files of this process to 0."""
    try:
        resource.getrlimit(resource.RLIMIT_CORE)
    except ValueError as failed:
        _fail(DaemonOSEnvironmentError, "limit core files", failed)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def detach_process_context() -> None:
    """Fork twice, with a new session in between: returns in the second child; the parents end at once, with status 0.

    Nobody is told whether the child starts: `DaemonContext.open()` tells.
    """

    def go_on_in_child(deed: str) -> None:
        try:
            pid = os.fork()
        except OSError as failed:
            _fail(DaemonProcessDetachError, deed, failed)
        if pid > 0:
            os._exit(0)

    go_on_in_child("fork")
    os.setsid()
    go_on_in_child("fork a second time")


def is_process_started_by_init() -> bool:
    """Whether the parent of this process is process 1."""
    return os.getppid() == 1


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def is_socket(fd: int) -> bool:
    """Whether a descriptor is a socket. Deprecated: `is_socket_file()` takes the file."""
    warnings.warn("is_socket_file takes the file itself", DeprecationWarning, stacklevel=2)
    return _is_socket(fd)


def is_socket_file(file: Any) -> bool:
    """Whether a file is a socket; one without descriptor is not."""
    try:
        return _is_socket(file.fileno())
    except (AttributeError, OSError, ValueError):
        return False


def is_process_started_by_superserver() -> bool:
    """Whether this process was started by inetd: its standard input is a network socket.

    A socket of the local machine, as a remote shell or a supervisor gives, is not one of inetd's.
    """
    try:
        descriptor = sys.__stdin__.fileno()  # type: ignore[union-attr]
        with socket.socket(fileno=os.dup(descriptor)) as copy:
            return copy.family in (socket.AF_INET, socket.AF_INET6)
    except (AttributeError, OSError, ValueError):
        return False


def is_detach_process_context_required() -> bool:
    """Whether a daemon started as this process was has to detach; the library's own answer."""
    return bool(_library.held.daemonctx_is_detach_required(None))


def close_file_descriptor_if_open(fd: int) -> None:
    """Close a descriptor; one that is not open is left alone."""
    try:
        os.close(fd)
    except OSError as failed:
        if failed.errno != errno.EBADF:
            _fail(DaemonOSEnvironmentError, f"close descriptor {fd}", failed)


def get_maximum_file_descriptors() -> int:
    """The hard limit of open files; MAXFD if there is none."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAXFD if hard == resource.RLIM_INFINITY else hard


def _open_descriptors() -> Iterator[int]:
    try:
        yield from (int(name) for name in os.listdir("/proc/self/fd"))
    except OSError:
        yield from range(get_maximum_file_descriptors())


def close_all_open_files(exclude: Optional[Collection[int]] = None) -> None:
    """Close every descriptor but those in `exclude`."""
    kept = set(exclude or ())
    for item in kept:
        if not isinstance(item, int):
            raise TypeError(f"{item!r} is not a descriptor")
    for number in _open_descriptors():
        if number not in kept:
            close_file_descriptor_if_open(number)


def redirect_stream(system_stream: Any, target_stream: Any) -> None:
    """Let a stream lead where another file leads; None: to the null device."""
    if target_stream is not None:
        os.dup2(target_stream.fileno(), system_stream.fileno())
        return
    null = os.open(os.devnull, os.O_RDWR)
    try:
        os.dup2(null, system_stream.fileno())
    finally:
        if null != system_stream.fileno():
            os.close(null)


def _get_file_descriptor(obj: Any) -> Optional[int]:
    try:
        return int(obj.fileno())
    except (AttributeError, ValueError):
        return None


def get_stream_file_descriptors(stdin: Any = sys.stdin, stdout: Any = sys.stdout, stderr: Any = sys.stderr) -> Set[int]:
    """The descriptors of streams, of those that have one."""
    found: Iterable[Optional[int]] = map(_get_file_descriptor, (stdin, stdout, stderr))
    return {descriptor for descriptor in found if descriptor is not None}


def set_signal_handlers(signal_handler_map: Mapping[int, Any]) -> None:
    """Install handlers: a map from signals to what signal.signal() takes."""
    for number, handler in signal_handler_map.items():
        signal.signal(number, handler)


def register_atexit_function(func: Callable[[], Any]) -> None:
    """Have a function called at the interpreter's exit."""
    atexit.register(func)
