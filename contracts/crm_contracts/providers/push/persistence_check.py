"""Whether a receiver keeps what it accepts: no answer tells, so somebody else must be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.push.channels.channel import Channel, PushRequest
from crm_mocks.errors import UsageError
from crm_mocks.vendor.sender import Push
from crm_mocks.violations import Violation

Lookup = Callable[[str], Any]
"""Returns what the receiver has stored under an id, and `None` if that is nothing."""

_LOCATION: Final = ("receiver",)


class PersistenceCheck:
    """Looks at what a receiver has stored before and after a request."""

    def __init__(self, lookup: Lookup | None) -> None:
        """Take the way to look; without one, nothing is found."""
        self._lookup = lookup
        self._before: Any = None

    def before(self, push: Push) -> None:
        """Note what is stored before a request is sent."""
        if self._lookup is not None and push.record:
            self._before = self._lookup(push.record)

    def after(self, push: Push, exchange: Exchange) -> list[Violation]:
        """Return what is wrong with what is stored after a request was answered."""
        if self._lookup is None or not push.record or exchange.failure:
            return []
        stored = self._lookup(push.record)
        if 200 <= exchange.status < 300:
            return list(_of_accepted(push, self._before, stored))
        if stored != self._before:
            message = f"{push.record} was refused with {exchange.status}, and is stored or changed all the same"
            return [Violation(_LOCATION, "refused-and-stored", message)]
        return []


def _of_accepted(push: Push, before: Any, stored: Any) -> list[Violation]:
    if stored is None:
        return [Violation(_LOCATION, "accepted-and-dropped", f"{push.record} was accepted, and is not stored")]
    if push.replaces and stored == before:
        message = f"{push.record} was accepted with changes, and is stored as it was before"
        return [Violation(_LOCATION, "accepted-and-not-replaced", message)]
    return []


def lookup_by_url(template: str, channel: Channel) -> Lookup:
    """Return a lookup that asks a URL: 2xx is what is stored, 404 or 410 that nothing is.

    Args:
        template: the URL, with `{id}` where the id is to stand.
        channel: the way to it.

    Raises:
        UsageError: there is no such place in it.
    """
    if "{id}" not in template or not template.startswith(("http://", "https://")):
        raise UsageError(f"--lookup {template}: wants an http:// or https:// URL with {{id}} where the id is to stand")

    def lookup(record: str) -> Any:
        exchange = channel.send(PushRequest("GET", template.replace("{id}", record)))
        if 200 <= exchange.status < 300:
            return exchange.response_body
        if exchange.status in (404, 410):
            return None
        said = exchange.failure or f"{exchange.status}, where 2xx, 404 or 410 is wanted"
        raise UsageError(f"--lookup: {exchange.url} answers: {said}")

    return lookup
