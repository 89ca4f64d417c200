"""Pid files: lock files with lockfile's methods and exceptions, and asking, signalling, stopping other daemons."""

import importlib
import os
import signal
import subprocess
import sys
import threading
import types
import unittest
import unittest.mock

import support

from daemonctx import DaemonTimeoutError, DaemonValueError, errors, pidfile

PROGRAM = support.HERE / "pidfile_program.py"


class Start:
    def start(self, name, path="lock.pid", directory=None):
        program = support.Program([PROGRAM, name, path], [support.PACKAGE, support.HERE], directory=directory)
        self.addCleanup(program.close)
        self.path = program.directory / path
        return program

    def directory(self):
        program = support.Program(["-c", ""], [])
        self.addCleanup(program.close)
        self.path = program.directory / "lock.pid"
        return self.path


class Locks(Start, unittest.TestCase):
    def test_a_lock_is_a_file_with_the_pid_that_goes_with_the_lock(self):
        lock = pidfile.PIDLockFile(self.directory())
        self.assertFalse(lock.is_locked())
        self.assertIsNone(lock.read_pid())
        with lock as entered:
            self.assertIs(entered, lock)
            self.assertTrue(lock.is_locked())
            self.assertTrue(lock.i_am_locking())
            self.assertEqual(lock.read_pid(), os.getpid())
            self.assertEqual(self.path.read_text(), f"{os.getpid()}\n")
            self.assertEqual(self.path.stat().st_mode & 0o777, 0o644)
            self.assertEqual(pidfile.query(self.path), os.getpid())
        self.assertFalse(self.path.exists())
        self.assertFalse(lock.i_am_locking())

    def test_the_kernel_names_the_holder_whatever_the_file_says(self):
        program = self.start("holds")
        pid = program.report()["pid"]
        self.assertEqual(pidfile.query(self.path), pid)
        self.path.write_text("1\n")
        self.assertEqual(pidfile.query(self.path), pid)

    def test_a_held_lock_raises_what_lockfile_raises(self):
        pid = self.start("holds").report()["pid"]
        lock = pidfile.PIDLockFile(self.path)
        self.assertTrue(lock.is_locked())
        self.assertFalse(lock.i_am_locking())
        for timeout in (None, 0, -1):
            with self.assertRaises(errors.AlreadyLocked) as caught:
                lock.acquire(timeout=timeout)
            self.assertIn(str(pid), str(caught.exception))
        self.assertRaises(errors.LockTimeout, lock.acquire, 0.05)
        self.assertRaises(errors.LockTimeout, pidfile.TimeoutPIDLockFile(self.path, acquire_timeout=0.05).acquire)
        self.assertRaises(errors.AlreadyLocked, pidfile.TimeoutPIDLockFile(self.path, 5).acquire, 0)
        self.assertRaises(errors.NotMyLock, lock.release)
        self.assertEqual(self.path.read_text(), f"{pid}\n")

    def test_another_object_of_the_process_that_has_the_lock_gives_it_back(self):
        lock = pidfile.PIDLockFile(self.directory())
        other = pidfile.TimeoutPIDLockFile(os.fspath(self.path))
        lock.acquire()
        self.assertRaises(errors.AlreadyLocked, other.acquire)
        self.assertTrue(other.i_am_locking())
        other.release()
        self.assertFalse(self.path.exists())
        self.assertIsNone(pidfile.query(self.path))
        self.assertRaises(errors.NotLocked, lock.release)

    def test_a_lock_that_was_broken_can_be_taken_again(self):
        lock = pidfile.PIDLockFile(self.directory())
        for breaker in (lock, pidfile.PIDLockFile(self.path)):
            lock.acquire()
            breaker.break_lock()
            self.assertFalse(lock.is_locked())
            self.assertRaises(errors.NotLocked, lock.release)
            with breaker:
                self.assertEqual(pidfile.query(self.path), os.getpid())

    def test_a_file_that_is_replaced_while_it_is_locked_is_no_lock_of_another(self):
        lock = pidfile.PIDLockFile(self.directory())
        seen = []

        def is_still(descriptor):
            if not seen:
                self.path.unlink()  # another process gives it back between opening and locking
            seen.append(self.path.exists())
            return pidfile.PIDLockFile._is_still(lock, descriptor)

        with unittest.mock.patch.object(lock, "_is_still", is_still):
            lock.acquire(0)
        self.assertEqual(seen, [False, True])
        lock.release()

    def test_errors_of_locks_nobody_has(self):
        lock = pidfile.PIDLockFile(self.directory())
        self.assertRaises(errors.NotLocked, lock.release)
        self.assertRaises(errors.LockFailed, pidfile.PIDLockFile("/nope/lock.pid").acquire)
        self.path.symlink_to("elsewhere")
        self.assertRaises(errors.LockFailed, lock.acquire)
        self.path.unlink()
        os.mkfifo(self.path)
        self.assertRaises(errors.LockFailed, lock.acquire)
        lock.break_lock()
        lock.break_lock()
        self.assertFalse(self.path.exists())

    def test_waiting_for_a_lock_ends_when_it_is_given_back(self):
        program = self.start("holds")
        pid = program.report()["pid"]
        lock = pidfile.PIDLockFile(self.path)
        taken = []
        thread = threading.Thread(target=lambda: (lock.acquire(timeout=support.PATIENCE), taken.append(True)))
        thread.start()
        os.kill(pid, signal.SIGKILL)
        thread.join(support.PATIENCE)
        self.assertEqual(taken, [True])
        lock.release()

    def test_a_stale_file_is_taken_over_whatever_is_in_it(self):
        path = self.directory()
        for content in ("", "1\n", "-1\n", f"{os.getpid()}\n", "9" * 40, "garbage\n"):
            path.write_text(content)
            lock = pidfile.PIDLockFile(path)
            self.assertFalse(lock.is_locked())
            with lock:
                self.assertEqual(path.read_text(), f"{os.getpid()}\n")

    def test_a_child_does_not_keep_the_lock_of_its_parent(self):
        program = self.start("forks")
        said = program.report()
        self.assertEqual((said["word"], said["locking"]), ("child", False))
        self.assertEqual(program.status(), 0)
        self.assertIsNone(pidfile.query(self.path))

    def test_only_the_own_file_is_removed(self):
        lock = pidfile.PIDLockFile(self.directory())
        lock.acquire()
        self.path.unlink()
        self.path.write_text("another's\n")
        lock.release()
        self.assertEqual(self.path.read_text(), "another's\n")

    def test_lock_and_library_keep_one_another_out(self):
        for first, kind in (("daemon", "daemon_with_lock"), ("daemon_with_lock", "daemon")):
            with self.subTest(first=first):
                program = self.start(first)
                pid = program.report()["pid"]
                self.assertEqual(program.status(), 0)
                self.assertEqual(pidfile.query(self.path), pid)
                second = subprocess.run(
                    [sys.executable, PROGRAM, kind, self.path],
                    env={
                        **os.environ,
                        "OBSERVER_DIRECTORY": str(program.directory),
                        "OBSERVER_PID": "0",
                        "OBSERVER_SESSION": "0",
                    },
                    cwd=program.directory,
                    capture_output=True,
                    timeout=support.PATIENCE,
                )
                self.assertNotEqual(second.returncode, 0)
                self.assertRegex(second.stderr.decode(), "AlreadyRunning|LockTimeout")

    def test_the_exceptions_are_lockfiles_where_that_is_installed(self):
        try:
            lockfile = importlib.import_module("lockfile")
        except ImportError:
            self.assertEqual(errors.AlreadyLocked.__module__, "daemonctx._lockfile")
            return
        self.assertIs(errors.AlreadyLocked, lockfile.AlreadyLocked)
        self.assertIs(errors.NotMyLock, lockfile.NotMyLock)


