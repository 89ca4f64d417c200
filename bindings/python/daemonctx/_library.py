"""Finds and loads the C library, and declares its functions.

Two handles of one library: through `held` a call keeps the interpreter lock, through `released` it gives it up. Every
call that forks, or that runs Python in the forked process, goes through `held`: a child must not be born with a lock
that nobody in it can give back. Calls that only wait go through `released`.
"""

import ctypes
import os
import sys
from typing import Any, Tuple

from . import _abi

SONAME = "libdaemonctx.so.1"
#: Names the shared object to load, if it is not where the system looks.
VARIABLE = "DAEMONCTX_LIBRARY"


def _declared(library: Any) -> Any:
    for name, (result, parameters) in _abi.PROTOTYPES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = parameters
    return library


def _load() -> Tuple[Any, Any]:
    named = None if sys.flags.ignore_environment else os.environ.get(VARIABLE)
    path = named or SONAME
    try:
        held = ctypes.PyDLL(path)
        released = ctypes.CDLL(path, use_errno=True)
    except OSError as failed:
        raise ImportError(
            f"cannot load {path}: {failed}; install libdaemonctx, or name the shared object in {VARIABLE}"
        ) from failed
    try:
        return _declared(held), _declared(released)
    except AttributeError as missing:
        raise ImportError(f"{path} is older than this package: {missing}") from missing


held, released = _load()
