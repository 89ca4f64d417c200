"""The example: it starts, echoes, reloads, stops, and tells on the terminal why it cannot start."""

import re
import signal
import socket
import unittest

import support

from daemonctx import pidfile

EXAMPLE = support.PACKAGE / "examples" / "echod.py"


class Echod(unittest.TestCase):
    def start(self, *arguments, **options):
        program = support.Program([EXAMPLE, *arguments], [support.PACKAGE], **options)
        self.addCleanup(program.close)
        return program

    def serving(self):
        program = self.start("--port", "0", "--pidfile", "echod.pid", "--log", "echod.log")
        self.assertEqual(program.status(), 0, program.errors.read_text())
        said = re.fullmatch(r"echod: listening on 127.0.0.1 port (\d+), pid (\d+)\n", program.output.read_text())
        port, pid = map(int, said.groups())
        program.pids.add(pid)
        self.assertEqual(pidfile.query(program.directory / "echod.pid"), pid)
        return program, port, pid

    def test_it_echoes_reloads_and_stops(self):
        program, port, pid = self.serving()
        with socket.create_connection(("127.0.0.1", port), support.PATIENCE) as one:
            with socket.create_connection(("127.0.0.1", port), support.PATIENCE) as two:
                for client, text in ((two, b"two"), (one, b"one"), (two, b"x" * 20000)):
                    client.sendall(text)
                    self.assertEqual(client.makefile("rb").read(len(text)), text)
                (program.directory / "echod.log").rename(program.directory / "old.log")
                pidfile.signal(program.directory / "echod.pid", signal.SIGHUP)
                one.sendall(b"again")
                self.assertEqual(one.recv(4096), b"again")
        self.assertEqual(program.end(pid), 0)
        self.assertFalse((program.directory / "echod.pid").exists())
        self.assertEqual((program.directory / "echod.log").read_text(), "echod: reloaded\n")
        self.assertEqual((program.directory / "old.log").read_text(), "")

    def test_a_second_start_and_a_port_in_use_are_told_on_the_terminal(self):
        program, port, pid = self.serving()
        second = self.start("--port", "0", "--pidfile", "echod.pid", directory=program.directory)
        self.assertEqual(second.status(), 1)
        self.assertIn(str(pid), second.errors.read_text())
        third = self.start("--port", port)
        self.assertEqual(third.status(), 1)
        self.assertIn("Address already in use", third.errors.read_text())

    def test_in_the_foreground(self):
        program = self.start("--port", "0", "--pidfile", "echod.pid", "--foreground", output=support.subprocess.PIPE)
        said = program.process.stdout.readline().decode()
        program.process.terminate()
        self.assertEqual(program.status(), 0)
        program.process.stdout.close()
        self.assertIn(f"pid {program.process.pid}", said)


if __name__ == "__main__":
    unittest.main()
