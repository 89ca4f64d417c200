"""What each contender brings along: bytes in files, and what each process that loads it has to write."""

from __future__ import annotations

import os
import re
import sys
import tempfile

import library
import table
from contenders import named

KIB = 1024
PARTS = {
    "code": r"\.(text|init|fini|plt.*)",
    "texts and tables": r"\.(rodata|data.*|init_array|fini_array)",
    "tables for unwinding": r"\.eh_frame.*",
    "names and relocations for the loader": r"\.(dyn.*|gnu\.(hash|version.*)|rela?.*|got.*)",
}
# In a process of its own: the pages of a library that are not the file's any more, once all is bound.
WRITTEN = """
import ctypes, os, sys
path = os.path.realpath(sys.argv[1])
ctypes.CDLL(path, mode=os.RTLD_NOW)
written, ours = 0, False
for line in open("/proc/self/smaps", encoding="utf-8"):
    words = line.split()
    if not words[0].endswith(":"):
        ours = words[-1] == path
    elif ours and words[0] == "Private_Dirty:":
        written += int(words[1])
print(written)
"""
MODULES = """
import importlib.metadata as metadata
files = [file for name in ("python-daemon", "lockfile") for file in metadata.files(name)]
print(sum(file.locate().stat().st_size for file in files if file.suffix == ".py"))
"""


def _shared(name: str, path: str) -> list[str]:
    written = library.said(sys.executable, "-c", WRITTEN, path).strip()
    relocated = len(re.findall("R_[A-Z0-9_]+", library.said("readelf", "--relocs", "--wide", path)))
    return [name, "a shared object", f"{library.stripped_size(path) / KIB:.1f}", str(relocated), written]


def _modules(python: str) -> list[str]:
    size = int(library.said(python, "-c", MODULES)) / KIB
    return ["python-daemon", "its modules and lockfile's; Python itself", f"{size:.1f}", "-", "-"]


def _program(name: str, path: str, what: str) -> list[str]:
    return [name, what, f"{library.stripped_size(path) / KIB:.1f}", "-", "-"]


def weights(build: str, root: str, available: list[str]) -> table.Rows:
    def program(name: str) -> str:
        return named(name).argv(build, root)[0]

    rows = [["contender", "what it is", "KiB in files", "relocations", "KiB written at load"]]
    rows.append(_shared("daemonctx", library.shared_object(root)))
    if "libdaemon" in available:
        found = re.search(r"=> (/\S*libdaemon\.so\S*)", library.said("ldd", program("libdaemon")))
        rows += [_shared("libdaemon", found[1])] if found else []
    if "python-daemon" in available:
        rows.append(_modules(program("python-daemon")))
    for name in ("sevlyar/go-daemon", "daemonize (Rust)"):
        if name in available:
            rows.append(_program(name, program(name), "a program that has it, with the language's own library"))
    for name in ("start-stop-daemon", "daemon (libslack)"):
        if name in available:
            rows.append(_program(name, program(name), "a command"))
    return rows


def composition(root: str) -> table.Rows:
    """What the stripped shared object consists of."""
    with tempfile.TemporaryDirectory() as directory:
        copy = library.stripped(library.shared_object(root), directory)
        whole = os.stat(copy).st_size
        sections = re.findall(r"^(\.\S+) +(\d+)", library.said("size", "-A", copy), re.MULTILINE)
    sizes = {
        part: sum(int(size) for name, size in sections if re.fullmatch(form, name)) for part, form in PARTS.items()
    }
    sizes["headers, and what fills up pages"] = whole - sum(sizes.values())
    return [["part of libdaemonctx.so", "KiB"]] + [[part, f"{size / KIB:.1f}"] for part, size in sizes.items()]
