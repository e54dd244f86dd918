"""Free ports of known numbers, which tests in other workers of pytest-xdist do not take meanwhile."""

from __future__ import annotations

import os
import random
import socket
from contextlib import suppress


def own_port(first: int, end: int, *, bus: int = 0) -> int:
    """Return a free port from this worker's share of a range.

    Args:
        first: first port of the range.
        end: the port after the last.
        bus: distance to a second port that must be free too; 0 for none.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = range(first, end)[worker :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]
    for port in random.SystemRandom().sample(share, len(share)):
        with socket.socket() as probe, socket.socket() as other, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if bus:
                other.bind(("127.0.0.1", port + bus))
            return port
    raise AssertionError("no port is free")
