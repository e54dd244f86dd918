"""The scope with which the gateway calls the Flask application."""

from __future__ import annotations

from typing import Final

from crm_mocks.admin.direct_routes import query_string
from crm_mocks.asgi.session_name import SESSION_HEADER
from crm_mocks.asgi.transport import Scope

BASE_URL_HEADER: Final = "x-crm-mocks-base-url"
"""The server's URL as the client addressed it. Set here, never taken from a client."""


def wsgi_scope(scope: Scope, body: bytes, base_url: str, session: str | None) -> Scope:
    """Return a scope in a form suited to WSGI: ASCII query, one value per header, actual body length.

    Args:
        scope: ASGI scope of the request.
        body: its body.
        base_url: the server's URL as the client addressed it.
        session: session of the request by header or port, or `None`.
    """
    headers = {name.lower(): value for name, value in scope["headers"] if b"_" not in name}
    headers.pop(b"transfer-encoding", None)
    headers[b"content-length"] = b"%d" % len(body)
    headers[BASE_URL_HEADER.encode()] = base_url.encode("latin-1", "replace")
    headers[b"host"] = b"localhost"  # already checked; werkzeug rejects some characters that are valid in URLs
    if session is not None:
        headers[SESSION_HEADER] = session.encode("latin-1")
    return {
        **scope,
        "path": scope["path"].encode("utf-8", "replace").decode(),
        "root_path": "",
        "query_string": query_string(scope).encode("ascii"),
        "http_version": scope.get("http_version", "1.1"),
        "headers": list(headers.items()),
    }
