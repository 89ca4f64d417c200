"""errnos.tsv: which errors a system call is made to fail with."""

from __future__ import annotations

import errno
import os

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "errnos.tsv")


def read_table() -> dict[str, list[str]]:
    """Call -> names of errors."""
    table: dict[str, list[str]] = {}
    with open(TABLE, encoding="ascii") as rows:
        for row in rows:
            if row.startswith("#"):
                continue
            call, _page, since, names = row.rstrip("\n").split("\t")
            table[call] = [] if names == "-" else names.split()
            if since != "-" and "ENOSYS" not in table[call]:
                table[call].append("ENOSYS")
    return table


def number_of(name: str) -> int:
    return int(getattr(errno, name))
