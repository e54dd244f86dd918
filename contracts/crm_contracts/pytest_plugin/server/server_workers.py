"""The number of workers of a test run's server."""

from __future__ import annotations

import os
from typing import Final

from crm_mocks.workers.cores import IS_SUPPORTED, MOST_WORKERS, core_count

_XDIST_COUNT: Final = "PYTEST_XDIST_WORKER_COUNT"


def server_workers(chosen: int | None) -> int:
    """Return the number of workers.

    Measured, a test takes a little more of the processor in pytest than in the mocks. So one worker of the mocks is
    enough for two workers of pytest-xdist, and more are of use only if there are cores for all of them.

    Args:
        chosen: the number that the ini file states, or `None` for what helps.
    """
    if chosen is not None:
        return chosen
    if not IS_SUPPORTED:
        return 1
    return min(max(1, min(_xdist_workers(), core_count()) // 2), MOST_WORKERS)


def _xdist_workers() -> int:
    try:
        return int(os.environ.get(_XDIST_COUNT, "1"))
    except ValueError:
        return 1
