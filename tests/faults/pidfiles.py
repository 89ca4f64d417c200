"""A pid file as another program finds it."""

from __future__ import annotations

import fcntl
import os
import struct
from dataclasses import dataclass

F_OFD_GETLK = 36  # not in every version of the fcntl module


@dataclass
class PidFile:
    """What it holds, and who holds it."""

    exists: bool = False
    content: str = ""
    mode: int = 0
    locked: bool = False
    attested: int = 0  # whom the kernel names


def _lock_on(descriptor: int, offset: int, command: int) -> tuple[int, int]:
    """(type, pid) of a lock on this byte."""
    wanted = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, offset, 1, 0)
    kind, _, _, _, pid = struct.unpack("hhqqi4x", fcntl.fcntl(descriptor, command, wanted))
    return kind, pid


def look_at_pidfile(path: str) -> PidFile:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return PidFile()
    try:
        content = os.read(descriptor, 100).decode(errors="replace")
        held, _ = _lock_on(descriptor, 0, F_OFD_GETLK)
        attested, pid = _lock_on(descriptor, 1, fcntl.F_GETLK)
        return PidFile(
            True,
            content,
            os.fstat(descriptor).st_mode & 0o7777,
            held != fcntl.F_UNLCK,
            pid if attested != fcntl.F_UNLCK else 0,
        )
    finally:
        os.close(descriptor)
