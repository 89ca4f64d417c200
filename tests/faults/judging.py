"""Whether a launch told the truth, answered in time, and left nothing behind."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import processes
from daemon import Tolerance, daemon_problems, descriptors_of
from launching import Facts, Launch
from pidfiles import look_at_pidfile
from scenarios import DAEMON, INTERMEDIATE, LAUNCHER, pidfile_of

if TYPE_CHECKING:
    from faulting import Fault

LAUNCHER_KEYS = (
    *("sid", "pgid", "cwd", "root", "umask", "uids", "gids", "groups", "core", "dumpable", "no_new_privs"),
    *("blocked", "dispositions"),
)

HELD = "ERR_ALREADY_RUNNING"
UNREAD = "plan could not be read"

# What a call's error means to the one who asked, where that is more than "it failed". (call, error) -> statuses.
MEANINGS: dict[tuple[str, str], tuple[str, ...]] = {
    ("fcntl", "EAGAIN"): (HELD,),  # somebody else has the lock: fcntl(2), F_SETLK
    ("fcntl", "EACCES"): (HELD,),
    ("openat", "ELOOP"): ("ERR_UNSAFE_PATH",),  # O_NOFOLLOW, and it is a link: open(2)
    ("unshare", "EINVAL"): ("ERR_THREADS",),  # there are more threads than one: unshare(2)
}
FLAGS = re.compile(r"fcntl\((\d+), F_[GS]ETFD\b")
# "There is no such child": then it cannot be reaped. waitid(2)
NO_CHILD = ("waitid", "ECHILD")
# Said of a user or a group: there is none of that name. getpwnam_r(3)
ABSENT = ("ENOENT", "ESRCH")
# With other threads libc aborts where these did not come to the same in all of them: strace faults them in one alone.
OF_ALL_THREADS = {"setgroups", "setresgid", "setresuid", "futex"}
ABORTED = 6
# Doubt is a refusal of its own: what cannot be read back was not changed.
DOUBT = {"getresuid", "getresgid", "getgroups", "capget"}


@dataclass
class Seen:
    """All that is known of a faulted launch."""

    launch: Launch
    fault: Fault
    answered: bool = False
    alive_at_answer: list[int] = field(default_factory=list)
    left_over: list[int] = field(default_factory=list)
    daemon_lives: bool = False

    def status(self) -> str:
        """What the launcher got: the name of a status, or "killed", or "exit N" without a word."""
        result = self.launch.told("result")
        if result:
            return result["status"]
        if self.launch.is_in_place():
            return "OK"
        ended = self.launch.launcher_status
        if ended is None:
            return "nothing"
        if os.WIFSIGNALED(ended):
            return "killed"
        code = os.WEXITSTATUS(ended)
        return "LAUNCHED" if code == 0 and self.launch.scenario.has("open") else f"exit {code}"

    def claims_success(self) -> bool:
        return self.status() in ("OK", "LAUNCHED")

    def daemon_pid(self) -> int:
        return int((self.launch.told("daemon") or {"pid": "0"})["pid"])

    def alive_besides_launcher(self) -> list[int]:
        return [pid for pid in self.launch.others() if pid != self.launch.launcher and processes.is_alive(pid)]

    def is_refused(self) -> bool:
        """An error told by a launcher that lives on."""
        return self.status().startswith("ERR_") and not self.launch.scenario.has("in_place")

    def rightly_alive(self) -> set[int]:
        """The daemon, if the launcher said so, or could not say anything; the launcher that told of an error."""
        if self.is_refused():
            return {self.launch.launcher}
        may_live = self.claims_success() or self.status() == "killed"
        return {self.daemon_pid()} if may_live and self.daemon_pid() else set()

    def skipped_close(self) -> int | None:
        """strace fails a call by leaving it out: the descriptor of a faulted close() really stays open."""
        for line in self.launch.log:
            if line.startswith("close(") and "(INJECTED)" in line:
                return int(line[len("close(") :].split(")")[0].split("<")[0])
        return None

    def skipped_close_of_daemon(self) -> int | None:
        own = self.fault.point.role == DAEMON or self.launch.is_in_place()
        return self.skipped_close() if own else None

    def said_to_be_closed(self) -> int | None:
        """EBADF for a descriptor's flags: there is no such descriptor (fcntl(2)), so the program is started without."""
        for line in self.launch.log if self.fault.what == "EBADF" else []:
            match = FLAGS.match(line)
            if match and "(INJECTED)" in line:
                return int(match[1])
        return None

    def problems_after_close(self) -> list[str]:
        closed = self.launch.told("closed")
        if closed is None:
            return ["lie: the daemon could not be told to close"]
        pidfile = look_at_pidfile(pidfile_of(self.launch.directory))
        if pidfile.exists and (pidfile.content or pidfile.locked or not self.launch.scenario.has("full")):
            return [f"leftover: after close the pid file holds {pidfile.content!r}, locked: {pidfile.locked}"]
        return [] if closed["status"] == "OK" else [f"lie: close says {closed['status']}"]


