"""echod_test.py ECHOD [OPTION]...: the example starts, echoes, opens its log anew, tells of a port in use, and ends."""

import contextlib
import os
import pathlib
import select
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

COMMAND = sys.argv[1:]
SECONDS = 60
# Whether it detaches must not depend on what started the tests.
SERVICE = ("NOTIFY_SOCKET", "LISTEN_PID", "SYSTEMD_EXEC_PID")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in SERVICE}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it until the launcher ends."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


class Example(unittest.TestCase):
    """Each test has a directory, and ends the daemon that it started."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory(prefix="daemonctx-zig-")
        self.addCleanup(directory.cleanup)
        self.pidfile = pathlib.Path(directory.name, "pid")
        self.log = pathlib.Path(directory.name, "log")
        self.daemon = None

    def tearDown(self) -> None:
        if self.daemon is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.daemon, signal.SIGKILL)
            os.close(self.daemon)

    def start(self, port: int) -> subprocess.CompletedProcess[str]:
        """Start it, and hold its process."""
        started = run(str(port), str(self.pidfile), str(self.log))
        if started.returncode == 0:
            self.daemon = os.pidfd_open(int(self.pidfile.read_text()))
        return started

    def wait_for_end(self) -> None:
        """A pidfd is readable when its process has ended."""
        self.assertTrue(select.select([self.daemon], [], [], SECONDS)[0])

    def test_it_echoes_opens_its_log_anew_on_sighup_and_ends_on_sigterm(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        started = self.start(port)
        self.assertEqual((started.returncode, started.stderr), (0, ""))
        self.assertEqual(self.start(port).returncode, 1)  # a second start
        with socket.create_connection(("127.0.0.1", port), SECONDS) as client, client.makefile("rb") as answers:
            text = b"x" * 100000
            client.sendall(text)
            self.assertEqual(answers.read(len(text)), text)
            old = self.log.rename(self.log.with_suffix(".old"))
            signal.pidfd_send_signal(self.daemon, signal.SIGHUP)
            client.sendall(b"again")  # after the signal: both are served in one round
            self.assertEqual(answers.read(5), b"again")
        signal.pidfd_send_signal(self.daemon, signal.SIGTERM)
        self.wait_for_end()
        self.assertFalse(self.pidfile.exists())
        self.assertIn("listening on port", old.read_text())
        self.assertEqual(self.log.read_text(), "echod: stopped\n")

    def test_a_port_in_use_is_told_in_the_terminal(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            started = self.start(port)
        self.assertEqual(started.returncode, 1)
        self.assertRegex(started.stderr, rf"^echod: cannot listen on port {port}: Address (already )?in use\n$")
        self.assertFalse(self.pidfile.exists())

    def test_mistakes_in_the_command_line_are_told(self) -> None:
        mistaken = run("x", "y", "z")
        self.assertEqual(
            (mistaken.returncode, mistaken.stderr), (2, "echod: the port is not a number from 0 to 65535\n")
        )


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
