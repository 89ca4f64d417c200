"""The C probe as a shared object, whose calls of the library go through daemonctx.DaemonContext.

`probe.py SHARED_OBJECT COMMANDS...`. What Python's types cannot express goes to the C function, which refuses it.
"""

import ctypes
import os
import signal
import sys

import daemonctx
from daemonctx import INHERIT, DaemonContext, DaemonError, StreamFile, _abi, _library, errors, pidfile

FIRST_CHANNEL = 250
LEASH_STATUS = 99
LINE_SIZE = 65536

probe = ctypes.PyDLL(sys.argv[1])
contexts = {}
kept = []  # functions that C has the addresses of


def native(name):
    """The C function itself."""
    return getattr(_library.held, f"daemonctx_{name}")


def redirect(function):
    """Put a Python function in the place of the C function of its name."""
    name = f"daemonctx_{function.__name__.strip('_')}"
    result, parameters = _abi.PROTOTYPES[name]
    kind = ctypes.PYFUNCTYPE(result, *parameters)
    kept.append(kind(function))
    ctypes.c_void_p.in_dll(probe, f"redirect_{name}").value = ctypes.cast(kept[-1], ctypes.c_void_p).value
    return function


def status_of(call, *arguments):
    """What a call came to, as the C function tells it."""
    try:
        return call(*arguments) or 0
    except DaemonError as failed:
        return failed.status
    except OSError:  # of the manager, in place
        return daemonctx.Status.ERR_PROGRAM


def text(value):
    return None if value is None else os.fsdecode(value)


@redirect
def new(ret_handle):
    context = DaemonContext()
    context.detach_process = None  # undecided, as the C context: the getter is C's
    handle = context._native()
    contexts[handle] = context
    ctypes.cast(ret_handle, ctypes.POINTER(ctypes.c_void_p))[0] = handle
    return 0


@redirect
def free(handle):
    context = contexts.pop(handle, None)
    if context is not None:
        status_of(context.close)


@redirect
def check(handle):
    return status_of(contexts[handle].check)


@redirect
def open_(handle):
    return status_of(contexts[handle].open)


@redirect
def launch(handle):
    launcher = os.getpid()
    status = status_of(contexts[handle].launch)
    return daemonctx.Status.LAUNCHED if status > 0 and os.getpid() == launcher else status


@redirect
def close(handle):
    return status_of(contexts[handle].close)


@redirect
def is_open(handle):
    return native("is_open")(handle) if handle not in contexts else int(contexts[handle].is_open)


@redirect
def notify_ready(handle):
    return status_of(contexts[handle].notify_ready)


@redirect
def notify_failed(handle, code, message):
    if message is None:
        return native("notify_failed")(handle, code, message)
    return status_of(contexts[handle].notify_failed, code, message)


@redirect
def reopen_streams(handle):
    return status_of(contexts[handle].reopen_streams)


@redirect
def preserve(handle, fd):
    return status_of(contexts[handle].preserve, fd)


@redirect
def is_relaunched():
    return int(daemonctx.is_relaunched())


def assign(handle, value, option, function, *arguments):
    """Assign an attribute, and tell what the library says to the value; in an open context C refuses by itself."""
    context = contexts[handle]
    if native("is_open")(handle) or context._launch is not None:
        return native(function)(handle, *arguments)
    setattr(context, option, value)
    alone = DaemonContext()
    setattr(alone, option, value)
    status = status_of(alone.validate)
    status_of(context.validate)  # its error detail is the one that is looked at
    return status


def setter(option, function, convert=lambda value: value):
    """Redirect a setter with one value; one that is NULL goes to C."""

    def call(handle, value):
        if value is None:
            return native(function)(handle, value)
        return assign(handle, convert(value), option, function, value)

    call.__name__ = function
    redirect(call)


for _option in ("chroot_directory", "working_directory", "pidfile", "user", "group"):
    setter(_option, f"set_{_option}", text)
for _option in (
    *("umask", "detach_process", "uid", "gid", "prevent_core", "no_new_privs", "detach_method", "ready_mode"),
    *("stream_switch", "signal_reset", "capabilities"),
):
    setter(_option, f"set_{_option}")
setter("ready_timeout", "set_ready_timeout", lambda value: None if value == -1 else value / 1000)
for _name in ("stdin", "stdout", "stderr"):
    setter(_name, f"set_{_name}")
setter("stdin", "set_stdin_path", text)


def without_value(option, function, value):
    """Redirect a setter that takes nothing."""

    def call(handle):
        return assign(handle, value, option, function)

    call.__name__ = function
    redirect(call)


without_value("umask", "set_umask_inherit", INHERIT)
for _name in ("stdin", "stdout", "stderr"):
    without_value(_name, f"set_{_name}_null", None)
    without_value(_name, f"set_{_name}_inherit", INHERIT)
for _option in ("chroot_directory", "pidfile", "uid", "gid", "user", "group", "groups"):
    without_value(_option, f"unset_{_option}", None)


def path_with_mode(name):
    def call(handle, path, mode):
        if path is None:
            return native(f"set_{name}_path")(handle, path, mode)
        return assign(handle, StreamFile(text(path), mode), name, f"set_{name}_path", path, mode)

    call.__name__ = f"set_{name}_path"
    redirect(call)


