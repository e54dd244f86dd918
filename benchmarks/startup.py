"""Time from command to first answer, and memory then: rounds in which the servers take turns, all cores theirs."""

from __future__ import annotations

from benchmarks.servers import Server, running


def once(server: Server) -> tuple[float, float]:
    """Start a server; return the seconds to its first answer, and its resident megabytes then."""
    with running(server) as alive:
        return alive.first_answer, alive.megabytes()
