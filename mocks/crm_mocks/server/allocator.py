"""The allocator of the C library: large blocks go back to the system when they are freed."""

from __future__ import annotations

import asyncio
import sys
from typing import Final

_AFTER_SECONDS: Final = 1.0
"""Time after the start, which must not wait for the import of `ctypes`."""

_SIZES: Final = {
    -3: 64 * 1024,  # M_MMAP_THRESHOLD: larger blocks are mapped one by one, as pieces of long responses are
    -1: 1024 * 1024,  # M_TRIM_THRESHOLD: as much that is free at the end of the heap is kept
    -8: 2,  # M_ARENA_MAX: threads beside the event loop share their free memory
}
"""Parameters of `mallopt`, from glibc's malloc.h."""


def tune_allocator_soon() -> None:
    """Call `tune_allocator` when the running event loop has begun to serve."""
    asyncio.get_running_loop().call_later(_AFTER_SECONDS, tune_allocator)


def tune_allocator() -> None:
    """Have large blocks mapped, and unmapped when they are freed, where the C library is glibc.

    By default, glibc maps only blocks that are larger than the largest one freed before, up to 32 MiB. After a body of
    8 MiB, all others lie in the heap with small blocks between them, and what is freed cannot be given back.
    """
    if sys.platform != "linux":
        return
    try:
        import ctypes

        set_parameter = ctypes.CDLL(None).mallopt
    except (ImportError, OSError, AttributeError):  # Python without ctypes, or another C library
        return
    for parameter, size in _SIZES.items():
        set_parameter(parameter, size)
