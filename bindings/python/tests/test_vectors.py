"""The table of vectors, read for the options that Python's types express; what they cannot express is counted."""

import collections
import ctypes
import os
import signal
import unittest
from pathlib import Path

import daemonctx
from daemonctx import INHERIT, StreamFile, _library
from daemonctx.errors import DaemonError

TABLE = Path(os.environ.get("DAEMONCTX_VECTORS") or Path(__file__).parents[3] / "tests" / "vectors" / "options.tsv")
STATUSES = {status.name: status for status in daemonctx.Status}
TEXTS = {"chroot_directory", "working_directory", "pidfile", "user", "group"}
STREAMS = ("stdin", "stdout", "stderr")


class NotExpressible(Exception):
    """A value that the binding's types do not have, with the reason."""


def value_of(word):
    if word == "null":
        return None
    if word.startswith('"'):
        text, _, times = word.partition('"*')
        return text.strip('"') * int(times or 1)
    if word.startswith("["):
        return [int(item) for item in word[1:-1].split(",") if item]
    if word.startswith("SIG"):
        return getattr(signal, word)
    if word in ("$uid", "$gid"):
        return os.getuid() if word == "$uid" else os.getgid()
    return int(word, 0)


def words_of(text):
    """Split at spaces outside of quotes."""
    words, quoted = [""], False
    for character in text:
        quoted ^= character == '"'
        if character == " " and not quoted:
            words.append("")
        else:
            words[-1] += character
    return words


def assign(context, option, text):
    """Do with attributes what the setter does."""
    values = [value_of(word) for word in words_of(text)] if text != "-" else []
    stream, _, form = option.partition("_")
    if stream in STREAMS:
        if form == "path" and values[0] is None:
            raise NotExpressible("None as a stream means /dev/null")
        made = {"": lambda: values[0], "null": lambda: None, "inherit": lambda: INHERIT}
        made["path"] = lambda: values[0] if stream == "stdin" else StreamFile(*values)
        setattr(context, stream, made[form]())
    elif option == "umask_inherit":
        context.umask = INHERIT
    elif option == "state":
        context.state = values[0].encode()
    elif option == "signal_action":
        actions = {0: None, 1: signal.SIG_DFL, 2: "terminate"}
        if values[1] not in actions:
            raise NotExpressible("a signal map holds no numbers of actions")
        context.signal_map = {values[0]: actions[values[1]]}
    elif option == "ready_timeout":
        context.ready_timeout = None if values[0] == -1 else values[0] / 1000
    elif option == "capabilities" and values[0] < 0:
        context.capabilities = values[0] & (2**64 - 1)  # the table writes the 64 bits as a signed number
    elif values[0] is None and option in TEXTS - {"working_directory"}:
        raise NotExpressible("None means not set")
    else:
        setattr(context, option, values[0])


OUT = {
    "files_preserve": [ctypes.POINTER(ctypes.c_int32), ctypes.c_size_t],
    "groups": [ctypes.POINTER(ctypes.c_uint32), ctypes.c_size_t],
    "capabilities": [ctypes.c_uint64],
    "state": [ctypes.c_void_p, ctypes.c_size_t],
    "ready_timeout": [ctypes.c_int32],
    "prevent_core": [ctypes.c_int32],
    "no_new_privs": [ctypes.c_int32],
    "stdin_path": [ctypes.c_char_p],
    "stdout_path": [ctypes.c_char_p, ctypes.c_uint32],
    "stderr_path": [ctypes.c_char_p, ctypes.c_uint32],
    **{name: [ctypes.c_int32] for name in STREAMS},
    **{name: [ctypes.c_char_p] for name in TEXTS},
}


def stored(context, getter):
    """What the library's getter says, in the shape of the table's values."""
    if getter.startswith("signal_action("):
        return [signal_action(context, value_of(getter[14:-1]))]
    out = [kind() for kind in OUT.get(getter, [ctypes.c_uint32])]
    status = getattr(_library.held, f"daemonctx_get_{getter}")(context._native(), *map(ctypes.byref, out))
    if status < 0:
        return daemonctx.Status(status).name
    if getter == "files_preserve":  # a set, in python-daemon too
        return [sorted(out[0][: out[1].value])]
    if getter == "state":
        return [ctypes.string_at(out[0].value, out[1].value).decode() if out[0].value else ""]
    if getter == "groups":
        return [out[0][: out[1].value]]
    return [os.fsdecode(item.value) if isinstance(item.value, bytes) else item.value for item in out]


def signal_action(context, number):
    """The interpreter keeps the map: its handlers in the library's numbers."""
    handlers = context._make_signal_handler_map()
    if number not in handlers:
        return 5
    return {signal.SIG_IGN: 0, signal.SIG_DFL: 1, context.terminate: 2}[handlers[number]]


class Vectors(unittest.TestCase):
    def check_row(self, option, value, status, getter, wanted, refused):
        context = daemonctx.DaemonContext()
        if option == "close_at_exit":
            raise NotExpressible("Python's atexit closes: there is no such option")
        if option == "detach_process" and value == "default":
            raise NotExpressible("None is decided when the context is made")
        context.validate()
        before = stored(context, getter)
        if value != "default":
            assign(context, option, value)
        if status == "OK":
            context.validate()
        else:
            expected = TypeError if value.startswith("null") else DaemonError
            with self.assertRaises(expected) as caught:
                context.validate()
            if expected is DaemonError:
                self.assertEqual(caught.exception.status, STATUSES[status])
                self.assertIsInstance(caught.exception, ValueError)
                words = refused.split('"')[1] if refused.startswith('"') else refused.replace("0o", "0")
                self.assertIn(words, str(caught.exception))
        if option == "signal_action" and status != "OK":
            return  # the attribute has the refused map; the library's is always empty
        if wanted == "unchanged":
            self.assertEqual(stored(context, getter), before)
        elif wanted in STATUSES:
            self.assertEqual(stored(context, getter), wanted)
        else:
            values = [value_of(word) for word in words_of(wanted)]
            if getter == "files_preserve":
                values = [sorted(set(values[0]))]
            self.assertEqual(stored(context, getter), values)

    def test_each_row_of_the_table(self):
        left_out = collections.Counter()
        rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
        for row in rows:
            with self.subTest(" ".join(row)[:200]):
                try:
                    self.check_row(*row)
                except NotExpressible as reason:
                    left_out[str(reason)] += 1
        self.assertGreater(len(rows), 200)
        self.assertLessEqual(sum(left_out.values()), 25)
        print(f"{len(rows)} rows, {sum(left_out.values())} left out: {dict(left_out)}")


if __name__ == "__main__":
    unittest.main()
