"""Checks that a receiver stores what it accepts, and nothing that it refuses; responses do not show that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.push.channels.channel import Channel, PushRequest
from crm_mocks.errors import UsageError
from crm_mocks.vendor.sender import Push
from crm_mocks.violations import Violation

Lookup = Callable[[str], Any]
"""Returns what the receiver has stored under an id; `None` if nothing."""

_LOCATION: Final = ("receiver",)


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
        stored = self._lookup(push.record)
        if 200 <= exchange.status < 300:
            return list(_violations_of_accepted(push, self._before, stored))
        if stored != self._before:
            message = f"{push.record} was refused with {exchange.status}, but was stored or changed"
            return [Violation(_LOCATION, "refused-and-stored", message)]
        return []


def _violations_of_accepted(push: Push, before: Any, stored: Any) -> list[Violation]:
    if stored is None:
        return [Violation(_LOCATION, "accepted-and-dropped", f"{push.record} was accepted, but is not stored")]
    if push.replaces and stored == before:
        message = f"{push.record} was accepted with changes, but is stored unchanged"
        return [Violation(_LOCATION, "accepted-and-not-replaced", message)]
    return []


def lookup_by_url(template: str, channel: Channel) -> Lookup:
    """Return a lookup by URL: the body of a 2xx response is what is stored, 404 or 410 means nothing is.

    Args:
        template: the URL, with `{id}` as placeholder for the id.
        channel: sends the requests.

    Raises:
        UsageError: the template is not a URL with `{id}`.
    """
    if "{id}" not in template or not template.startswith(("http://", "https://")):
        raise UsageError(f"--lookup {template}: must be an http:// or https:// URL with the placeholder {{id}}")

    def lookup(record: str) -> Any:
        exchange = channel.send(PushRequest("GET", template.replace("{id}", record)))
        if 200 <= exchange.status < 300:
            return exchange.response_body
        if exchange.status in (404, 410):
            return None
        problem = exchange.failure or f"responded with {exchange.status}, expected 2xx, 404 or 410"
        raise UsageError(f"--lookup: {exchange.url}: {problem}")

    return lookup