class Others(Start, unittest.TestCase):
    def test_stop_waits_until_the_daemon_is_gone(self):
        program = self.start("daemon")
        pid = program.report()["pid"]
        self.assertTrue(pidfile.signal(self.path, 0))
        with self.assertRaises(DaemonTimeoutError):
            pidfile.wait(self.path, 0.3)
        stopped = threading.Thread(target=pidfile.stop, args=(self.path, support.PATIENCE))
        stopped.start()
        self.assertEqual(support.ended(pid), 1)
        stopped.join(support.PATIENCE)
        self.assertFalse(stopped.is_alive())
        program.pids.clear()
        self.assertFalse(self.path.exists())
        self.assertFalse(pidfile.stop(self.path))
        self.assertFalse(pidfile.signal(self.path, signal.SIGTERM))
        self.assertFalse(pidfile.wait(self.path))

    def test_wait_ends_with_the_daemon(self):
        program = self.start("daemon")
        pid = program.report()["pid"]
        result, turned = [], threading.Event()
        library = pidfile._library.released

        def turn(*arguments):
            status = library.daemonctx_pidfile_wait(*arguments)
            turned.set()
            return status

        noting = types.SimpleNamespace(released=types.SimpleNamespace(daemonctx_pidfile_wait=turn))
        with unittest.mock.patch.object(pidfile, "_library", noting):
            waiting = threading.Thread(target=lambda: result.append(pidfile.wait(self.path, support.PATIENCE)))
            waiting.start()
            self.assertTrue(turned.wait(support.PATIENCE))
            self.assertEqual(program.end(pid), 1)
            waiting.join(support.PATIENCE)
        self.assertEqual(result, [True])

    def test_what_cannot_be_asked_raises_with_the_errno(self):
        self.assertRaises(TypeError, pidfile.query, 3)
        self.assertRaises(DaemonValueError, pidfile.query, "")
        self.assertRaises(TypeError, pidfile.signal, "path", "TERM")
        self.assertRaises(DaemonValueError, pidfile.signal, self.directory(), 1000)
        self.assertRaises(DaemonValueError, pidfile.stop, self.path, -1)
        self.assertRaises(DaemonValueError, pidfile.wait, self.path, -0.001)
        with self.assertRaises(errors.DaemonOSEnvironmentError) as caught:
            pidfile.query("/proc/self/status/none")
        self.assertEqual(caught.exception.errno, 20)


if __name__ == "__main__":
    unittest.main()
