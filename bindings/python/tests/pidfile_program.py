"""Holders of a pid file: `pidfile_program.py NAME PATH`."""

import os
import sys

import observed

import daemonctx
from daemonctx import pidfile


def holds(path):
    with pidfile.PIDLockFile(path):
        observed.settle()
        observed.report("holds")
        observed.wait()


def forks(path):
    """The child lives on when the parent, whose lock it is, has ended."""
    lock = pidfile.PIDLockFile(path)
    lock.acquire()
    if os.fork() == 0:
        observed.report("child", locking=lock.i_am_locking())
        observed.wait()
    os._exit(0)


def daemon(path):
    with daemonctx.DaemonContext(pidfile=path):
        observed.settle()
        observed.report("holds")
        observed.wait()


def daemon_with_lock(path):
    with daemonctx.DaemonContext(pidfile=pidfile.TimeoutPIDLockFile(os.path.abspath(path), 5)):
        observed.settle()
        observed.report("holds")
        observed.wait()


globals()[sys.argv[1]](sys.argv[2])
