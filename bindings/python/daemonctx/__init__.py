"""A running program becomes a well-behaved Unix daemon: PEP 3143's DaemonContext, on the C library daemonctx.

    import daemonctx

    with daemonctx.DaemonContext(pidfile="/run/foo.pid"):
        main()

`DaemonContext` takes the place of the class of python-daemon; see `daemonctx.pidfile` for lock files and for asking
and stopping daemons, `daemonctx.helpers` for python-daemon's functions, `daemonctx.errors` for exceptions.
"""

import ctypes
from typing import Optional

from . import _library, pidfile
from ._abi import (
    DetachMethod,
    DetachProcess,
    DetachReason,
    ReadyMode,
    SignalReset,
    Status,
    Step,
    StreamSwitch,
)
from .context import DaemonContext, is_detach_required, is_relaunched
from .errors import (
    DaemonAlreadyRunningError,
    DaemonError,
    DaemonLaunchError,
    DaemonOSEnvironmentError,
    DaemonProcessDetachError,
    DaemonStateError,
    DaemonTimeoutError,
    DaemonValueError,
)
from .signals import make_default_signal_map
from .streams import INHERIT, StreamFile

__all__ = [
    "INHERIT",
    "DaemonAlreadyRunningError",
    "DaemonContext",
    "DaemonError",
    "DaemonLaunchError",
    "DaemonOSEnvironmentError",
    "DaemonProcessDetachError",
    "DaemonStateError",
    "DaemonTimeoutError",
    "DaemonValueError",
    "DetachMethod",
    "DetachProcess",
    "DetachReason",
    "ReadyMode",
    "SignalReset",
    "Status",
    "Step",
    "StreamFile",
    "StreamSwitch",
    "inherited_state",
    "is_detach_required",
    "is_relaunched",
    "library_version",
    "make_default_signal_map",
    "pidfile",
]

__version__ = "1.0.0"


def library_version() -> str:
    """Version of the C library that is loaded."""
    return str(_library.held.daemonctx_version_string().decode())


def inherited_state() -> Optional[bytes]:
    """The bytes that the launcher gave as `state`, in a program that re-exec started; None elsewhere."""
    context = DaemonContext()
    data, length = ctypes.c_void_p(), ctypes.c_size_t()
    status = _library.held.daemonctx_get_inherited_state(context._native(), ctypes.byref(data), ctypes.byref(length))
    if status < 0:
        return None
    return ctypes.string_at(data.value, length.value) if data.value else b""
