"""Starts programs under test, takes their reports, and collects their true exit statuses."""

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent
ALIAS = PACKAGE / "daemon-alias"
PATIENCE = float(os.environ.get("DAEMONCTX_TEST_PATIENCE", "60"))
PR_SET_CHILD_SUBREAPER = 36


def become_subreaper():
    """Orphans of the programs become children of this process."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def await_end(pid, deadline):
    """Wait until a process has ended, whoever collects it; one that is gone has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if not select.select([descriptor], [], [], max(0, deadline - time.monotonic()))[0]:
            raise AssertionError(f"process {pid} has not ended")
    finally:
        os.close(descriptor)


def ended(pid, at_once=False):
    """Wait for the end of a process: its exit status, or minus the signal.

    A daemon that ends at once may be collected by the launch's intermediate process: None.
    """
    await_end(pid, time.monotonic() + PATIENCE)
    try:
        _, status = os.waitpid(pid, 0)
    except ChildProcessError:
        if at_once:
            return None
        raise
    return os.waitstatus_to_exitcode(status)


class Program:
    """A started program: what its launcher came to, and what it reports. For unittest's addCleanup: close()."""

    def __init__(self, arguments, path, directory=None, environment=None, **options):
        become_subreaper()
        self.directory = Path(directory or tempfile.mkdtemp(prefix="daemonctx-"))
        self._own = directory is None
        for name in ("reports", "leash"):
            if not (self.directory / name).exists():
                os.mkfifo(self.directory / name)
                os.chmod(self.directory / name, 0o666)
        os.chmod(self.directory, 0o755)  # for daemons of other users
        self._reports = os.open(self.directory / "reports", os.O_RDWR | os.O_NONBLOCK)
        self._leash = os.open(self.directory / "leash", os.O_RDWR)
        self._buffer = b""
        self.pids = set()
        own = {
            "OBSERVER_DIRECTORY": str(self.directory),
            "OBSERVER_PID": str(os.getpid()),
            "OBSERVER_SESSION": str(os.getsid(0)),
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        # Streams are buffered, as in most programs' surroundings.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        self.output = self.directory / "output"
        self.errors = self.directory / "errors"
        with open(self.output, "ab") as out, open(self.errors, "ab") as err:
            self.process = subprocess.Popen(
                [sys.executable, *map(str, arguments)],
                cwd=self.directory,
                env={**inherited, **own, **(environment or {})},
                stdin=options.pop("stdin", subprocess.DEVNULL),
                stdout=options.pop("output", out),
                stderr=err,
                **options,
            )

    def status(self):
        """The launcher's exit status."""
        return self.process.wait(PATIENCE)

    def report(self):
        """The next report."""
        deadline = time.monotonic() + PATIENCE
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self._reports], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"no report; errors: {self.errors.read_text()}")
            self._buffer += os.read(self._reports, 65536)
        line, self._buffer = self._buffer.split(b"\n", 1)
        said = json.loads(line)
        self.pids.add(said["pid"])
        return said

    def reported(self):
        """Whether there is one more report."""
        return b"\n" in self._buffer or bool(select.select([self._reports], [], [], 0)[0])

    def end(self, pid, signum=signal.SIGTERM):
        """Signal a daemon; how it ended."""
        os.kill(pid, signum)
        self.pids.discard(pid)
        return ended(pid)

    def close(self):
        """Let everything go."""
        os.close(self._leash)
        os.close(self._reports)
        self.process.kill()
        self.process.wait()
        for pid in self.pids:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        if self._own:
            shutil.rmtree(self.directory, ignore_errors=True)
