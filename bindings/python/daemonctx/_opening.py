"""Becoming a daemon: the library's part, then the interpreter's, and what goes wrong in either."""

import atexit
import ctypes
import os
import threading
from typing import TYPE_CHECKING, Any, NoReturn, Optional

from . import _callbacks, _library, _options, signals, streams
from ._abi import DetachMethod, DetachProcess, ReadyMode, SignalReset, Status
from .errors import DaemonError, of_context

if TYPE_CHECKING:
    from .context import DaemonContext

# Variables that name the process they are meant for: the library has rewritten them, os.environ is a copy.
_PASSED_PIDS = ("LISTEN_PID", "WATCHDOG_PID")


def become(context: "DaemonContext", function: str) -> Optional[int]:
    """Call `function`, open or launch. None in the daemon; the daemon's pid in a launcher that goes on."""
    handle = context._native()
    launcher = os.getpid()
    _options.store(context, handle)  # not validate(): a subclass may have a method of that name
    _options.leave_null_streams(context, handle)
    context._half_done = None
    launch = _callbacks.Launch(context, handle, forks=_detaches(context))
    launch.install()
    context._launch = launch
    # The interpreter's part follows the library's: signal handlers and the pid file. Only then it is ready.
    _library.held.daemonctx_set_ready_mode(handle, ReadyMode.MANUAL)
    streams.flush()
    context._opener = threading.get_ident()
    try:
        status = getattr(_caller(context), f"daemonctx_{function}")(handle)
    finally:
        context._opener = None
    if status < 0:
        _fail(context, launch, of_context(handle, status))
    if status == Status.LAUNCHED:
        pid = int(_library.held.daemonctx_daemon_pid(handle))
        _forget(context)
        if launch.raised is not None:
            raise launch.raised
        return pid
    try:
        if launch.raised is not None:  # by the trace
            raise launch.raised
        _finish(context, launcher)
    except BaseException as error:
        if launch.failed(error) == Status.OK:
            os._exit(1)  # the launcher raises it
        context._is_open = False
        context._close_native()
        raise
    return None


def _detaches(context: "DaemonContext") -> bool:
    detach = _options.detach_process(context.detach_process)
    return detach == DetachProcess.YES or (detach == DetachProcess.AUTO and not context.detach_reason)


def _caller(context: "DaemonContext") -> Any:
    """By re-exec nothing is forked that goes on in Python: other threads may run while the launcher waits."""
    method = _options.enumerator("detach_method", context.detach_method, DetachMethod)
    return _library.released if method == DetachMethod.REEXEC else _library.held


def _forget(context: "DaemonContext") -> None:
    if context._launch is not None:
        context._launch.remove()
        context._launch = None


def _fail(context: "DaemonContext", launch: _callbacks.Launch, failed: DaemonError) -> NoReturn:
    original = launch.raised or launch.courier.received()
    if _detaches(context):
        _forget(context)
    else:
        # Perhaps half done: the C context then takes no setter any more, and its functions have to live until close().
        context._half_done, context._launch = launch, None
    ctypes.pythonapi.PyErr_CheckSignals()  # Ctrl-C aborts a launch: KeyboardInterrupt comes before the error
    if original is not None and failed.status in (Status.ERR_CALLBACK, Status.ERR_PROGRAM):
        raise original from failed
    raise failed


def _finish(context: "DaemonContext", launcher: int) -> None:
    """Do the interpreter's part in the daemon, in the order of the PEP."""
    for name in _PASSED_PIDS:
        if os.environ.get(name) == str(launcher):
            os.environ[name] = str(os.getpid())
    reset = _options.enumerator("signal_reset", context.signal_reset, SignalReset)
    signals.install(context._make_signal_handler_map(), reset == SignalReset.ALL)
    streams.rebind({name: getattr(context, name) for name in streams.NAMES})
    if context.pidfile is not None and not _options.is_path(context.pidfile):
        context.pidfile.__enter__()
        context._entered = context.pidfile
    context._owner = os.getpid()
    context._is_open = True
    atexit.register(context.close)
    if _options.enumerator("ready_mode", context.ready_mode, ReadyMode) == ReadyMode.MANUAL:
        context._awaited = True
    else:
        context.notify_ready()
