"""The shared object itself: its size, what it needs, its constructor, and the instructions of open() in place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile

import machine

RECORD = "tests/bench/instructions.tsv"
HEAD = """# User-space instructions of daemonctx_open() in place, with the options' defaults, as callgrind counts them.
# `./dev bench --record` writes the line of this compiler and C library, `./dev bench --check` compares (README.md).
# compiler, C library, architecture; a tab; instructions
"""


def said(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def shared_object(root: str) -> str:
    return os.path.realpath(f"{root}/build/release/c/libdaemonctx.so")


def stripped_size(path: str) -> int:
    with tempfile.TemporaryDirectory() as directory:
        return os.stat(stripped(path, directory)).st_size


def stripped(path: str, directory: str) -> str:
    copy = shutil.copy(path, directory)
    subprocess.run(["strip", "--strip-unneeded", copy], check=True)
    return copy


def needed(root: str) -> list[str]:
    return re.findall(r"\(NEEDED\).*\[(.+)\]", said("readelf", "--dynamic", "--wide", shared_object(root)))


def constructor_ns(root: str) -> float:
    return float(said(f"{root}/build/bench/programs/bin/constructor", shared_object(root)))


def instructions(root: str) -> int | None:
    """None: valgrind is not installed."""
    if shutil.which("valgrind") is None:
        return None
    with tempfile.TemporaryDirectory() as directory:
        out = f"{directory}/callgrind"
        # Bound at the start: looking up libc's functions is the linker's work, and depends on what else is loaded.
        subprocess.run(
            [
                *("valgrind", "-q", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=daemonctx_open"),
                f"--callgrind-out-file={out}",
                *(f"{root}/build/bench/programs/bin/daemonctx", "in_place"),
            ],
            env={"PATH": "/usr/bin:/bin", "LD_BIND_NOW": "1"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            check=True,
        )
        with open(out, encoding="utf-8", errors="replace") as profile:
            return int(re.findall(r"^totals: (\d+)", profile.read(), re.MULTILINE)[0])


def records(root: str) -> dict[str, int]:
    try:
        with open(f"{root}/{RECORD}", encoding="utf-8") as file:
            lines = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    except FileNotFoundError:
        return {}
    return {key: int(count) for key, count in lines}


def record(root: str) -> str:
    counted = instructions(root)
    if counted is None:
        raise SystemExit("bench: valgrind is not installed")
    kept = records(root)
    kept[machine.compiler()] = counted
    with open(f"{root}/{RECORD}", "w", encoding="utf-8") as file:
        file.write(HEAD + "".join(f"{key}\t{kept[key]}\n" for key in sorted(kept)))
    return f"{machine.compiler()}: {counted:,} instructions"