def judge(seen: Seen) -> tuple[str, str, list[str]]:
    """(outcome, the answer in short, problems)."""
    status = seen.status()
    answer = _in_short(seen, status)
    if not seen.answered:
        return "hang", answer, [f"hang: no answer within {seen.launch.bound_ms} ms and the margin"]
    problems = [f"leftover: processes {seen.left_over} are left"] if seen.left_over else []
    crashed = processes.crashed()
    problems += [f"lie: processes {crashed} crashed"] if crashed else []
    if seen.claims_success():
        outcome = "ok"
        problems += _success_problems(seen)
    elif status == "killed":
        outcome = "killed"
        problems += _killed_problems(seen)
    elif status.startswith("ERR_"):
        outcome = {"ERR_DIED": "died", "ERR_TIMEOUT": "timeout"}.get(status, "refused")
        problems += _refusal_problems(seen)
    else:
        outcome, problems = "lie", [f"lie: the launcher ended without a word: {status}"]
    if seen.launch.told("result"):
        problems += _launcher_problems(seen)
    return outcome, answer, problems + _output_problems(seen)


def judge_next_start(again: Launch, before: Seen) -> list[str]:
    seen = Seen(again, before.fault)
    status = seen.status()
    if before.daemon_lives and not before.launch.scenario.has("bare"):
        result = again.told("result") or {}
        if status == "ERR_ALREADY_RUNNING" and result.get("error_pid") == str(before.daemon_pid()):
            return []
        return [f"lie: the next start is not refused by daemon {before.daemon_pid()}: {_in_short(seen, status)}"]
    if not seen.claims_success():
        return [f"leftover: the next start fails: {_in_short(seen, status)}"]
    return [f"next start: {problem}" for problem in _running_daemon_problems(seen, None)]


def _in_short(seen: Seen, status: str) -> str:
    result = seen.launch.told("result")
    if result and status.startswith("ERR_"):
        return (
            f"{status} step={result['step']} errno={result['errno']} exit={result['exit_code']} "
            f"signal={result['signal']}: {result['message']}"
        )
    return status


def _success_problems(seen: Seen) -> list[str]:
    fault = seen.fault
    if fault.kind == "kill" and fault.point.role == DAEMON and fault.is_after_commit():
        return []  # the launch was over: what dies is a daemon in service
    if not seen.daemon_lives:
        return ["lie: OK without a daemon"]
    problems = _running_daemon_problems(seen, seen.skipped_close_of_daemon())
    result = seen.launch.told("result")
    if result and result.get("daemon_pid") != str(seen.daemon_pid()):
        problems.append(f"lie: the daemon is {seen.daemon_pid()}, not {result.get('daemon_pid')}")
    return problems


def _running_daemon_problems(seen: Seen, tolerated: int | None) -> list[str]:
    before, daemon = seen.launch.told("before"), seen.launch.told("daemon")
    if not before or not daemon:
        return ["lie: OK without a daemon"]
    tolerance = Tolerance(tolerated, seen.said_to_be_closed())
    problems = daemon_problems(seen.launch.scenario, seen.launch.directory, before, daemon, tolerance)
    if seen.launch.scenario.has("bare"):
        return problems
    pidfile = look_at_pidfile(pidfile_of(seen.launch.directory))
    expected = f"{daemon['pid']}\n"
    if pidfile.content != expected:
        problems.append(f"lie: the pid file holds {pidfile.content!r}, not {expected!r}")
    if pidfile.mode != 0o644:
        problems.append(f"lie: the pid file's mode is {pidfile.mode:o}")
    if not pidfile.locked or pidfile.attested != int(daemon["pid"]):
        problems.append(f"lie: the pid file's lock: held {pidfile.locked}, by {pidfile.attested}")
    return problems


def _killed_problems(seen: Seen) -> list[str]:
    """The launcher was killed: the daemon is committed and right, or it is gone with its pid file."""
    if seen.daemon_lives:
        return _running_daemon_problems(seen, None)
    if seen.fault.kind != "kill" or seen.fault.point.role != LAUNCHER:
        return ["lie: the launcher was killed, by whom?"]
    pidfile = look_at_pidfile(pidfile_of(seen.launch.directory))
    in_place = seen.launch.scenario.has("in_place")
    # Nobody is left to remove it; or only a daemon that can no more (E07). Then it holds nothing.
    tolerated = seen.fault.is_before_others() or seen.launch.scenario.has("full")
    if pidfile.locked or (pidfile.content and not in_place) or (pidfile.exists and not tolerated and not in_place):
        return [f"leftover: the pid file holds {pidfile.content!r}, locked: {pidfile.locked}"]
    return []


