"""The machine that was measured, and how much of it may be used."""

from __future__ import annotations

import os
import platform
import resource
import subprocess


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


def _field(path: str, name: str) -> str:
    for line in _read(path).splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _first_line(*command: str) -> str:
    try:
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, text=True)
    except OSError:
        return ""
    return said.stdout.partition("\n")[0]


def largest_limit() -> int:
    """Of RLIMIT_NOFILE: the hard limit, or the kernel's where this process may raise it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = int(_read("/proc/sys/fs/nr_open") or hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))
    except (OSError, ValueError):
        return hard
    return most


def free_mib() -> int:
    return int(_field("/proc/meminfo", "MemAvailable").split()[0]) // 1024


def compiler() -> str:
    """What instruction counts depend on: the compiler, the C library, the architecture."""
    libc = " ".join(platform.libc_ver())
    return f"gcc {_first_line('gcc', '-dumpfullversion')}, {libc}, {platform.machine()}"


def is_busy() -> bool:
    return os.getloadavg()[0] > 0.5 * (os.cpu_count() or 1)


def description() -> dict[str, str]:
    pages = _read("/sys/kernel/mm/transparent_hugepage/enabled")
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.machine(),
        "processors": str(os.cpu_count()),
        "memory": f"{int(_field('/proc/meminfo', 'MemTotal').split()[0]) // 1024} MiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "huge pages": pages[pages.find("[") + 1 : pages.find("]")],
        "largest RLIMIT_NOFILE": f"{largest_limit():,}",
        "built with": compiler(),
        "load at the start": f"{os.getloadavg()[0]:.1f}",
    }
