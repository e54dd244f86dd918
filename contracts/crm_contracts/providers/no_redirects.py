"""Redirects of a provider are not followed: `httpx` reads their targets even so, and fails if one is no URL."""

from __future__ import annotations

import httpx


class ClientWithoutRedirects(httpx.AsyncClient):
    """A client that never reads the target of a redirect."""

    def _build_redirect_request(self, request: httpx.Request, _: httpx.Response) -> httpx.Request:
        return request  # kept in `response.next_request`, and never sent