def _refusal_problems(seen: Seen) -> list[str]:
    problems: list[str] = []
    result = seen.launch.told("result") or {}
    if seen.alive_at_answer:
        problems.append(f"lie: an error, and processes {seen.alive_at_answer} live")
    if seen.launch.told("daemon"):
        problems.append(f"lie: an error, and open returned OK in daemon {seen.daemon_pid()}")
    pidfile = look_at_pidfile(pidfile_of(seen.launch.directory))
    # In place a program that cannot read its plan knows of no pid file: the next start takes the empty one over.
    unknown = seen.launch.scenario.has("in_place") and UNREAD in result["message"] and not pidfile.content
    if pidfile.exists and not unknown and result["status"] != HELD:  # else it is the holder's
        problems.append(f"leftover: pid file, content {pidfile.content!r}, locked: {pidfile.locked}")
    truth = _truth_problem(seen, result)
    return problems + ([f"lie: {truth}: {_in_short(seen, result['status'])}"] if truth else [])


def _truth_problem(seen: Seen, result: Facts) -> str:
    fault, status = seen.fault, result["status"]
    number, role = int(result["errno"]), fault.point.role
    if number != 0 and os.strerror(number) not in result["message"]:
        return "the sentence does not name the error"
    if status == "ERR_DIED":
        return _death_problem(seen, result)
    if status == "ERR_TIMEOUT":
        return "" if fault.kind == "stop" else "a time-out, and nobody was stopped"
    if fault.kind != "error":
        return "an error that nobody made"
    if status in MEANINGS.get((fault.point.call, fault.what), ()):
        return ""
    if status == "ERR_NOT_FOUND" and fault.what in ABSENT:
        return ""
    if status == "ERR_PRIVILEGE" and number == 0 and fault.point.call in DOUBT:
        return ""
    if status == "ERR_MEMORY" and fault.error == errno.ENOMEM:
        return ""
    if number != fault.error:
        return f"the error is not {fault.what} ({fault.error})"
    return "no step is named" if result["step"] == "none" and role != LAUNCHER else ""


def _death_problem(seen: Seen, result: Facts) -> str:
    fault = seen.fault
    code, signum = int(result["exit_code"]), int(result["signal"])
    if fault.kind == "stop":
        return "nobody died"
    if seen.said_to_be_closed() is not None and code == 1:
        return ""
    if fault.point.role == LAUNCHER:
        return "the launcher's own call failed, nobody died"
    if fault.kind == "kill":
        known = {9} if fault.point.role == DAEMON else {9, -1}
        return "" if signum in known and code == -1 else "the daemon was killed by signal 9"
    if fault.point.role == INTERMEDIATE:
        return "" if signum == -1 else "nobody was killed"
    if seen.launch.scenario.has("reexec") and fault.point.call in OF_ALL_THREADS and signum == ABORTED:
        return ""
    return "" if signum == -1 and code == 1 else "it ended by itself, with status 1"


def _launcher_problems(seen: Seen) -> list[str]:
    """The launcher is as it was. In place it is what it became: but its streams still work."""
    before, after = seen.launch.told("before") or {}, seen.launch.told("result") or {}
    was, now = descriptors_of(before), descriptors_of(after)
    if seen.launch.scenario.has("in_place"):
        broken = [fd for fd in (0, 1, 2) if was.get(fd) != now.get(fd)]
        return [f"leftover: streams {broken} are not as before"] if broken else []
    problems = [
        f"leftover: the launcher's {key} was {before.get(key)!r}, is {after.get(key)!r}"
        for key in LAUNCHER_KEYS
        if before.get(key) != after.get(key)
    ]
    tolerated = seen.skipped_close() if seen.fault.point.role == LAUNCHER else None
    different = sorted(fd for fd in was.keys() | now.keys() if was.get(fd) != now.get(fd) and fd != tolerated)
    if different:
        problems.append(f"leftover: the launcher's descriptors {different} are not as before")
    if after.get("children") != "0" and (seen.fault.point.call, seen.fault.what) != NO_CHILD:
        problems.append("leftover: the launcher has a zombie")
    if after.get("launcher") != after.get("prepare"):
        problems.append(f"lie: hooks: prepare ran {after.get('prepare')} times, launcher {after.get('launcher')}")
    return problems


def _output_problems(seen: Seen) -> list[str]:
    if seen.status() == "killed" or seen.fault.point.call == "write":
        return []
    with open(os.path.join(seen.launch.directory, "output"), encoding="utf-8", errors="replace") as output:
        count = output.read().count("buffered text\n")
    wrong = count > 1 or (count < 1 and seen.launch.launcher_is_gone())
    return [f"lie: the launcher's buffered text was written {count} times"] if wrong else []
