"""One run: a launch with one fault, what it came to, and a normal start after it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from dataclasses import dataclass, field

import errnos
import processes
from judging import Seen, judge, judge_next_start
from launching import Launch, Tracing
from learning import Point
from scenarios import DAEMON, LAUNCHER, Scenario, prepare_directory

LONG_BOUND_MS = 6000  # the launcher's bound where nobody is stopped: it should never be reached
STOP_BOUND_MS = 700  # and where somebody is
STOPPED_LONGER = 0.3  # seconds by which a stopped launcher is late
MARGIN = 9.0  # seconds that settling may take in bad cases (c/src/launch/settle.c)
DYING = 0.5  # seconds in which a killed process is gone
STOP_PATIENCE = 5.0  # seconds until a stop is noticed
PATIENCE = 20.0  # seconds for everything that has nothing to do with the library
ATTEMPTS = 3  # a call that depends on who is faster may be missed
KILL, STOP = "kill", "stop"


@dataclass(frozen=True)
class Fault:
    """What happens at a point: an error's name, or "kill", or "stop"."""

    point: Point
    what: str
    commit: int = -1  # position of the daemon's report among the daemon's calls
    birth: int = -1  # position of the first fork among the launcher's

    @property
    def kind(self) -> str:
        return self.what if self.what in (KILL, STOP) else "error"

    @property
    def name(self) -> str:
        return f"{self.point.scenario}:{self.point.role}:{self.point.name}:{self.what}"

    @property
    def error(self) -> int:
        return errnos.number_of(self.what) if self.kind == "error" else 0

    def is_after_commit(self) -> bool:
        return 0 <= self.commit < self.point.position

    def is_before_others(self) -> bool:
        """The launcher has not made any process yet."""
        return self.point.role == LAUNCHER and self.point.position <= self.birth

    def strace_options(self) -> list[str]:
        call, when = self.point.call, self.point.occurrence
        action = {KILL: "signal=KILL", STOP: "signal=STOP"}.get(self.what, f"error={self.what}")
        return ["-s", "0", "-e", f"trace={call}", "-e", f"inject={call}:{action}:when={when}"]

    def was_hit(self, log: list[str]) -> bool:
        sign = {KILL: "+++ killed by SIGKILL", STOP: "--- stopped by SIGSTOP"}.get(self.what, "(INJECTED)")
        return any(sign in line for line in log)


@dataclass
class Run:
    """What a fault came to: the outcome, and what was wrong with it (nothing, it is hoped)."""

    fault: Fault
    outcome: str = "missed"
    problems: list[str] = field(default_factory=list)
    answer: str = ""

    @property
    def is_bad(self) -> bool:
        return bool(self.problems)


def run_fault(program: str, scenario: Scenario, fault: Fault) -> Run:
    run = Run(fault)
    for attempt in range(ATTEMPTS):
        directory = tempfile.mkdtemp(prefix="daemonctx-fault-")
        try:
            run = _attempt(program, scenario, fault, directory, STOP_BOUND_MS << attempt)
        except (OSError, ValueError, KeyError) as error:
            run = Run(fault, "lie", [f"lie: the suite itself failed: {error!r}"])
        finally:
            survivors = processes.end_everything()
            shutil.rmtree(directory, ignore_errors=True)
        if survivors:
            run.problems.append(f"leftover: processes {survivors} cannot be ended")
        if run.outcome != "missed":
            break
    return run


def _attempt(program: str, scenario: Scenario, fault: Fault, directory: str, stop_bound_ms: int) -> Run:
    prepare_directory(directory)
    bound_ms = stop_bound_ms if fault.kind == STOP else LONG_BOUND_MS
    launch = Launch(program, scenario, directory, bound_ms, Tracing(fault.point.role, fault.strace_options()))
    launch.start()
    if not launch.attach(PATIENCE):
        launch.close()
        return Run(fault, "missed", [], "strace could not be attached: " + " ".join(launch.log[-1:]))
    seen = _watch(launch, fault)
    # strace may be later to say it than the killed process's parent is to know.
    if not launch.wait_until(lambda: fault.was_hit(launch.log), 0.0 if launch.tracer_is_gone() else 1.0):
        launch.close()
        return Run(fault)
    run = Run(fault)
    run.outcome, run.answer, run.problems = judge(seen)
    if not any(problem.startswith("hang") for problem in run.problems):
        run.problems += _start_again(program, scenario, directory, seen)
    launch.close()
    return run


