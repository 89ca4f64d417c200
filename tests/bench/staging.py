"""Launches: variants are handed to the stage, which runs them interleaved; what it prints is read here."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field

from contenders import Contender

SEPARATOR = "\t"


@dataclass(frozen=True)
class Conditions:
    """Zero: as a small program has it."""

    limit: int = 1024  # RLIMIT_NOFILE
    descriptors: int = 3
    memory_mib: int = 0
    preserved: int = 0
    threads: int = 1

    def environment(self) -> dict[str, str]:
        return {
            "DAEMONCTX_BENCH_MEMORY_MIB": str(self.memory_mib),
            "DAEMONCTX_BENCH_PRESERVED": str(self.preserved),
            "DAEMONCTX_BENCH_THREADS": str(self.threads),
        }


@dataclass(frozen=True)
class Variant:
    """A contender with what may differ within one run of the stage."""

    contender: Contender
    limit: int
    prefix: tuple[str, ...] = ()
    traced: bool = False


@dataclass
class Launch:
    """Times in microseconds; None: there is no such time."""

    failure: str
    first: float | None = None  # call to first statement
    ended: float | None = None  # call to the launcher's end
    whole: float | None = None  # start of the program to the launcher's end
    faults: int = 0
    daemon_peak_kib: int = 0
    launcher_peak_kib: int = 0
    allocations: int = 0
    allocations_late: int = -1  # after the plan; -1: nobody told that it stood


@dataclass
class Stage:
    build: str  # build/bench
    root: str
    scratch: str = field(default="")

    def __post_init__(self) -> None:
        """The page belongs in memory: on a disk its first change costs the file system's work."""
        in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.scratch = tempfile.mkdtemp(prefix="daemonctx-bench-", dir=in_memory)

    def close(self) -> None:
        shutil.rmtree(self.scratch, ignore_errors=True)

    def run(
        self, variants: list[Variant], conditions: Conditions, rounds: int, counted: bool = False
    ) -> list[list[Launch]]:
        """For each variant its launches, in the order of the rounds."""
        page = f"{self.scratch}/page"
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DAEMONCTX_BENCH_PAGE": page}
        environment.update(conditions.environment())
        if counted:
            environment["DAEMONCTX_BENCH_COUNTED"] = "1"
        lines = "".join(self._line(variant, conditions) for variant in variants)
        answer = subprocess.run(
            [f"{self.build}/programs/bin/stage", page, str(rounds)],
            input=lines,
            stdout=subprocess.PIPE,
            env=environment,
            check=True,
            text=True,
        ).stdout
        launches: list[list[Launch]] = [[] for _ in variants]
        for line in answer.splitlines():
            words = line.split(SEPARATOR)
            launches[int(words[1])].append(_launch(words))
        return launches

    def _line(self, variant: Variant, conditions: Conditions) -> str:
        words = [variant.contender.kind, str(variant.limit), str(conditions.descriptors), str(int(variant.traced))]
        return SEPARATOR.join([*words, *variant.prefix, *variant.contender.argv(self.build, self.root)]) + "\n"


def _launch(words: list[str]) -> Launch:
    started, called, first, ended = (int(word) for word in words[2:6])
    faults, daemon_peak, launcher_peak, allocations, late = (int(word) for word in words[6:11])
    failure = words[11]
    if failure:
        return Launch(failure)

    def between(begin: int, end: int) -> float | None:
        return (end - begin) / 1000 if begin > 0 and end > 0 else None

    return Launch(
        "",
        between(called, first),
        between(called, ended),
        between(started, ended),
        faults,
        daemon_peak,
        launcher_peak,
        allocations,
        late,
    )
