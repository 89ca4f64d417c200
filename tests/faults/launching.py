"""One launch of the program, with strace on one of its processes where that is asked for; watched, not judged."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import processes
from scenarios import Scenario

PACKET = 65536
Facts = dict[str, str]


def facts_of(packet: str) -> tuple[str, Facts]:
    title, *lines = packet.split("\n")
    return title, dict(line.split("=", 1) for line in lines if "=" in line)


@dataclass
class Tracing:
    """Which process strace is put on, and what it does there."""

    role: str
    options: list[str]


@dataclass
class Launch:
    """A running launch and all that was seen of it."""

    program: str
    scenario: Scenario
    directory: str
    bound_ms: int
    tracing: Tracing | None = None

    messages: dict[str, Facts] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)  # what strace wrote
    launcher: int = 0
    launcher_status: int | None = None  # as os.waitpid() gives it
    released_at: float = 0.0
    answered_at: float = 0.0
    _control: socket.socket | None = None
    _tracer: subprocess.Popen[bytes] | None = None
    _held_pid: int = 0
    _partial: bytes = b""

    def start(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, open(os.path.join(self.directory, "output"), "wb") as output:
            role = self.tracing.role if self.tracing else "nobody"
            command = [self.program, str(theirs.fileno()), role, str(self.bound_ms), self.directory]
            child = subprocess.Popen(
                command + list(self.scenario.words),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(theirs.fileno(),),
            )
        self.launcher = child.pid
        child.returncode = 0  # reaped here, not by subprocess
        self.released_at = time.monotonic()

    # What has been seen

    def told(self, title: str) -> Facts | None:
        return self.messages.get(title)

    def launcher_is_gone(self) -> bool:
        return self.launcher_status is not None

    def answered(self) -> bool:
        return "result" in self.messages or self.launcher_is_gone() or self.is_in_place()

    def is_in_place(self) -> bool:
        """The launcher itself says that it is the daemon."""
        return self.messages.get("daemon", {}).get("pid") == str(self.launcher)

    def is_held(self) -> bool:
        return self._held_pid != 0

    def log_has(self, text: str) -> bool:
        return any(text in line for line in self.log)

    def others(self) -> list[int]:
        """Every process of the launch; strace is none of it."""
        tracer = self._tracer.pid if self._tracer else 0
        return [pid for pid in processes.descendants() if pid != tracer]

    # Waiting

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Takes in what happens until the condition holds or the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            self._take_endings()
            if condition():
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._take_in(left)

    def wait_for_few(self, allowed: Callable[[], set[int]], seconds: float) -> list[int]:
        """Until no process of the launch is left but the allowed ones. Returns who is left all the same."""

        def only_allowed() -> bool:
            return not set(self.others()) - allowed()

        self.wait_until(only_allowed, seconds)
        return sorted(set(self.others()) - allowed())

    def _take_endings(self) -> None:
        processes.reap()
        if self.launcher in processes.endings and self.launcher_status is None:
            self.launcher_status = processes.endings[self.launcher]
            self._note_answer()
            while self._control and select.select([self._control], [], [], 0)[0]:
                self._take_packet()  # its last words came before its end

    def _note_answer(self) -> None:
        if self.answered_at == 0.0:
            self.answered_at = time.monotonic()

    def _take_in(self, seconds: float) -> None:
        sources: list[int] = []
        if self._control:
            sources.append(self._control.fileno())
        if self._tracer and self._tracer.stderr:
            sources.append(self._tracer.stderr.fileno())
        pidfds: list[int] = []
        for pid in self.others():
            if processes.is_alive(pid):
                with contextlib.suppress(OSError):
                    pidfds.append(os.pidfd_open(pid))
        # A zombie that strace has not collected yet makes no event, nor does an orphan that comes to this process.
        ready, _, _ = select.select(sources + pidfds, [], [], min(seconds, 0.02))
        for pidfd in pidfds:
            os.close(pidfd)
        if self._control and self._control.fileno() in ready:
            self._take_packet()
        if self._tracer and self._tracer.stderr and self._tracer.stderr.fileno() in ready:
            self._take_log()

    def _take_packet(self) -> None:
        assert self._control
        with contextlib.suppress(ConnectionError):
            packet = self._control.recv(PACKET)
            if packet:
                title, facts = facts_of(packet.decode(errors="replace"))
                self.messages[title] = facts
                if title == "held":
                    self._held_pid = int(facts["pid"])
                if title == "result" or self.is_in_place():
                    self._note_answer()
                return
        self._control.close()
        self._control = None

    def _take_log(self) -> None:
        assert self._tracer and self._tracer.stderr
        data = os.read(self._tracer.stderr.fileno(), PACKET)
        if not data:
            self._tracer.stderr.close()
            self._tracer.stderr = None
            return
        *lines, self._partial = (self._partial + data).split(b"\n")
        self.log += [line.decode(errors="replace") for line in lines]

    # Acting

    def attach(self, seconds: float) -> bool:
        """Waits until the process in question is held, and puts strace on it."""
        assert self.tracing
        if not self.wait_until(lambda: self.is_held() or self.launcher_is_gone(), seconds) or not self.is_held():
            return False
        command = ["strace", *self.tracing.options, "-p", str(self._held_pid)]
        self._tracer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._tracer.returncode = 0  # reaped with the others
        return self.wait_until(lambda: self.log_has("attached") or self.tracer_is_gone(), seconds) and self.log_has(
            "attached"
        )

    def tracer_is_gone(self) -> bool:
        return self._tracer is None or self._tracer.stderr is None

    def detach(self) -> None:
        """strace lets go: what it would slow down now is not what is tested."""
        if self._tracer and self._tracer.pid not in processes.endings:
            with contextlib.suppress(OSError):
                os.kill(self._tracer.pid, signal.SIGTERM)

    def release(self) -> None:
        self.released_at = time.monotonic()
        self.say("go")

    def launch_again(self) -> None:
        """In the launcher whose launch has failed: the same context, once more."""
        self.messages = {"before": self.messages["before"]}
        self.say("again")

    def say(self, word: str) -> None:
        if self._control:
            with contextlib.suppress(OSError):
                self._control.send(word.encode())

    def continue_all(self) -> None:
        """Lets go on whoever was stopped."""
        for pid in self.others():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        """No more words: a daemon that waits for one closes and ends."""
        while self._tracer and self._tracer.stderr and select.select([self._tracer.stderr], [], [], 0)[0]:
            self._take_log()
        if self._tracer and self._tracer.stderr:
            self._tracer.stderr.close()
            self._tracer.stderr = None
        if self._control:
            self._control.close()
            self._control = None