path_with_mode("stdout")
path_with_mode("stderr")


@redirect
def set_files_preserve(handle, fds, count):
    return assign(handle, fds[:count], "files_preserve", "set_files_preserve", fds, count)


@redirect
def set_groups(handle, gids, count):
    return assign(handle, gids[:count], "groups", "set_groups", gids, count)


@redirect
def set_state(handle, data, length):
    contexts[handle].state = ctypes.string_at(data, length) if length else None
    return status_of(contexts[handle].validate)


def hook_setter(place):
    function_name = f"set_{place}_hook"

    def call(handle, function, user_data):
        def hook(context):
            return function(handle, user_data)

        return assign(handle, hook if function else None, f"{place}_hook", function_name, function, user_data)

    call.__name__ = function_name
    redirect(call)


for _place in ("prepare", "launcher", "daemon", "privileged"):
    hook_setter(_place)


class Manager:
    """The two callbacks of a manager as a context manager; a result that is not 0 is an exception."""

    def __init__(self, handle, enter, leave, user_data):
        self.handle, self.enter, self.leave, self.user_data = handle, enter, leave, user_data

    def __enter__(self):
        if self.enter(self.handle, self.user_data):
            raise OSError("the manager refused")

    def __exit__(self, *_):
        if self.leave(self.handle, self.user_data):
            raise OSError("the manager refused")


@redirect
def set_pidfile_manager(handle, enter, leave, user_data):
    if not enter or not leave:
        return native("set_pidfile_manager")(handle, enter, leave, user_data)
    manager = Manager(handle, enter, leave, user_data)
    return assign(handle, manager, "pidfile", "set_pidfile_manager", enter, leave, user_data)


@redirect
def set_trace(handle, function, user_data):
    def trace(step, status):
        function(handle, step, status, user_data)

    return assign(handle, trace if function else None, "trace", "set_trace", function, user_data)


def assign_signal(handle, signum, action, function, *arguments):
    if function is not None and native(function)(handle, signum, *arguments) < 0:
        return native("error_status")(handle)
    contexts[handle].signal_map[signum] = action
    return status_of(contexts[handle].validate)


@redirect
def set_signal_action(handle, signum, action):
    actions = {0: None, 1: signal.SIG_DFL, 2: "terminate"}
    return assign_signal(handle, signum, actions.get(action), "set_signal_action", action)


@redirect
def set_signal_handler(handle, signum, function, user_data):
    def handler(number, frame):
        function(handle, number, user_data)

    return assign_signal(handle, signum, handler, "set_signal_handler", function, user_data)


@redirect
def unset_signal(handle, signum):
    contexts[handle].signal_map.pop(signum, None)
    return native("unset_signal")(handle, signum)


@redirect
def clear_signal_map(handle):
    contexts[handle].signal_map.clear()
    return native("clear_signal_map")(handle)


def outcome_of(call, *arguments):
    try:
        found = call(*arguments)
    except DaemonError as failed:
        ctypes.set_errno(failed.errno or 0)
        set_c_errno(failed.errno or 0)
        return failed.status
    return daemonctx.Status.OK if found or (found == 0 and found is not False) else daemonctx.Status.NOT_RUNNING


def set_c_errno(number):
    location = ctypes.PyDLL(None).__errno_location
    location.restype = ctypes.POINTER(ctypes.c_int)
    location()[0] = number


@redirect
def pidfile_query(path, ret_pid):
    if path is None or not ret_pid:
        return native("pidfile_query")(path, ret_pid)
    found = []
    status = outcome_of(lambda: found.append(pidfile.query(text(path))) or found[0])
    if status == 0:
        ret_pid[0] = found[0]
    return status


@redirect
def pidfile_signal(path, signum):
    return outcome_of(pidfile.signal, text(path), signum) if path else native("pidfile_signal")(path, signum)


@redirect
def pidfile_stop(path, limit):
    if path is None or limit < -1:
        return native("pidfile_stop")(path, limit)
    return outcome_of(pidfile.stop, text(path), None if limit == -1 else limit / 1000)


@redirect
def pidfile_wait(path, limit):
    if path is None or limit < -1:
        return native("pidfile_wait")(path, limit)
    return outcome_of(pidfile.wait, text(path), None if limit == -1 else limit / 1000)


def run(command, quiet):
    buffer = ctypes.create_string_buffer(command, LINE_SIZE)
    probe.command_run(buffer, probe.context_channel(), quiet)


def main():
    """What the C probe's main() does; the interpreter runs its signal handlers in between."""
    if not probe.again_replay():
        channel = os.environ.get("DAEMONCTX_PROBE_CHANNEL")
        probe.context_set_channel(int(channel or 0))
        if channel is not None:
            probe.event_send(int(channel), b"started", b"pid", ctypes.c_int64(os.getpid()))
        for command in sys.argv[2:]:
            run(os.fsencode(command), True)
            if command.startswith("return "):
                return probe.command_returned()
    while True:
        command = os.read(FIRST_CHANNEL + probe.context_channel(), LINE_SIZE)
        if not command:
            os._exit(LEASH_STATUS)
        run(command, False)
        if command.startswith(b"return "):
            return probe.command_returned()


assert errors.DaemonError is DaemonError
probe.again_replay.restype = ctypes.c_bool
sys.exit(main())
