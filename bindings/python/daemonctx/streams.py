"""What the daemon's standard streams are: files, descriptors, paths, the launcher's own, or bare objects."""

import contextlib
import enum
import os
import stat
import sys
from typing import Any, NamedTuple, Union

from . import _convert, _library
from .errors import of_context

NAMES = ("stdin", "stdout", "stderr")


class Inherit(enum.Enum):
    """The type of `INHERIT`."""

    INHERIT = "inherit"

    def __repr__(self) -> str:
        return "daemonctx.INHERIT"


#: As a stream or as the umask: what the launcher has stays.
INHERIT = Inherit.INHERIT


class StreamFile(NamedTuple):
    """A file by its path as a stream of the daemon, with the mode bits it gets if it has to be created.

    Output is appended. `DaemonContext.reopen_streams()` opens it again, for log rotation.
    """

    path: Union[str, bytes, "os.PathLike[str]"]
    mode: int = 0o640


def is_bare(value: object) -> bool:
    """Whether this is a file-like object without a descriptor, such as io.StringIO, which takes the name's place."""
    fileno = getattr(value, "fileno", None)
    if callable(fileno):
        try:
            fileno()
        except OSError:  # io.UnsupportedOperation is one; a closed file is a ValueError alone
            return True
        return False
    return callable(getattr(value, "write", None)) or callable(getattr(value, "read", None))


def is_original(number: int) -> bool:
    """Whether this descriptor is the stream of that number that the interpreter was started with.

    A directory is none: it got there later, and it is for the library to say whether it may stay.
    """
    try:
        original = getattr(sys, f"__{NAMES[number]}__").fileno()
        return bool(original == number and not stat.S_ISDIR(os.fstat(number).st_mode))
    except (AttributeError, OSError, ValueError):  # started without, or closed
        return False


def _store(handle: int, function: str, *values: Any) -> None:
    status = getattr(_library.held, function)(handle, *values)
    if status < 0:
        raise of_context(handle, status)


def store(handle: int, name: str, value: Any) -> None:
    """Store what the option `name` holds."""
    setter = f"daemonctx_set_{name}"
    if value is None or is_bare(value):
        _store(handle, f"{setter}_null")
    elif value is INHERIT:
        _store(handle, f"{setter}_inherit")
    elif isinstance(value, (str, bytes, os.PathLike, StreamFile)):
        file = value if isinstance(value, StreamFile) else StreamFile(value)
        mode = () if name == "stdin" else (_convert.unsigned(f"{name} mode", file.mode),)
        _store(handle, f"{setter}_path", _convert.path(name, file.path), *mode)
    else:
        _store(handle, setter, _convert.descriptor(name, value))


def flush() -> None:
    """Write out what the program printed: after a fork two processes would do so."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # none, closed or broken: nothing to save
            stream.flush()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def rebind(values: "dict[str, Any]") -> None:
    """Let sys.stdin, sys.stdout and sys.stderr mean the daemon's streams.

    An object without descriptor takes the name itself. Where the name was bound to another file, whose descriptor is
    closed by now, that number becomes a copy of the stream.
    """
    for number, name in enumerate(NAMES):
        if values[name] is not None and is_bare(values[name]):
            setattr(sys, name, values[name])
            continue
        try:
            bound = getattr(sys, name).fileno()
        except (AttributeError, OSError, ValueError):
            continue
        if bound != number and not _is_open(bound):
            os.dup2(number, bound, inheritable=False)
