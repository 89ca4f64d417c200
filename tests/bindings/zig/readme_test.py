"""readme_test.py PROGRAM: the README's program becomes a daemon, refuses a second start, and ends on SIGTERM."""

import contextlib
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile

SECONDS = 60
# Whether it detaches must not depend on what started the tests.
SERVICE = ("NOTIFY_SOCKET", "LISTEN_PID", "SYSTEMD_EXEC_PID")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in SERVICE}
program = pathlib.Path(sys.argv[1]).resolve()

with tempfile.TemporaryDirectory(prefix="daemonctx-zig-") as directory:
    pidfile = pathlib.Path(directory, "hello.pid")

    def start() -> subprocess.CompletedProcess[str]:
        """Run it until the launcher ends."""
        return subprocess.run(
            [program],
            cwd=directory,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    first = start()
    assert (first.returncode, first.stdout, first.stderr) == (0, "", ""), first
    pid = int(pidfile.read_text())
    daemon = os.pidfd_open(pid)
    try:
        sentence = f"already running as process {pid}, which holds the pid file '{pidfile}'"
        second = start()
        assert (second.returncode, second.stderr) == (1, f"hello: AlreadyRunning: {sentence}\n"), second
        signal.pidfd_send_signal(daemon, signal.SIGTERM)
        assert select.select([daemon], [], [], SECONDS)[0], "it does not end"
        assert not pidfile.exists()
        assert pathlib.Path(directory, "hello.log").exists()
    finally:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(daemon, signal.SIGKILL)
