"""Routes of the live page below the control API: its files and the one-time link, which need no token."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from crm_mocks.admin.direct_routes import query_arguments
from crm_mocks.admin.page_access import OPEN, PageAccess
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.problems import problem, problem_bytes
from crm_mocks.asgi.transport import Scope, Send, send_response
from crm_mocks.live_page.static_files import PREFIX, SECURITY_HEADERS, static_files

REDEEM: Final = "redeem page key"
"""Name of the call by which a worker asks all others for a key."""

LINKS: Final = f"{PREFIX}links"
"""Path to make another one-time link, which needs the token."""


def is_open_to_all(path: str) -> bool:
    """Return whether a path shows nothing of the mocks, so that it needs no token."""
    return path == OPEN or path in static_files()


async def serve_open_path(mock_app: MockApp, access: PageAccess, scope: Scope, url: str, send: Send) -> None:
    """Serve a path for which `is_open_to_all` holds.

    Args:
        mock_app: the mocks.
        access: keys and cookie of the page.
        scope: ASGI scope of the request.
        url: the server's URL as the client addressed it, without trailing slash.
        send: ASGI channel.
    """
    path = scope["path"]
    if scope["method"] not in ("GET", "HEAD"):
        headers, body = problem_bytes(problem(405, "this page is read-only"))
        await send_response(send, 405, [*headers, ("Allow", "GET, HEAD")], body)
        return
    if path != OPEN:
        file = static_files()[path]
        await send_response(send, 200, file.headers, b"" if scope["method"] == "HEAD" else file.content)
        return
    key = query_arguments(scope["query_string"].decode("latin-1")).get("key", "")
    if scope["method"] == "HEAD" or not await _redeem(mock_app, access, key):
        detail = "the link has been used or is too old: POST /__admin/ui/links with the token makes another"
        headers, body = problem_bytes(problem(403, detail))
        await send_response(send, 403, headers, b"" if scope["method"] == "HEAD" else body)
        return
    cookie = access.cookie(secure=url.startswith("https:"))
    home = f"{urlsplit(url).path}/"
    headers = [("Location", home), ("Set-Cookie", cookie), ("Cache-Control", "no-store"), ("Content-Length", "0")]
    await send_response(send, 303, [*headers, *SECURITY_HEADERS], b"")


async def _redeem(mock_app: MockApp, access: PageAccess, key: str) -> bool:
    """Use up a key, which one of several workers may have made; return whether it could be used."""
    if mock_app.peers is None:
        return await access.redeem_here(key)
    return any(await mock_app.peers.gather(REDEEM, key))
