"""What the C library calls: hooks, the trace, and the interpreter's own part in a fork.

No exception crosses into C: it is kept, or carried from the daemon to the launcher, and raised by open() there.
"""

import ctypes
import io
import mmap
import pickle
import sys
import traceback
from typing import TYPE_CHECKING, Any, Callable, List, Optional

from . import _abi, _library, errors, streams
from ._options import PLACES

if TYPE_CHECKING:
    from .context import DaemonContext

#: A hook gets the context; anything but None, 0 or False fails the launch, and so does an exception.
Hook = Callable[["DaemonContext"], Optional[int]]
#: Told of each step of a launch, in the launcher: the step and its status.
Trace = Callable[[int, int], None]


def sentence(error: BaseException) -> str:
    """An exception in one line, as the interpreter ends a traceback with it."""
    return traceback.format_exception_only(type(error), error)[-1].strip()


def tell_failed(handle: int, error: BaseException, code: int = 1) -> int:
    """Give an exception's sentence to the launcher; the status tells whether it waits."""
    text = sentence(error).replace("\0", " ").encode("utf-8", "replace")
    return int(_library.held.daemonctx_notify_failed(handle, code, text))


class _Loader(pickle.Unpickler):
    """Makes exceptions out of plain data, and nothing else.

    The launcher may have privileges that the daemon has given up: what comes from there must not name what is called.
    """

    def find_class(self, module_name: str, global_name: str) -> Any:
        """An exception class that is here already: nothing is imported."""
        found: Any = sys.modules.get(module_name)
        for part in global_name.split("."):
            found = getattr(found, part)
        if found is errors.rebuilt or (isinstance(found, type) and issubclass(found, BaseException)):
            return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no exception")


def _loaded(packed: bytes) -> Optional[BaseException]:
    try:
        error = _Loader(io.BytesIO(packed)).load()
    except Exception:
        return None
    return error if isinstance(error, BaseException) else None


class Courier:
    """Carries an exception from the daemon to its launcher, in memory that both share since before the fork."""

    SIZE = 65536

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, self.SIZE)

    def send(self, error: BaseException) -> None:
        """Leave an exception there; one that holds more than plain data, or is too long, arrives as a sentence only."""
        try:
            packed = pickle.dumps(error)
        except Exception:
            return
        if len(packed) <= self.SIZE - 8 and _loaded(packed) is not None:
            self._memory[8 : 8 + len(packed)] = packed
            self._memory[:8] = len(packed).to_bytes(8, "little")

    def received(self) -> Optional[BaseException]:
        """Take what was sent."""
        length = int.from_bytes(self._memory[:8], "little")
        if length == 0:
            return None
        return _loaded(self._memory[8 : 8 + length])

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()


class Launch:
    """The callbacks of one launch, alive as long as the library may call them, and what they raised."""

    def __init__(self, context: "DaemonContext", handle: int, forks: bool) -> None:
        self.courier = Courier()
        self.raised: Optional[BaseException] = None
        self._context = context
        self._handle = handle
        self._forks = forks
        self._before_fork = False
        self._functions: List[Any] = []

    def install(self) -> None:
        """Give the callbacks to the library: each is set again, for the ones of an earlier launch are gone."""
        hooks = {place: getattr(self._context, f"{place}_hook") for place in PLACES}
        for place, hook in hooks.items():
            function = _abi.HookFn(self._caller(place, hook)) if hook or self._forks else _abi.HookFn()
            self._functions.append(function)
            getattr(_library.held, f"daemonctx_set_{place}_hook")(self._handle, function, None)
        trace = _abi.TraceFn(self._call_trace) if self._context.trace else _abi.TraceFn()
        self._functions.append(trace)
        _library.held.daemonctx_set_trace(self._handle, trace, None)

    def remove(self) -> None:
        """Take them out: the library must not keep addresses of functions that are gone."""
        for place in PLACES:
            getattr(_library.held, f"daemonctx_set_{place}_hook")(self._handle, _abi.HookFn(), None)
        _library.held.daemonctx_set_trace(self._handle, _abi.TraceFn(), None)
        self._functions.clear()
        self.courier.close()

    def _caller(self, place: str, hook: Optional[Hook]) -> Callable[..., int]:
        interpreter = getattr(self, f"_{place}", lambda: None) if self._forks else lambda: None
        before = place == "prepare"  # what other programs' fork handlers take must not be held while a hook runs

        def call(_handle: int, _user_data: Any) -> int:
            try:
                if not before:
                    interpreter()
                result = hook(self._context) if hook is not None else None
                streams.flush()
                if before and not result:
                    interpreter()
                return int(result or 0)
            except BaseException as error:
                self.failed(error)
                return 1

        return call

    def failed(self, error: BaseException) -> int:
        """Keep an exception for the launcher, whichever process this is; the status tells whether it was told."""
        self.raised = error
        self.courier.send(error)
        return tell_failed(self._handle, error)

    # What os.fork() does around fork(2).
    def _prepare(self) -> None:
        ctypes.pythonapi.PyOS_BeforeFork()
        self._before_fork = True

    def _launcher(self) -> None:
        if self._before_fork:
            self._before_fork = False
            ctypes.pythonapi.PyOS_AfterFork_Parent()

    def _daemon(self) -> None:
        self._before_fork = False
        ctypes.pythonapi.PyOS_AfterFork_Child()

    def _call_trace(self, _handle: int, step: int, status: int, _user_data: Any) -> None:
        if self.raised is not None or self._context.trace is None:
            return
        try:
            self._context.trace(step, status)
        except BaseException as error:
            self.raised = error


for _function in ("PyOS_BeforeFork", "PyOS_AfterFork_Parent", "PyOS_AfterFork_Child"):
    getattr(ctypes.pythonapi, _function).restype = None
