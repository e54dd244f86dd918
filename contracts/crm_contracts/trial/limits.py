"""Limits that a client program has to keep, whatever it is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm_contracts.trial.model import Did


@dataclass(frozen=True)
class Limits:
    """The user's limits.

    Attributes:
        allow_duplicates: more records than after the plain run are no failure.
        heed_retry_after: to come back before the time is a failure.
        most_requests: how many requests to the operation are too many, less one; `None` for any number.
        seconds: the time limit of a run, for the message.
    """

    allow_duplicates: bool = False
    heed_retry_after: bool = False
    most_requests: int | None = None
    seconds: float = 60.0

    def cut_off(self, did: Did) -> str:
        """Say how a client ended that did not end by itself; nothing if it did."""
        if did.stopped:
            return f"still running after {self.seconds:g} s"
        return f"ended by {did.signal}" if did.signal else ""

    def overstepped(self, did: Did) -> Iterator[str]:
        """Yield what a client did too much of."""
        if not self.allow_duplicates:
            for kind, count in did.surplus.items():
                yield f"{count} more of {kind} than after the plain run"
        if self.heed_retry_after and did.hurried:
            yield f"came back before the {did.asked} s of Retry-After were over"
        if self.most_requests is not None and did.requests > self.most_requests:
            yield f"sent {did.requests} requests, more than {self.most_requests}"
