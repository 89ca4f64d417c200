"""DaemonContext: the PEP's own class."""

import atexit
import ctypes
import os
import threading
import weakref
from types import FrameType, TracebackType
from typing import Any, Dict, FrozenSet, Iterable, Mapping, Optional, Set, Type, Union

from . import _callbacks, _convert, _library, _opening, _options, signals, streams
from ._abi import DetachMethod, DetachReason, ReadyMode, SignalReset, StreamSwitch
from .errors import DaemonStateError, of_call, of_context
from .signals import SignalAction, make_default_signal_map


class DaemonContext:
    """A running program becomes a well-behaved Unix daemon.

    The options are arguments, and attributes that can be assigned until `open()`, where they are checked::

        with daemonctx.DaemonContext(working_directory="/var/lib/foo", pidfile="/run/foo.pid"):
            main()

    `open()` returns in the daemon. The process that called it, the launcher, waits until the daemon is ready and then
    ends with status 0; where the daemon cannot be made, `open()` raises in the launcher, which is as it was before.

    The first 14 arguments have the PEP's names and python-daemon's order:

    chroot_directory
        Directory that becomes the daemon's root; None.
    working_directory
        The daemon's working directory; "/". Relative paths start at the launcher's.
    umask
        File mode creation mask; 0. `INHERIT` keeps the launcher's.
    uid, gid
        Who the daemon is; the real ids. Another uid brings that user's groups along: group and supplementary groups.
    initgroups
        Take the groups of the uid even where it is the real one; False.
    prevent_core
        Neither core files nor a dumpable process; True.
    detach_process
        True, False, or None: decided now, by `daemonctx_is_detach_required()`.
    files_preserve
        Files, sockets and descriptors that stay open, with their numbers; None.
    pidfile
        A path: the library's own pid file, locked in the launcher, so that a second start fails there. Or any context
        manager: entered in the daemon before it is ready, exited by `close()`.
    stdin, stdout, stderr
        Files, descriptors, paths (also `StreamFile`), `INHERIT`, or None: /dev/null. An object without descriptor takes
        the place of sys.stdin, sys.stdout, sys.stderr.
    signal_map
        What signals do, in place of `make_default_signal_map()`: None ignores; a text names an attribute of this
        object; anything else is given to signal.signal().

    The others are keyword arguments:

    user, group, groups
        As uid and gid, by name; and the supplementary groups, by number.
    detach_method
        "auto" (fork), "fork", "re-exec" (for programs with threads: they are started again with the same arguments) or
        "fork-unchecked" (fork whatever the threads). See `DetachMethod`.
    ready_mode
        "on-open", or "manual": the launcher waits for `notify_ready()`.
    ready_timeout
        Seconds that the launcher waits at most; 90. None: for ever.
    stream_switch
        "at-open", or "at-ready": until `notify_ready()` the daemon can still write to the terminal.
    signal_reset
        "mapped", or "all": signals outside of the map go back to their defaults.
    no_new_privs, capabilities
        Programs that the daemon executes gain no privileges; the capabilities it keeps: a mask, or their numbers.
    state
        Bytes that reach the program that re-exec starts: see `inherited_state()`.
    prepare_hook, launcher_hook, daemon_hook, privileged_hook
        Called with this object: before the fork; after it in the launcher; first of all in the daemon; in the daemon
        before it gives up privileges. See `preserve()`. An exception, or a result other than 0 and None, fails the
        launch.
    trace
        Called in the launcher for each step of the launch with its number (`Step`) and status.

    Exceptions of hooks, of the pid file's `__enter__` and, with ready_mode "manual", of a `with` block before
    `notify_ready()` are raised by `open()` in the launcher too, with a DaemonError as their `__cause__`.
    """

    # Here, not in __init__ alone: a subclass may assign its options without calling that.
    _handle: Optional[int] = None
    _launch: Optional[_callbacks.Launch] = None
    _is_open = False
    _half_done: Optional[_callbacks.Launch] = None
    _opener: Optional[int] = None
    _owner = 0
    _awaited = False
    _entered: Any = None
    _preserved: FrozenSet[int] = frozenset()
    _uid: Optional[int] = None
    _gid: Optional[int] = None

    def __init__(
        self,
        chroot_directory: Any = None,
        working_directory: Any = "/",
        umask: Any = 0,
        uid: Optional[int] = None,
        gid: Optional[int] = None,
        initgroups: bool = False,
        prevent_core: bool = True,
        detach_process: Optional[bool] = None,
        files_preserve: Optional[Iterable[Any]] = None,
        pidfile: Any = None,
        stdin: Any = None,
        stdout: Any = None,
        stderr: Any = None,
        signal_map: Optional[Mapping[int, SignalAction]] = None,
        *,
        user: Optional[str] = None,
        group: Optional[str] = None,
        groups: Optional[Iterable[int]] = None,
        detach_method: Union[str, int] = DetachMethod.AUTO,
        ready_mode: Union[str, int] = ReadyMode.ON_OPEN,
        ready_timeout: Optional[float] = 90.0,
        stream_switch: Union[str, int] = StreamSwitch.AT_OPEN,
        signal_reset: Union[str, int] = SignalReset.MAPPED,
        no_new_privs: bool = False,
        capabilities: Union[int, Iterable[int]] = 0,
        state: Optional[bytes] = None,
        prepare_hook: Optional[_callbacks.Hook] = None,
        launcher_hook: Optional[_callbacks.Hook] = None,
        daemon_hook: Optional[_callbacks.Hook] = None,
        privileged_hook: Optional[_callbacks.Hook] = None,
        trace: Optional[_callbacks.Trace] = None,
    ) -> None:
        self.chroot_directory = chroot_directory
        self.working_directory = working_directory
        self.umask = umask
        self.uid = uid
        self.gid = gid
        self.initgroups = initgroups
        self.prevent_core = prevent_core
        self.detach_process = is_detach_required() if detach_process is None else detach_process
        self.files_preserve = files_preserve
        self.pidfile = pidfile
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.signal_map = make_default_signal_map() if signal_map is None else signal_map
        self.user = user
        self.group = group
        self.groups = groups
        self.detach_method = detach_method
        self.ready_mode = ready_mode
        self.ready_timeout = ready_timeout
        self.stream_switch = stream_switch
        self.signal_reset = signal_reset
        self.no_new_privs = no_new_privs
        self.capabilities = capabilities
        self.state = state
        self.prepare_hook = prepare_hook
        self.launcher_hook = launcher_hook
        self.daemon_hook = daemon_hook
        self.privileged_hook = privileged_hook
        self.trace = trace

    # ---- Options with a default that is asked for

    @property
    def uid(self) -> int:
        """The user id that the daemon takes; the real one, if none was given."""
        return os.getuid() if self._uid is None else self._uid

    @uid.setter
    def uid(self, value: Optional[int]) -> None:
        self._uid = value

    @property
    def gid(self) -> int:
        """The group id that the daemon takes; the real one, if none was given and the uid is the real one too."""
        return os.getgid() if self._gid is None else self._gid

    @gid.setter
    def gid(self, value: Optional[int]) -> None:
        self._gid = value

    # ---- Life

    @property
    def is_open(self) -> bool:
        """Whether this process is the daemon of this context; False in its forked children."""
        return self._is_open and self._owner == os.getpid()

    @property
    def detach_reason(self) -> int:
        """Why detaching was, or was not, required when the context was made: a `DetachReason`."""
        reason = ctypes.c_uint32()
        _options.call(self._native(), "detach_reason", ctypes.byref(reason))
        try:
            return DetachReason(reason.value)
        except ValueError:
            return reason.value

    def validate(self) -> None:
        """Check the types and values of all options, as `open()` does first; nothing else is looked at."""
        _options.store(self, self._native())

    def check(self) -> None:
        """Dry run: raise what `open()` would raise before it changes anything; no hook is called."""
        _options.store(self, self._native())
        _options.call(self._native(), "check")

    def open(self) -> None:
        """Become a daemon: return in the daemon, raise in the launcher where there is none.

        An open context is left as it is. Where becoming one in place (without detaching) fails half-way, `close()` has
        to be called before the context is opened again.
        """
        if not self.is_open:
            _opening.become(self, "open")

    def launch(self) -> Optional[int]:
        """As `open()`, but return in the launcher too: the daemon's pid there, None in the daemon."""
        return None if self.is_open else _opening.become(self, "launch")

    def close(self) -> None:
        """Leave the pid file's context manager, or remove the library's own pid file; the context is closed.

        A closed context is left as it is. Streams, working directory, umask, ids and signal handlers stay. Python's
        exit processing calls it.
        """
        if not self.is_open:
            if self._launch is not None:
                _options.call(self._native(), "close")  # refused while a hook runs
            if self._half_done is not None:
                _options.call(self._native(), "close")
                self._half_done = self._handle = None
            return
        atexit.unregister(self.close)
        entered, self._entered = self._entered, None
        try:
            if entered is not None:
                entered.__exit__(None, None, None)
        finally:
            self._is_open = False
            self._close_native()

    def terminate(self, signal_number: int, stack_frame: Optional[FrameType]) -> None:
        """Handle a signal that asks the daemon to end: raise SystemExit, with status 1 and the signal in its text."""
        raise SystemExit(f"terminated by signal {signals.described(signal_number)}")

    def __enter__(self) -> "DaemonContext":
        self.open()
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if exc_value is not None and self._awaited and self._launch is not None and self.is_open:
            self._launch.failed(exc_value)
        self.close()

    # ---- In the daemon, and in hooks

    def notify_ready(self) -> None:
        """Tell the waiting launcher that the daemon is ready. Any thread may call it."""
        streams.flush()
        status = _library.held.daemonctx_notify_ready(self._native())
        if status < 0:
            raise of_call("tell that the daemon is ready", status, 0)
        self._awaited = False

    def notify_failed(self, exit_code: int, message: str) -> None:
        """Tell the waiting launcher that the daemon cannot start, or, in a hook, why it fails. Any thread may call it.

        The launcher's `open()` raises DaemonLaunchError with this code and text, of which 2,048 bytes arrive.
        """
        code = _convert.integer("exit_code", exit_code)
        text = _convert.text("message", message)
        status = _library.held.daemonctx_notify_failed(self._native(), code, text)
        if status < 0:
            raise of_call("tell that the daemon failed", status, 0)

    def preserve(self, file: Any) -> None:
        """Keep a file or descriptor open in the daemon; before open, and in prepare, daemon and privileged hooks."""
        number = _convert.descriptor("preserve", file)
        _options.call(self._native(), "preserve", number)
        if self._launch is None:
            self._preserved |= {number}

    def reopen_streams(self) -> None:
        """Open the streams given as paths again, after log rotation; if one cannot be, all keep their old files."""
        streams.flush()
        _options.call(self._native(), "reopen_streams")

    # ---- How it is done

    def __getstate__(self) -> Dict[str, Any]:
        """What a copy gets: the options. The C context has one owner, and only that one is open."""
        return {name: value for name, value in vars(self).items() if name not in _OF_ONE}

    def _native(self) -> int:
        """The C context, made at first use; it must not be touched while another thread waits in open()."""
        if self._opener is not None and self._opener != threading.get_ident():
            raise DaemonStateError("another thread is opening this context")
        if self._handle is None:
            made = ctypes.c_void_p()
            status = _library.held.daemonctx_new(ctypes.byref(made))
            if status < 0 or made.value is None:
                raise MemoryError("no memory for a context")
            self._handle = made.value
            weakref.finalize(self, _library.held.daemonctx_free, made.value).atexit = False
        return self._handle

    def _close_native(self) -> None:
        self._awaited = False
        handle = self._native()
        status = _library.held.daemonctx_close(handle)
        error = of_context(handle, status) if status < 0 else None
        if self._launch is not None:
            self._launch.remove()
            self._launch = None
        if error is not None:
            raise error

    def _get_exclude_file_descriptors(self) -> Set[int]:
        """Descriptors that stay open: files_preserve, and the streams, whose own descriptors stay open too."""
        kept = self._preserved | set(_convert.descriptors("files_preserve", self.files_preserve))
        for name in streams.NAMES:
            value = getattr(self, name)
            if callable(getattr(value, "fileno", None)) and not streams.is_bare(value):
                kept |= {_convert.descriptor(name, value)}
        return set(kept)

    def _make_signal_handler(self, target: SignalAction) -> Any:
        """What signal.signal() gets for an entry of the map."""
        return signals.handler(self, target)

    def _make_signal_handler_map(self) -> Dict[int, Any]:
        """The whole map, for signal.signal()."""
        return signals.handlers(self)


_OF_ONE = {"_handle", "_launch", "_is_open", "_half_done", "_opener", "_owner", "_awaited", "_entered"}


def is_detach_required() -> bool:
    """Whether a daemon started as this process was has to detach."""
    return bool(_library.held.daemonctx_is_detach_required(None))


def is_relaunched() -> bool:
    """Whether this process is one that re-exec started: what the program does before `open()` is done a second time."""
    return bool(_library.held.daemonctx_is_relaunched())
