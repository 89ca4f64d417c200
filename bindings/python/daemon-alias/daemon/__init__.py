"""`import daemon` for programs written for python-daemon: what they use of it, by daemonctx.

Not to be installed beside python-daemon, which has the same name.
"""

from . import daemon, pidfile
from .daemon import DaemonContext

__all__ = ["DaemonContext", "daemon", "pidfile"]
