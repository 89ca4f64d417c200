"""Stores the attributes of a DaemonContext in its C context: one function for each, in the order of the PEP."""

import ctypes
import operator
import os
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Dict, Iterable, Type

from . import _convert, _library, signals, streams
from ._abi import DetachMethod, DetachProcess, ReadyMode, SignalReset, Status, StreamSwitch
from .errors import of_context, refuse
from .streams import INHERIT

if TYPE_CHECKING:
    from .context import DaemonContext


#: Where hooks run.
PLACES = ("prepare", "launcher", "daemon", "privileged")


def call(handle: int, function: str, *values: Any) -> int:
    """Call a function of the library on a context; a negative status is raised with the context's detail."""
    status = getattr(_library.held, f"daemonctx_{function}")(handle, *values)
    if status < 0:
        raise of_context(handle, status)
    return int(status)


def enumerator(option: str, value: Any, enumeration: Type[IntEnum]) -> int:
    """The number of an enumerator, given as such, as a number or by name; the library refuses unknown numbers."""
    if isinstance(value, str):
        name = value.lower().replace("-", "_").replace("re_exec", "reexec").upper()
        try:
            return enumeration[name].value
        except KeyError:
            known = ", ".join(repr(member.name.lower().replace("_", "-")) for member in enumeration)
            refuse(option, value, f"is none of {known}")
    return _convert.unsigned(option, value)


def detach_process(value: Any) -> int:
    """True, False, None (where it is required), or a DetachProcess."""
    return DetachProcess.AUTO if value is None else _convert.unsigned("detach_process", value)


def store(context: "DaemonContext", handle: int) -> None:
    """Store all options: what is refused raises, and the C context remembers it."""
    _store_files(context, handle)
    _store_umask(context, handle)
    _store_pidfile(context, handle)
    call(handle, "set_detach_process", detach_process(context.detach_process))
    signals.check(context, handle)
    _store_identity(context, handle)
    call(handle, "set_prevent_core", _convert.flag("prevent_core", context.prevent_core))
    for name in streams.NAMES:
        streams.store(handle, name, getattr(context, name))
    _store_extensions(context, handle)


def _preserve(handle: int, descriptors: Iterable[int]) -> None:
    kept = sorted(descriptors)
    call(handle, "set_files_preserve", (ctypes.c_int32 * len(kept))(*kept), len(kept))


def leave_null_streams(context: "DaemonContext", handle: int) -> None:
    """Let a stream that is None be the null device, even if files_preserve has the program's own of that number.

    The library leaves the number alone then: it cannot tell a stream from a file that got the number because the
    program was started without that stream. Such a file stays here too.
    """
    null = {
        number
        for number, name in enumerate(streams.NAMES)
        if getattr(context, name) is None and streams.is_original(number)
    }
    _preserve(handle, context._get_exclude_file_descriptors() - (null - context._preserved))


def _store_files(context: "DaemonContext", handle: int) -> None:
    _preserve(handle, context._get_exclude_file_descriptors())
    if context.chroot_directory is None:
        call(handle, "unset_chroot_directory")
    else:
        call(handle, "set_chroot_directory", _convert.path("chroot_directory", context.chroot_directory))
    call(handle, "set_working_directory", _convert.path("working_directory", context.working_directory))


def _store_umask(context: "DaemonContext", handle: int) -> None:
    if context.umask is INHERIT:
        call(handle, "set_umask_inherit")
    else:
        call(handle, "set_umask", _convert.unsigned("umask", context.umask))


def is_path(pidfile: object) -> bool:
    """Whether the library keeps the pid file: it is given as a path."""
    return isinstance(pidfile, (str, bytes, os.PathLike))


def _store_pidfile(context: "DaemonContext", handle: int) -> None:
    pidfile = context.pidfile
    if is_path(pidfile):
        call(handle, "set_pidfile", _convert.path("pidfile", pidfile))
        return
    call(handle, "unset_pidfile")
    manager = type(pidfile)
    if pidfile is not None and not (hasattr(manager, "__enter__") and hasattr(manager, "__exit__")):
        raise _convert.wrong_type("pidfile", pidfile, "a path or a context manager")


def _store_identity(context: "DaemonContext", handle: int) -> None:
    if context._uid is not None and context.user is not None:
        refuse("uid", context._uid, f"and user {context.user!r} exclude one another", Status.ERR_ARGUMENT)
    if context._gid is not None and context.group is not None:
        refuse("gid", context._gid, f"and group {context.group!r} exclude one another", Status.ERR_ARGUMENT)
    for name in ("uid", "user", "gid", "group", "groups"):
        call(handle, f"unset_{name}")
    # The real ids, given or not, change nobody: unless the groups are to be initialised too.
    own = context._uid is None or context._uid == os.getuid()
    if context.user is not None:
        call(handle, "set_user", _convert.text("user", context.user))
    elif not own or context.initgroups:
        call(handle, "set_uid", _convert.unsigned("uid", context.uid))
    if context.group is not None:
        call(handle, "set_group", _convert.text("group", context.group))
    elif context._gid is not None and not (own and context.user is None and context._gid == os.getgid()):
        call(handle, "set_gid", _convert.unsigned("gid", context._gid))
    if context.groups is not None:
        groups = [_convert.unsigned("groups", group) for group in context.groups]
        call(handle, "set_groups", (ctypes.c_uint32 * len(groups))(*groups), len(groups))


_ENUMERATED: Dict[str, Type[IntEnum]] = {
    "detach_method": DetachMethod,
    "ready_mode": ReadyMode,
    "stream_switch": StreamSwitch,
    "signal_reset": SignalReset,
}


def _store_extensions(context: "DaemonContext", handle: int) -> None:
    for name, enumeration in _ENUMERATED.items():
        call(handle, f"set_{name}", enumerator(name, getattr(context, name), enumeration))
    call(handle, "set_ready_timeout", _convert.milliseconds("ready_timeout", context.ready_timeout))
    call(handle, "set_no_new_privs", _convert.flag("no_new_privs", context.no_new_privs))
    call(handle, "set_capabilities", _capabilities(context.capabilities))
    state = bytes(_convert_state(context.state))
    call(handle, "set_state", state or None, len(state))
    call(handle, "set_close_at_exit", 0)
    for name in (*(f"{place}_hook" for place in PLACES), "trace"):
        value = getattr(context, name)
        if value is not None and not callable(value):
            raise _convert.wrong_type(name, value, "a callable")


def _capabilities(value: Any) -> int:
    """A mask, or the numbers of capabilities."""
    try:
        mask = operator.index(value)
    except TypeError:
        mask = 0
        try:
            numbers = list(value)
        except TypeError:
            raise _convert.wrong_type("capabilities", value, "a mask or numbers") from None
        for number in numbers:
            mask |= 1 << _convert.integer("capabilities", number, 0, 63)
    return _convert.integer("capabilities", mask, 0, _convert.UINT64_MAX)


def _convert_state(value: Any) -> bytes:
    if value is None:
        return b""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise _convert.wrong_type("state", value, "bytes")
    return bytes(value)
