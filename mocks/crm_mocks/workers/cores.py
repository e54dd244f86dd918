"""How many workers this machine can use; cheap to import."""

from __future__ import annotations

import os
from typing import Final

MOST_WORKERS: Final = 64
IS_SUPPORTED: Final = hasattr(os, "fork")
"""Whether the system can fork, and so pass connections between processes."""


def core_count() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
