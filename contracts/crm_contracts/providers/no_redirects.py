"""Redirects of a provider are not followed: `httpx` reads their targets even so, and fails if one is no URL."""

from __future__ import annotations

import httpx


class FinalResponse(httpx.Response):
    """A response that is no redirect to `httpx`, wherever it leads."""

    @property
    def has_redirect_location(self) -> bool:
        """Whether the client should look for another request: no."""
        return False


async def make_final(response: httpx.Response) -> None:
    """Have `httpx` leave the target of a redirect alone; a hook of clients for responses.

    Example:
        >>> client = httpx.AsyncClient(event_hooks={"response": [make_final]})
    """
    response.__class__ = FinalResponse
