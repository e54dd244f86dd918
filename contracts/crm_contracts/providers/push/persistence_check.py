"""Checks that a receiver stores what it accepts, and nothing that it refuses; responses do not show that."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from crm_contracts.judge.exchange import Exchange
from crm_mocks.vendor.sender import Push
from crm_mocks.violations import Violation

Lookup = Callable[[str], Any]
"""Returns what the receiver has stored under an id; `None` if nothing."""

_LOCATION: Final = ("receiver",)


class PatientLookup:
    """A lookup that waits for receivers which store a record after they respond."""

    _SECONDS: Final = 1.0
    _PATIENCE: Final = 3
    """Number of fruitless waits after which it waits no more."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._fruitless = 0

    def __call__(self, record: str) -> Any:
        """Look a record up once."""
        return self._lookup(record)

    def until(self, record: str, is_stored: Callable[[Any], bool]) -> Any:
        """Look a record up until it is stored as expected, for a second at most."""
        deadline = time.monotonic() + (self._SECONDS if self._fruitless < self._PATIENCE else 0.0)
        while not is_stored(stored := self._lookup(record)):
            if time.monotonic() >= deadline:
                self._fruitless += 1
                break
            time.sleep(0.05)
        return stored


class PersistenceCheck:
    """Compares what a receiver has stored before and after a request."""

    def __init__(self, lookup: Lookup | None) -> None:
        """Set up the check; without a lookup, it finds no violations."""
        self._lookup = lookup
        self._before: Any = None

    def remember(self, push: Push) -> None:
        """Look up what is stored before a request is sent."""
        if self._lookup is not None and push.record:
            self._before = self._lookup(push.record)

    def violations(self, push: Push, exchange: Exchange) -> list[Violation]:
        """Look up what is stored after a response, and return the violations."""
        if self._lookup is None or not push.record or exchange.failure:
            return []
        if 200 <= exchange.status < 300:
            return _violations_of_accepted(push, self._before, self._stored(push))
        stored = self._lookup(push.record)
        if stored != self._before:
            message = f"{push.record} was refused with {exchange.status}, but was stored or changed"
            return [Violation(_LOCATION, "refused-and-stored", message)]
        return []

    def _stored(self, push: Push) -> Any:
        """Return what is stored after an accepted request, as soon as it is as expected."""
        if isinstance(self._lookup, PatientLookup):
            return self._lookup.until(
                push.record, lambda stored: not _violations_of_accepted(push, self._before, stored)
            )
        return self._lookup(push.record) if self._lookup is not None else None


def _violations_of_accepted(push: Push, before: Any, stored: Any) -> list[Violation]:
    if stored is None:
        return [Violation(_LOCATION, "accepted-and-dropped", f"{push.record} was accepted, but is not stored")]
    if push.replaces and stored == before:
        message = f"{push.record} was accepted with changes, but is stored unchanged"
        return [Violation(_LOCATION, "accepted-and-not-replaced", message)]
    return []
