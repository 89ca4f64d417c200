"""Programs with threads, detached by re-exec."""

import os
import signal
import unittest

import support

PROGRAM = support.HERE / "own_program.py"
TURNS = int(os.environ.get("DAEMONCTX_TURNS", "30"))


class Reexec(unittest.TestCase):
    def start(self, *arguments, **options):
        program = support.Program([PROGRAM, *arguments], [support.PACKAGE, support.HERE], **options)
        self.addCleanup(program.close)
        return program

    def test_a_program_with_threads_becomes_a_daemon_with_threads(self):
        program = self.start("threads_by_reexec", "an argument", "")
        entered = program.report()
        self.assertEqual((entered["word"], entered["streams"]), ("enter", "/dev/null"))
        said = program.report()
        self.assertEqual(program.status(), 0)
        self.assertEqual(said["pid"], entered["pid"])
        self.assertNotEqual(said["pid"], program.process.pid)
        self.assertEqual((said["dead"], said["relaunched"]), ([], True))
        self.assertEqual(said["arguments"], ["threads_by_reexec", "an argument", ""])
        self.assertEqual(bytes.fromhex(said["state"]), b"\0state\xff")
        self.assertEqual((said["cwd"], said["Umask"], said["core"], said["dumpable"]), ("/", "0000", [0, 0], 0))
        self.assertTrue(said["has_new_session"])
        self.assertFalse(said["is_session_leader"])
        os.kill(said["pid"], signal.SIGUSR1)
        self.assertEqual(program.report()["word"], "handler")
        self.assertEqual(program.end(said["pid"]), 1)
        self.assertEqual(program.report()["word"], "exit")

    def test_in_place_the_pid_is_kept(self):
        program = self.start("in_place_by_reexec")
        said = program.report()
        self.assertEqual((said["pid"], said["relaunched"]), (program.process.pid, True))
        self.assertGreater(said["threads"], 3)
        program.process.terminate()
        self.assertEqual(program.status(), 1)
        self.assertFalse((program.directory / "own.pid").exists())

    def test_a_failing_step_is_raised_in_the_launcher(self):
        program = self.start("reexec_fails")
        said = program.report()
        self.assertEqual((said["word"], said["pid"]), ("refused", program.process.pid))
        self.assertEqual((said["kind"], said["step"]), ("DaemonOSEnvironmentError", "WORKING_DIRECTORY"))
        self.assertEqual(program.status(), 0)
        self.assertFalse((program.directory / "own.pid").exists())

    def test_a_failing_manager_arrives_as_its_sentence(self):
        program = self.start("reexec_manager_fails")
        self.assertEqual(program.report()["word"], "enter")
        said = program.report()
        self.assertEqual((said["word"], said["pid"]), ("refused", program.process.pid))
        self.assertEqual((said["kind"], said["status"]), ("DaemonLaunchError", "ERR_PROGRAM"))
        self.assertIn("LockTimeout: not in time", said["text"])

    def test_many_daemons_all_with_living_threads(self):
        program = self.start("reexec_many", str(TURNS))
        daemons, dead = 0, []
        while daemons < TURNS:
            said = program.report()
            if said["word"] == "daemon":
                daemons += 1
                dead += said["dead"]
                program.pids.discard(said["pid"])
                self.assertIn(support.ended(said["pid"], at_once=True), (0, None))
        self.assertEqual((program.status(), dead), (0, []))


if __name__ == "__main__":
    unittest.main()
