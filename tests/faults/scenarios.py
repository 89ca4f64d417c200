"""The launches that are faulted: words for the program, and what their daemon must be."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

LAUNCHER, INTERMEDIATE, DAEMON = "launcher", "intermediate", "daemon"
NOBODY = 65534
STATE = "what the launcher knows"  # program/scenario.c


@dataclass(frozen=True)
class Scenario:
    """One way to launch. `words` are the program's; a new word is added in program/scenario.c."""

    name: str
    words: tuple[str, ...]
    roles: tuple[str, ...] = (LAUNCHER, INTERMEDIATE, DAEMON)
    needs_root: bool = False
    kinds: tuple[str, ...] = field(default=("error", "kill", "stop"))

    def has(self, word: str) -> bool:
        return word in self.words

    def cannot_run(self) -> str:
        return "it needs root" if self.needs_root and os.geteuid() != 0 else ""


SCENARIOS = (
    Scenario("launch", ()),
    Scenario("open", ("open",)),
    Scenario("manual", ("manual",)),
    Scenario("full", ("full",), needs_root=True),
    Scenario("threads", ("unchecked",)),
    # The launcher is copied twice, as where no process may share its memory.
    Scenario("twice", ("twice",)),
    # Nobody waits for a process that becomes a daemon in place, so nobody can have a bound for one that is stopped.
    Scenario("in_place", ("in_place",), roles=(LAUNCHER,), kinds=("error", "kill")),
    # With other threads than the launcher's, as re-exec is for. In place the process executes itself.
    Scenario("reexec", ("reexec",)),
    # Without a pid file, whose lock would stop a program that does not know that it was started again.
    Scenario("reexec_bare", ("reexec", "bare"), roles=(DAEMON,), kinds=("error",)),
    Scenario("reexec_full", ("reexec", "full"), needs_root=True),
    Scenario("reexec_in_place", ("reexec", "in_place"), roles=(LAUNCHER,), kinds=("error", "kill")),
)


def prepare_directory(directory: str) -> None:
    """What the program needs there: a directory to be the root, and one in it to work in."""
    jail = os.path.join(directory, "jail")
    os.makedirs(os.path.join(jail, "work"), exist_ok=True)
    os.chmod(jail, 0o755)
    os.chmod(os.path.join(jail, "work"), 0o755)


def pidfile_of(directory: str) -> str:
    return os.path.join(directory, "program.pid")
