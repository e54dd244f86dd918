"""Use of an expired token: a mistake of the client only after a response has said that the token expired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.location import Location
from crm_mocks.request_context import RequestContext
from crm_mocks.violations import Violation

_KNOWN: Final = "end_is_known"
"""Member of a token's record: a response informed the client that the token expired."""


def expired_token_violations(
    context: RequestContext,
    kind: str,
    record: Mapping[str, Any],
    location: Location,
    *,
    renewal: str,
    basis: str,
) -> tuple[Violation, ...]:
    """Return the violation of using an expired token again; the first use violates nothing.

    The record remembers the response to the first use, provided that the client received it.

    Args:
        context: the request with the token.
        kind: kind of the token's record.
        record: the token's record.
        location: place of the token in the request, as in `Violation`.
        renewal: operation that issues a new token, for the message.
        basis: of the violation, as in `Violation`.
    """
    context.afterwards(lambda: _remember_response(context, kind, record))
    if not record.get(_KNOWN):
        return ()
    message = f"the access token has expired, as an earlier response said: {renewal} issues a new one"
    return (Violation(location, "token_expired", message, basis=basis),)


async def _remember_response(context: RequestContext, kind: str, record: Mapping[str, Any]) -> None:
    if context.response_sent:
        await context.records.put(kind, {**record, _KNOWN: True})
