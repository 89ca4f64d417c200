"""Turns what Python programs give as options into what the C library takes, or refuses it with Python's exceptions."""

import math
import operator
import os
from typing import Any, Iterable, List, Optional

from .errors import refuse

INT32_MAX = 2**31 - 1
UINT32_MAX = 2**32 - 1
UINT64_MAX = 2**64 - 1


def wrong_type(option: str, value: object, expected: str) -> TypeError:
    """The exception for a value of a type that an option does not take."""
    return TypeError(f"{option} takes {expected}, not {type(value).__name__}")


def integer(option: str, value: Any, low: int = -(2**31), high: int = INT32_MAX) -> int:
    """An integer that fits into its C type: ctypes would cut it silently, and 2**32 as a uid is root."""
    try:
        number = operator.index(value)
    except TypeError:
        raise wrong_type(option, value, "an integer") from None
    if not low <= number <= high:
        refuse(option, value, f"is not between {low} and {high}")
    return number


def unsigned(option: str, value: Any) -> int:
    """As `integer()`, for uint32_t."""
    return integer(option, value, 0, UINT32_MAX)


def flag(option: str, value: Any) -> int:
    """A truth value; integers are handed on, and the library refuses all but 0 and 1."""
    return 0 if value is None else integer(option, value)


def path(option: str, value: Any) -> bytes:
    """A path from str, bytes or os.PathLike."""
    try:
        encoded = os.fsencode(value)
    except TypeError:
        raise wrong_type(option, value, "a path") from None
    return without_nul(option, encoded, value)


def text(option: str, value: Any) -> bytes:
    """A text from str or bytes."""
    if not isinstance(value, (str, bytes)):
        raise wrong_type(option, value, "a text")
    return without_nul(option, os.fsencode(value), value)


def without_nul(option: str, encoded: bytes, value: object) -> bytes:
    """What C would read to its end."""
    if b"\0" in encoded:
        raise ValueError(f"{option} {value!r} has an embedded null character")
    return encoded


def descriptor(option: str, item: Any) -> int:
    """The descriptor of a file, a socket or anything with fileno(), or an integer itself.

    A closed file raises ValueError, as its fileno() does.
    """
    fileno = getattr(item, "fileno", None)
    if callable(fileno):
        item = fileno()
    return integer(option, item)


def descriptors(option: str, items: Optional[Iterable[Any]]) -> List[int]:
    """A list of descriptors; None among the items is left out, and None itself is an empty list."""
    if items is None:
        return []
    if isinstance(items, (str, bytes)):
        raise wrong_type(option, items, "files and descriptors")
    try:
        given = list(items)
    except TypeError:
        raise wrong_type(option, items, "files and descriptors") from None
    return [descriptor(option, item) for item in given if item is not None]


def milliseconds(option: str, seconds: Any) -> int:
    """A time in seconds, None for ever, in the library's milliseconds."""
    if seconds is None:
        return -1
    try:
        value = float(seconds) * 1000
    except (TypeError, ValueError):
        raise wrong_type(option, seconds, "seconds or None") from None
    if math.isnan(value) or value > INT32_MAX:
        refuse(option, seconds, "is too long")
    # Not -1, which means for ever: a negative time is refused.
    return min(round(max(value, -(2.0**31))), -2) if value < 0 else round(value)
