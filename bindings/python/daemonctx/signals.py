"""The signal map: the interpreter installs its handlers, between the library's part of open() and readiness."""

import signal
from types import FrameType
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional, Union

from . import _convert, _library
from ._abi import SignalAction as _Action
from .errors import of_context

if TYPE_CHECKING:
    from .context import DaemonContext

#: What a signal map holds: None (ignored), the name of an attribute of the context, or what signal.signal() takes.
SignalAction = Union[None, str, int, signal.Handlers, Callable[[int, Optional[FrameType]], Any]]

# Handlers that a runtime or a crash reporter put in to survive a fault.
_FAULTS = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGSYS}


def make_default_signal_map() -> Dict[int, SignalAction]:
    """A new default map: the terminal's stop signals are ignored, SIGTERM calls `terminate`."""
    default: Dict[int, SignalAction] = dict.fromkeys((signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU))
    default[signal.SIGTERM] = "terminate"
    return default


def described(number: int) -> str:
    """A signal's number, and its name if it has one."""
    try:
        return f"{number} ({signal.Signals(number).name})"
    except ValueError:
        return str(number)


def handler(context: "DaemonContext", target: SignalAction) -> Any:
    """What signal.signal() gets for an entry of the map."""
    if target is None:
        return signal.SIG_IGN
    return getattr(context, target) if isinstance(target, str) else target


def handlers(context: "DaemonContext") -> Dict[int, Any]:
    """What signal.signal() gets for the whole map."""
    if not isinstance(context.signal_map, Mapping):
        raise _convert.wrong_type("signal_map", context.signal_map, "a mapping")
    made = {number: context._make_signal_handler(target) for number, target in context.signal_map.items()}
    for number, action in made.items():
        if not callable(action) and action not in (signal.SIG_IGN, signal.SIG_DFL):
            raise _convert.wrong_type(f"signal_map: {number!r}", action, "None, a name, a callable, SIG_IGN or SIG_DFL")
    return made


def check(context: "DaemonContext", handle: int) -> None:
    """Let the library judge the signals' numbers; its own map stays empty."""
    try:
        for number in context._make_signal_handler_map():
            signum = _convert.integer("signal_map", number)
            status = _library.held.daemonctx_set_signal_action(handle, signum, _Action.IGNORE)
            if status < 0:
                raise of_context(handle, status)
    finally:
        _library.held.daemonctx_clear_signal_map(handle)


def install(made: Mapping[int, Any], reset_others: bool) -> None:
    """Install the handlers and unblock their signals.

    With reset_others the program's own handlers go: the library has done that, but the interpreter does not know.
    """
    if reset_others:
        for number in signal.valid_signals() - _FAULTS - set(made):
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
    for mapped, action in made.items():
        signal.signal(mapped, action)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, made.keys())
