"""The exceptions of the package lockfile, the same names in the same tree, for programs without that package."""


class Error(Exception):
    """Base of the exceptions of lock files."""


class LockError(Error):
    """A lock could not be had."""


class LockTimeout(LockError):
    """A lock could not be had within the time given."""


class AlreadyLocked(LockError):
    """Another process has the lock."""


class LockFailed(LockError):
    """The lock's file could not be made."""


class UnlockError(Error):
    """A lock could not be given back."""


class NotLocked(UnlockError):
    """The lock to give back is held by nobody."""


class NotMyLock(UnlockError):
    """The lock to give back is held by another process."""
