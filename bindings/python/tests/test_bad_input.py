"""What nobody should give: it raises the language's own exceptions, in the launcher, and never crashes."""

import copy
import io
import os
import pickle
import signal
import socket
import tempfile
import unittest
from pathlib import Path

import daemonctx
from daemonctx import DaemonContext, DaemonError, DaemonStateError, DaemonValueError, StreamFile, errors, pidfile
from daemonctx._callbacks import Courier


class Thing:
    pass


class BadInput(unittest.TestCase):
    def refused(self, kind, **options):
        context = DaemonContext()
        for name, value in options.items():
            setattr(context, name, value)
        with self.assertRaises(kind) as caught:
            context.check()
        for name in options:
            self.assertIn(name, str(caught.exception))
        context.open = self.opened(context)
        self.assertRaises(kind, context.open)
        self.assertFalse(context.is_open)
        return caught.exception

    @staticmethod
    def opened(context):
        """Let open() end the test with a failure where it becomes a daemon by mistake: its launcher's status is 0."""

        def open():
            context.ready_mode = context.ready_mode if context.ready_mode != daemonctx.ReadyMode.ON_OPEN else "manual"
            daemonctx.DaemonContext.open(context)
            context.notify_failed(1, "it was to be refused")
            os._exit(1)

        return open

    def test_wrong_types_are_type_errors(self):
        for option, values in {
            "chroot_directory": (3, 2.5, Thing(), []),
            "working_directory": (None, 3, Thing()),
            "umask": (None, "022", 1.5, Thing()),
            "uid": ("root", 1.5, Thing()),
            "gid": ("root", 1.5, Thing()),
            "user": (3, Thing()),
            "group": (3, Thing()),
            "prevent_core": ("yes", Thing()),
            "no_new_privs": ("yes", Thing()),
            "detach_process": ("yes", 1.0, Thing()),
            "files_preserve": (3, "abc", [1.5], ["a"], [Thing()]),
            "pidfile": (3, Thing(), Thing),
            "stdin": (1.5, Thing(), []),
            "stdout": (1.5, Thing(), []),
            "stderr": (1.5, Thing(), []),
            "signal_map": (3, [15], {"SIGTERM": None}, {15: 3}, {15: 1.5}, {15: Thing()}, {1.5: None}),
            "detach_method": (1.5, None, Thing()),
            "ready_mode": (1.5, None),
            "stream_switch": (1.5, None),
            "signal_reset": (1.5, None),
            "ready_timeout": ("soon", Thing(), "1:30"),
            "capabilities": ("all", 1.5, Thing(), [1.5]),
            "state": ("text", 3, [1]),
            "prepare_hook": (3, "name"),
            "launcher_hook": (3,),
            "daemon_hook": (3,),
            "privileged_hook": (3,),
            "trace": (3,),
        }.items():
            for value in values:
                with self.subTest(option=option, value=value):
                    self.refused(TypeError, **{option: value})

    def test_numbers_outside_of_their_type_are_value_errors_and_never_wrap_around(self):
        for option, value in (
            ("uid", 2**32),
            ("uid", -1),
            ("uid", 2**64),
            ("gid", 2**32),
            ("umask", -1),
            ("umask", 2**32),
            ("stdin", 2**31),
            ("files_preserve", [2**31]),
            ("groups", [2**32]),
            ("groups", [-1]),
            ("capabilities", 2**64),
            ("capabilities", [64]),
            ("capabilities", -1),
            ("ready_timeout", 10**9),
            ("ready_timeout", float("inf")),
            ("ready_timeout", float("nan")),
            ("ready_timeout", float("-inf")),
            ("signal_map", {2**31: None}),
            ("signal_map", {-(2**31) - 1: None}),
            ("detach_process", 2**32),
            ("detach_method", "vfork"),
            ("state", b"x" * (2**20 + 1)),
        ):
            with self.subTest(option=option, value=value):
                failed = self.refused(DaemonValueError, **{option: value})
                self.assertEqual(failed.status, daemonctx.Status.ERR_RANGE)

    def test_embedded_null_characters_are_value_errors(self):
        for option in ("chroot_directory", "working_directory", "pidfile", "user", "group", "stdin", "stdout"):
            with self.subTest(option):
                self.refused(ValueError, **{option: "a\0b"})
        self.refused(ValueError, stdout=StreamFile(b"a\0b"))
        for function in (pidfile.query, pidfile.stop, pidfile.wait):
            self.assertRaises(ValueError, function, "a\0b")

    def test_closed_files_are_value_errors(self):
        with open(os.devnull) as file:
            pass
        for option, value in (("stdin", file), ("stdout", file), ("files_preserve", [file])):
            context = DaemonContext(**{option: value})
            self.assertRaisesRegex(ValueError, "closed file", context.open)
        with socket.socket() as closed:
            pass
        self.assertRaises(ValueError, DaemonContext(files_preserve=[closed]).check)

    def test_a_file_without_descriptor_cannot_be_preserved(self):
        self.assertRaises(io.UnsupportedOperation, DaemonContext(files_preserve=[io.StringIO()]).check)

    def test_a_closed_descriptor_as_a_stream_is_refused_before_anything_changes(self):
        with self.assertRaises(DaemonError) as caught:
            DaemonContext(stdout=987).open()
        self.assertEqual(caught.exception.step, daemonctx.Step.PLAN)

    def test_what_a_context_cannot_do_when_it_is_not_open(self):
        context = DaemonContext()
        context.close()
        self.assertFalse(context.is_open)
        for call in (
            context.notify_ready,
            context.reopen_streams,
            lambda: context.notify_failed(1, "words"),
        ):
            self.assertRaises(DaemonStateError, call)
        self.assertRaises(TypeError, context.notify_failed, 1, None)
        self.assertRaises(TypeError, context.notify_failed, "1", "words")
        self.assertRaises(ValueError, context.notify_failed, 1, "a\0b")
        self.assertRaises(ValueError, context.preserve, -1)
        self.assertRaises(TypeError, context.preserve, "file")

    def test_uid_and_user_exclude_one_another(self):
        self.assertRaises(DaemonValueError, DaemonContext(uid=3, user="nobody").check)
        self.assertRaises(DaemonValueError, DaemonContext(gid=3, group="daemon").check)

    def test_an_attribute_named_by_the_signal_map_has_to_be_there(self):
        self.assertRaises(AttributeError, DaemonContext(signal_map={signal.SIGTERM: "nothing"}).open)
        context = DaemonContext(signal_map={signal.SIGTERM: "working_directory"})
        self.assertRaises(TypeError, context.open)

    def test_signals_that_cannot_be_changed_are_refused_in_the_launcher(self):
        for number in (signal.SIGKILL, signal.SIGSTOP, 0, -1, 1000):
            self.refused(DaemonValueError, signal_map={number: None})

    def test_unknown_users_and_unsafe_pid_files_name_what_is_wrong(self):
        with self.assertRaises(daemonctx.DaemonOSEnvironmentError) as caught:
            DaemonContext(user="no-such-user").check()
        self.assertEqual(caught.exception.status, daemonctx.Status.ERR_NOT_FOUND)
        self.assertIn("no-such-user", str(caught.exception))
        with tempfile.TemporaryDirectory() as directory:
            link = Path(directory) / "pid"
            link.symlink_to("elsewhere")
            with self.assertRaises(daemonctx.DaemonOSEnvironmentError) as caught:
                DaemonContext(pidfile=link).check()
            self.assertEqual(caught.exception.status, daemonctx.Status.ERR_UNSAFE_PATH)

    def test_a_value_that_was_refused_can_be_replaced(self):
        context = DaemonContext(umask=0o1000)
        self.assertRaises(DaemonValueError, context.check)
        context.umask = 0o22
        context.check()

    def test_check_leaves_nothing_behind(self):
        with tempfile.TemporaryDirectory() as directory:
            DaemonContext(pidfile=f"{directory}/pid", stdout=f"{directory}/log").check()
            self.assertEqual(os.listdir(directory), [])

    def test_exceptions_keep_their_detail_when_they_are_pickled(self):
        failed = self.refused(DaemonValueError, umask=0o1000)
        again = pickle.loads(pickle.dumps(failed))
        self.assertEqual((type(again), again.args, again.status), (type(failed), failed.args, failed.status))
        with self.assertRaises(daemonctx.DaemonOSEnvironmentError) as caught:
            DaemonContext(stdin="/nope").check()
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((again.errno, str(again), again.step), (2, caught.exception.message, daemonctx.Step.PLAN))

    def test_a_copy_of_a_context_has_its_options_and_a_c_context_of_its_own(self):
        context = DaemonContext(umask=0o27, working_directory="/tmp", signal_map={})
        context.check()
        for copied in (copy.copy(context), copy.deepcopy(context), pickle.loads(pickle.dumps(context))):
            self.assertEqual((copied.umask, copied.working_directory, copied.uid), (0o27, "/tmp", os.getuid()))
            copied.check()
            self.assertNotEqual(copied._handle, context._handle)

    def test_what_a_daemon_sends_its_launcher_makes_exceptions_and_calls_nothing(self):
        class Message:
            def __init__(self, function, *arguments):
                self.called = (function, arguments)

            def __reduce__(self):
                return self.called

        with tempfile.TemporaryDirectory() as directory:
            made = os.path.join(directory, "made")
            for sent in (
                Message(os.mkdir, made),
                LookupError(Message(os.mkdir, made)),
                Message(errors.rebuilt, DaemonError, (Message(os.mkdir, made),), {}),
                Message(eval, f"__import__('os').mkdir({made!r})"),
                "a text",
            ):
                with self.subTest(sent=sent):
                    courier = Courier()
                    packed = pickle.dumps(sent)
                    courier._memory[: 8 + len(packed)] = len(packed).to_bytes(8, "little") + packed
                    self.assertIsNone(courier.received())
                    self.assertFalse(os.path.exists(made))
                    courier.close()
        for sent in (LookupError("a", 1), FileNotFoundError(2, "No such file", "/nope"), errors.LockTimeout("late")):
            courier = Courier()
            courier.send(sent)
            received = courier.received()
            self.assertEqual((type(received), received.args), (type(sent), sent.args))
            courier.close()

    def test_every_exception_is_a_daemon_error_and_one_of_the_languages_own(self):
        self.assertTrue(issubclass(daemonctx.DaemonOSEnvironmentError, OSError))
        self.assertTrue(issubclass(daemonctx.DaemonProcessDetachError, OSError))
        self.assertTrue(issubclass(daemonctx.DaemonValueError, ValueError))
        self.assertTrue(issubclass(daemonctx.DaemonTimeoutError, TimeoutError))
        self.assertTrue(issubclass(daemonctx.DaemonAlreadyRunningError, errors.AlreadyLocked))
        for name in daemonctx.__all__:
            if name.endswith("Error"):
                self.assertTrue(issubclass(getattr(daemonctx, name), DaemonError), name)

    def test_very_many_contexts_are_given_back(self):
        for _ in range(20000):
            DaemonContext().validate()
        with open("/proc/self/statm") as file:
            pages = int(file.read().split()[1])
        self.assertLess(pages * os.sysconf("SC_PAGE_SIZE"), 200 * 2**20)


if __name__ == "__main__":
    unittest.main()
