"""The names of python-daemon's module `daemon.pidfile`."""

from daemonctx.pidfile import PIDLockFile, TimeoutPIDLockFile

__all__ = ["PIDLockFile", "TimeoutPIDLockFile"]
