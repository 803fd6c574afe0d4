"""How a process that runs flows holds its memory, and how it looks for reference cycles."""

import contextlib
import ctypes
import gc

_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""


def share_heap() -> None:
    """One heap of the C library for all threads. It would give each a heap of its own so that they need not wait for each
    other, which Python's own lock has them do anyway; ten half empty ones are 5 MB. To be called before there are threads.
    Where there is no such setting (not glibc), nothing happens."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Free pages in the middle of the C library's heap go back to the machine. Where there is no such call (not glibc), nothing
    happens."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def collect_seldom() -> None:
    """Nearly all that a flow makes is gone without cycles; looking for some after every 700 new objects, as Python does, takes a
    sixteenth of a busy worker's time. What is there at the start stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
