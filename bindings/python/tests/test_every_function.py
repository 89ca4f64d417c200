"""Every function of the C library is called by the binding, or is listed here with the reason why not."""

import os
import signal
import tempfile
import unittest

import daemonctx
from daemonctx import INHERIT, DaemonContext, _abi, _library, pidfile

SIGNALS = "signals are the interpreter's own"
LEFT_OUT = {
    "daemonctx_version": "library_version() is the text",
    "daemonctx_status_name": "Status has the names",
    "daemonctx_step_name": "Step has the names",
    "daemonctx_error_status": "the status is the call's result",
    "daemonctx_is_open": "the context is open when the interpreter's part of open() is done too",
    "daemonctx_terminate": "DaemonContext.terminate() raises SystemExit, as the PEP says",
    "daemonctx_signal_fd": f"{SIGNALS}: signal.set_wakeup_fd()",
    "daemonctx_dispatch": f"{SIGNALS}: it runs handlers itself",
    "daemonctx_wait_events": f"{SIGNALS}: signal.pause(), signal.sigtimedwait()",
    "daemonctx_is_terminating": f"{SIGNALS}: `terminate` is called",
    "daemonctx_set_signal_handler": SIGNALS,
    "daemonctx_set_signal_async_handler": SIGNALS,
    "daemonctx_unset_signal": SIGNALS,
    "daemonctx_get_signal_action": SIGNALS,
    "daemonctx_set_pidfile_manager": "the interpreter enters context managers, after its signal handlers",
    **{
        f"daemonctx_get_{name}": "the attributes of DaemonContext have the values"
        for name in """files_preserve chroot_directory working_directory umask pidfile detach_process signal_reset uid
        gid user group groups prevent_core stdin_kind stdin stdin_path stdout_kind stdout stdout_path stderr_kind stderr
        stderr_path detach_method ready_mode ready_timeout stream_switch no_new_privs capabilities close_at_exit
        state""".split()
    },
}


class Recorder:
    """A library that notes which of its functions are asked for."""

    def __init__(self, library, seen):
        self.library, self.seen = library, seen

    def __getattr__(self, name):
        self.seen.add(name)
        return getattr(self.library, name)


def do_everything(directory):
    """Use all that the binding has, in this process and in a daemon of it."""
    os.chdir(directory)
    context = DaemonContext(
        *("/srv", "/", 0o22, 1, 1, True, False, None, [0], "pid", 0, "log", INHERIT, {signal.SIGHUP: None}),
        groups=[1],
        state=b"x",
        capabilities=[1],
    )
    context.stdin = "/dev/zero"
    context.validate()
    context.stdin, context.stdout, context.stderr = 0, 1, 2
    context.validate()
    context = DaemonContext(user="nobody", group="nogroup", umask=INHERIT, stdin=INHERIT, stdout=INHERIT, stderr="log")
    context.check()
    assert context.detach_reason is not None
    for call in (context.notify_ready, lambda: context.notify_failed(1, "words"), lambda: context.preserve(-1)):
        try:
            call()
        except daemonctx.DaemonError:
            pass
    daemonctx.inherited_state()
    daemonctx.is_relaunched()
    daemonctx.library_version()
    daemonctx.is_detach_required()
    pidfile.query("pid")
    pidfile.signal("pid", 0)
    pidfile.stop("pid", 0)
    pidfile.wait("pid", 0)
    try:
        pidfile.query("")
    except daemonctx.DaemonValueError:
        pass
    daemon = DaemonContext(trace=lambda step, status: None)
    if daemon.launch() is None:
        os._exit(0)
    place = DaemonContext(detach_process=False, stdout=INHERIT, stderr=INHERIT, working_directory=directory)
    with place:
        place.reopen_streams()


class EveryFunction(unittest.TestCase):
    def test_every_function_is_called_or_there_is_a_reason(self):
        seen = set()
        held, released = _library.held, _library.released
        _library.held, _library.released = Recorder(held, seen), Recorder(released, seen)
        try:
            with tempfile.TemporaryDirectory() as directory:
                do_everything(directory)
                os.chdir("/")
        finally:
            _library.held, _library.released = held, released
        self.assertEqual(set(_abi.PROTOTYPES) - seen, set(LEFT_OUT))
        self.assertTrue(all(LEFT_OUT.values()))


if __name__ == "__main__":
    unittest.main()
