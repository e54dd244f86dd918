"""Each request to a provider or receiver has a connection of its own.

A server may close an idle connection at any time (RFC 9112, section 9.5), even as the next request is sent on it. That
request would get no response from a server that did nothing wrong, and sending it again could repeat its effect.
"""

from __future__ import annotations

from typing import Any, Final

import httpx

from crm_contracts.providers.no_redirects import make_final

_MAX_CONNECTIONS: Final = 100


def client_options(max_connections: int | None = _MAX_CONNECTIONS) -> dict[str, Any]:
    """Return the options of an `httpx.AsyncClient` that uses no connection twice, and follows no redirect.

    Args:
        max_connections: open at a time; `None` for any number.
    """
    return {
        "limits": httpx.Limits(max_connections=max_connections, max_keepalive_connections=0),
        "event_hooks": {"request": [_announce], "response": [make_final]},
    }


async def _announce(request: httpx.Request) -> None:
    """Say that the connection is not used again, as RFC 9112, section 9.3, requires."""
    request.headers["Connection"] = "close"
