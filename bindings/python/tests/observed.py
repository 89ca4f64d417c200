"""What programs under test tell about themselves: through named pipes, which no daemon has open while it starts."""

import contextlib
import ctypes
import json
import os
import resource
import select
import signal

DIRECTORY = os.environ["OBSERVER_DIRECTORY"]
PR_GET_DUMPABLE = 3


def report(word, **more):
    """Tell the test."""
    with open(f"{DIRECTORY}/reports", "w") as pipe:
        pipe.write(json.dumps({"word": word, "pid": os.getpid(), **more}) + "\n")


def settle():
    """Wait until the launch's intermediate process is gone: the test is the parent, and collects the exit status."""
    parent = os.getppid()
    while parent != int(os.environ["OBSERVER_PID"]):
        with contextlib.suppress(ProcessLookupError):
            descriptor = os.pidfd_open(parent)
            select.select([descriptor], [], [])
            os.close(descriptor)
        parent = os.getppid()


def wait():
    """Wait until the test lets go; signal handlers run.

    A signal that comes when the interpreter has looked for signals and does not yet wait ends no system call: only its
    byte in the wake-up pipe ends the waiting.
    """
    woken, waking = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    leash = os.open(f"{DIRECTORY}/leash", os.O_RDONLY | os.O_NONBLOCK)
    while True:
        with contextlib.suppress(BlockingIOError):
            if os.read(leash, 1) == b"":
                os._exit(99)
        if woken in select.select([leash, woken], [], [])[0]:
            os.read(woken, 512)


def status(*names):
    """Lines of /proc/self/status."""
    with open("/proc/self/status") as file:
        lines = dict(line.rstrip("\n").split(":\t", 1) for line in file)
    return {name: lines.get(name, "") for name in names}


def descriptors():
    """The open descriptors and where they lead."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[name] = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            pass  # that of the directory itself
    return found


def facts():
    """What can be told of this process."""
    return {
        "cwd": os.getcwd(),
        "is_session_leader": os.getsid(0) == os.getpid(),
        "has_new_session": os.getsid(0) != int(os.environ["OBSERVER_SESSION"]),
        "descriptors": descriptors(),
        "inheritable": [os.get_inheritable(number) for number in range(3)],
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "dumpable": ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0),
        **status("Umask", "Uid", "Gid", "Groups", "SigIgn", "SigCgt", "SigBlk"),
    }
