"""Who is measured: how each is started, under which conditions it can be put, and what it leaves undone."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

FLOOR = "by hand"
FORK, REEXEC, IN_PLACE = "daemonctx, fork", "daemonctx, re-exec", "daemonctx, in place"
ECHOD = "echod"
EVERYTHING = frozenset({"base", "memory", "descriptors", "limit", "preserved", "threads"})


@dataclass(frozen=True)
class Contender:
    name: str
    kind: str  # of stage/main.c
    command: tuple[str, ...]  # {bin}, {build}, {root} and {none} stand for directories and a file that is not there
    sweeps: frozenset[str]
    undone: str
    slot: str = ""  # may be missing; the file in build/bench/missing with the reason
    forks_twice: bool = False
    counts_allocations: bool = True

    def argv(self, build: str, root: str) -> list[str]:
        places = {"bin": f"{build}/programs/bin", "build": build, "root": root, "none": f"{build}/no.pid"}
        words = [word.format(**places) for word in self.command]
        return [shutil.which(words[0], path="/usr/sbin:/sbin:/usr/bin:/bin") or words[0], *words[1:]]

    def why_missing(self, build: str, root: str) -> str:
        """An empty text: it is there."""
        program = self.argv(build, root)[0]
        if os.access(program, os.X_OK):
            return ""
        try:
            with open(f"{build}/missing/{self.slot}", encoding="utf-8") as reason:
                return " ".join(reason.read().split())[-200:]
        except OSError:
            return f"there is no program {os.path.basename(program)}"


CONTENDERS = (
    Contender(
        FLOOR,
        "launcher",
        ("{bin}/by_hand",),
        EVERYTHING,
        "no pid file, no signals, no limit of cores; waits without a bound; of an error one learns that there was one",
        forks_twice=True,
    ),
    Contender(
        FORK, "launcher", ("{bin}/daemonctx", "fork"), EVERYTHING, "nothing of this: the launcher returns its error"
    ),
    Contender(
        REEXEC,
        "launcher",
        ("{bin}/daemonctx", "reexec"),
        EVERYTHING,
        "nothing of this; but what memory held is gone, and the program runs again up to the call: it is in the figure",
    ),
    Contender(
        IN_PLACE,
        "in_place",
        ("{bin}/daemonctx", "in_place"),
        EVERYTHING,
        "does not detach: for a service manager",
    ),
    Contender(
        "daemon(3)",
        "launcher",
        ("{bin}/daemon3",),
        EVERYTHING - {"preserved"},
        "one fork: the daemon leads its session; no wait; descriptors stay open; umask as it was; errors are lost",
    ),
    Contender(
        "libdaemon",
        "launcher",
        ("{bin}/libdaemon",),
        EVERYTHING,
        "with more than 1,024 open descriptors its launcher aborts (select), and the daemon lives; "
        "an error is one number",
        slot="libdaemon",
        forks_twice=True,
    ),
    Contender(
        "python-daemon",
        "launcher",
        ("{build}/python/bin/python", "-B", "{root}/tests/bench/peers/python/contender.py"),
        EVERYTHING,
        "no wait; errors are lost",
        slot="python",
        forks_twice=True,
    ),
    Contender(
        "sevlyar/go-daemon",
        "launcher",
        ("{bin}/go_daemon",),
        frozenset({"base", "memory", "descriptors", "limit"}),
        "starts the program again, and its runtime's start is in the figure; the daemon leads its session; no wait; "
        "inherited descriptors stay open; umask as it was; errors are lost",
        slot="go",
        counts_allocations=False,
    ),
    Contender(
        "daemonize (Rust)",
        "launcher",
        ("{build}/rust/release/daemonctx-bench-daemonize",),
        frozenset({"base", "memory", "descriptors", "limit"}),
        "waits for the first child only; descriptors stay open; errors after the second fork are lost",
        slot="rust",
        forks_twice=True,
    ),
    Contender(
        "start-stop-daemon",
        "command",
        (
            *("start-stop-daemon", "--start", "--background", "--umask", "0", "--pidfile", "{none}"),
            *("--startas", "{bin}/first"),
        ),
        frozenset({"base", "descriptors", "limit"}),
        "a command: from its own start to the started program's main; waits for the first child only; errors are lost",
        slot="start-stop-daemon",
    ),
    Contender(
        "daemon (libslack)",
        "command",
        ("daemon", "--unsafe", "--inherit", "--chdir=/", "--umask=0", "--", "{bin}/first"),
        frozenset({"base", "descriptors", "limit"}),
        "a command: from its own start to the started program's main; a process of its own stays, with pipes to "
        "the program's streams; no wait; errors are lost",
        slot="daemon",
    ),
    Contender(
        ECHOD,
        "exits",
        ("{bin}/echod", "--port", "0"),
        frozenset({"base"}),
        "the example: with signals, events, a bound socket, and a word on the terminal",
        slot="echod",
    ),
)


def named(name: str) -> Contender:
    return next(contender for contender in CONTENDERS if contender.name == name)