def _is_past(launch: Launch, fault: Fault) -> bool:
    """The traced process has ended, or its part of the launch has."""
    ready = launch.told("daemon") is not None if fault.point.role == DAEMON else fault.point.role == LAUNCHER
    return launch.tracer_is_gone() or (ready and launch.answered())


def _watch(launch: Launch, fault: Fault) -> Seen:
    """From the release of the held process until nothing moves any more."""
    seen = Seen(launch, fault)
    launch.release()
    if fault.kind == STOP:
        launch.wait_until(lambda: fault.was_hit(launch.log) or launch.tracer_is_gone(), STOP_PATIENCE)
        if fault.point.role == LAUNCHER:
            launch.wait_until(launch.launcher_is_gone, launch.bound_ms / 1000 + STOPPED_LONGER)
            launch.continue_all()
    if fault.kind == "error":
        launch.wait_until(lambda: fault.was_hit(launch.log) or _is_past(launch, fault), launch.bound_ms / 1000)
        launch.detach()
    seen.answered = launch.wait_until(launch.answered, launch.bound_ms / 1000 + MARGIN)
    if not seen.claims_success():
        launch.wait_until(lambda: not seen.alive_besides_launcher(), DYING)
        seen.alive_at_answer = seen.alive_besides_launcher()
    if not seen.answered:
        return seen
    if fault.kind == STOP and seen.claims_success():
        launch.continue_all()
    if seen.claims_success():
        launch.wait_until(lambda: launch.told("daemon") is not None or not launch.others(), PATIENCE)
    elif launch.told("result") is None:  # the launcher is dead: the others find out by themselves
        launch.wait_until(lambda: launch.told("daemon") is not None or not launch.others(), MARGIN)
    if not launch.is_in_place() and not seen.is_refused():
        launch.wait_until(launch.launcher_is_gone, PATIENCE)
    seen.left_over = launch.wait_for_few(seen.rightly_alive, MARGIN if seen.claims_success() else 1.0)
    seen.daemon_lives = seen.daemon_pid() in seen.rightly_alive() and processes.is_alive(seen.daemon_pid())
    return seen


def _start_again(program: str, scenario: Scenario, directory: str, seen: Seen) -> list[str]:
    """A normal start succeeds, or is refused by the daemon whose launch was committed; which then closes."""
    fresh = Launch(program, scenario, directory, LONG_BOUND_MS)
    if seen.daemon_lives and not scenario.has("bare"):
        return _refused_start(fresh, seen)
    problems = _end_daemon(seen) if seen.daemon_lives else []
    return problems + _normal_start(fresh, seen)


def _refused_start(fresh: Launch, seen: Seen) -> list[str]:
    fresh.start()
    fresh.wait_until(fresh.answered, PATIENCE)
    problems = judge_next_start(fresh, seen)
    fresh.close()
    return problems + _end_daemon(seen)


def _end_daemon(seen: Seen) -> list[str]:
    seen.launch.say("end")
    seen.launch.wait_until(lambda: seen.launch.told("closed") is not None, PATIENCE)
    left = seen.launch.wait_for_few(set, PATIENCE)
    problems = [f"leftover: the daemon {left} does not end"] if left else []
    return problems + seen.problems_after_close()


def _normal_start(fresh: Launch, seen: Seen) -> list[str]:
    for pid in seen.left_over:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)  # it is said already; the next start is judged by itself
    again = seen.launch if seen.is_refused() else fresh
    if seen.is_refused():
        again.launch_again()  # the launcher is as it was, and its context closed: it can
    else:
        again.start()
    again.wait_until(lambda: again.told("daemon") is not None or again.told("result") is not None, PATIENCE)
    again.wait_until(again.answered, PATIENCE)
    again.wait_until(lambda: again.told("daemon") is not None, 1.0 if again.told("result") else PATIENCE)
    problems = judge_next_start(again, seen)
    again.say("end")
    again.wait_until(lambda: again.told("closed") is not None, PATIENCE if again.told("daemon") else 0)
    again.close()
    return problems
