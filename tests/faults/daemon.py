"""Whether a daemon is what was asked for."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from launching import Facts
from scenarios import NOBODY, STATE, Scenario, pidfile_of

CLOSE_ON_EXEC = 1
EVENTFD_TYPE = 0
REGULAR_TYPE = 0o100000

Descriptor = tuple[int, int, int, int]  # type, device, inode, flags


@dataclass(frozen=True)
class Tolerance:
    """What a fault alone has done to the descriptors."""

    not_closed: int | None = None  # a faulted close() was left out
    missing: int | None = None  # said not to be open


def descriptors_of(facts: Facts) -> dict[int, Descriptor]:
    found: dict[int, Descriptor] = {}
    for word in facts.get("descriptors", "").split():
        number, kind, device, inode, flags = word.split(":")
        found[int(number)] = (int(kind, 8), int(device), int(inode), int(flags))
    return found


def daemon_problems(
    scenario: Scenario, directory: str, before: Facts, daemon: Facts, tolerance: Tolerance
) -> list[str]:
    expected = _expected(scenario, directory, before)
    problems = [
        f"lie: the daemon's {key} is {daemon.get(key)!r}, not {value!r}"
        for key, value in expected.items()
        if daemon.get(key, "").strip() != value
    ]
    return (
        problems
        + _session_problems(scenario, before, daemon)
        + _descriptor_problems(scenario, directory, before, daemon, tolerance)
        + _proc_problems(daemon)
    )


def _expected(scenario: Scenario, directory: str, before: Facts) -> dict[str, str]:
    full, reexec = scenario.has("full"), scenario.has("reexec")
    expected = {
        "status": "OK",
        "cwd": "/work" if full else "/",
        "root": before["root"],
        "umask": "22" if full else "0",
        "uids": before["uids"],
        "gids": before["gids"],
        "groups": before["groups"].strip(),
        "core": "0 0",
        "dumpable": "0",
        "no_new_privs": before["no_new_privs"],
        "children": "0",
        "dispositions": _dispositions(scenario, before["dispositions"]),
        "blocked": _blocked(scenario, before["blocked"]),
        "prepare": "1" if full and not reexec else "0",
        "daemon": "1" if full and not reexec else "0",
        "privileged": "1" if full else "0",
        "state": STATE if reexec else "",
    }
    if full:
        jail = os.stat(os.path.join(directory, "jail"))
        ids = f"{NOBODY} {NOBODY} {NOBODY}"
        expected |= {"root": f"{jail.st_dev}:{jail.st_ino}", "uids": ids, "gids": ids, "no_new_privs": "1"}
        expected["groups"] = f"7 {NOBODY}"
    return expected


def _map(scenario: Scenario) -> dict[int, str]:
    """The signal map: how each is disposed of, as the program says it (h: handler, i: ignored)."""
    actions = {signal.SIGTERM: "h", signal.SIGTTIN: "i", signal.SIGTTOU: "i", signal.SIGTSTP: "i"}
    if scenario.has("full"):
        actions |= {signal.SIGINT: "h", signal.SIGHUP: "i", signal.SIGUSR2: "h"}
    return {int(signum): action for signum, action in actions.items()}


def _dispositions(scenario: Scenario, before: str) -> str:
    actions = _map(scenario)
    return "".join(actions.get(signum, now) for signum, now in enumerate(before, start=1))


def _blocked(scenario: Scenario, before: str) -> str:
    actions = _map(scenario)
    return "".join("-" if signum in actions else now for signum, now in enumerate(before, start=1))


def _session_problems(scenario: Scenario, before: Facts, daemon: Facts) -> list[str]:
    if scenario.has("in_place"):
        moved = daemon["pid"] != before["pid"] or daemon["sid"] != before["sid"]
        return ["lie: the process or its session changed"] if moved else []
    if daemon["sid"] in (daemon["pid"], before["sid"]) or daemon["pgid"] != daemon["sid"]:
        return [f"lie: session {daemon['sid']}, group {daemon['pgid']} of daemon {daemon['pid']}"]
    return []


def _place(path: str) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _are_the_librarys(scenario: Scenario, own: dict[int, Descriptor], said_to_be_closed: int | None) -> bool:
    """Its channel of signals, and the pid file. What is not open, so it was told, can have no flag."""
    kinds = sorted(kind for kind, _, _, _ in own.values())
    expected = [EVENTFD_TYPE] if scenario.has("bare") else [EVENTFD_TYPE, REGULAR_TYPE]
    return kinds == expected and all(
        flags & CLOSE_ON_EXEC or number == said_to_be_closed for number, (_, _, _, flags) in own.items()
    )


def _descriptor_problems(
    scenario: Scenario, directory: str, before: Facts, daemon: Facts, tolerance: Tolerance
) -> list[str]:
    problems: list[str] = []
    found = descriptors_of(daemon)
    names = ["/dev/null", "/dev/null", "/dev/null"]
    if scenario.has("full"):
        names = ["/dev/null", os.path.join(directory, "out.log"), os.path.join(directory, "err.log")]
    for stream, name in enumerate(names):
        kind, device, inode, flags = found.pop(stream, (-1, -1, -1, 0))
        if kind == -1 or (device, inode) != _place(name) or flags & CLOSE_ON_EXEC:
            problems.append(f"lie: descriptor {stream} is not {name}, open for the daemon's children too")
    for preserved in map(int, before["preserved"].split()):
        if found.pop(preserved, None) != descriptors_of(before)[preserved] and preserved != tolerance.missing:
            problems.append(f"lie: descriptor {preserved} is not preserved as it was")
    own = found
    # Else it was closed later on, and its number may be in use again.
    if not _are_the_librarys(scenario, own, tolerance.missing):
        own = {number: what for number, what in found.items() if number != tolerance.not_closed}
    if not _are_the_librarys(scenario, own, tolerance.missing):
        problems.append(f"lie: the library's own descriptors are {own}")
    pidfiles = [place[1:3] for place in own.values() if place[0] == REGULAR_TYPE]
    if os.path.exists(pidfile_of(directory)) and pidfiles != [_place(pidfile_of(directory))]:
        problems.append("lie: the daemon does not keep the pid file open")
    return problems


def _proc_problems(daemon: Facts) -> list[str]:
    """What the daemon says of its identity is what the kernel says."""
    try:
        with open(f"/proc/{daemon['pid']}/status", encoding="utf-8", errors="replace") as status:
            lines = dict(line.rstrip("\n").split(":", 1) for line in status if ":" in line)
    except OSError:
        return ["lie: the daemon is gone"]
    problems = []
    for line, key in (("Uid", "uids"), ("Gid", "gids")):
        if set(lines[line].split()) != set(daemon[key].split()):
            problems.append(f"lie: /proc says {line}{lines[line]}")
    if sorted(lines["Groups"].split()) != sorted(daemon["groups"].split()):
        problems.append(f"lie: /proc says Groups{lines['Groups']}")
    return problems
