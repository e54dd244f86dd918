"""The ASGI scope of a request."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.asgi.request_limits import PROBLEM
from crm_mocks.asgi.transport import EMPTY_QUERY
from crm_mocks.server.request_head import RequestHead

_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}


def request_scope(head: RequestHead, *, server: Any, client: Any, scheme: str) -> Any:
    """Return the scope of a request, with those extensions that follow from its head.

    Args:
        head: the head of the request.
        server: host and port of the server, as ASGI has them.
        client: those of the client.
        scheme: `http` or `https`.
    """
    raw_path, mark, query = head.target.partition(b"?")
    extensions: dict[str, Any] = {}
    if mark and not query:
        extensions[EMPTY_QUERY] = {}
    if head.problem is not None:
        extensions[PROBLEM] = head.problem
    return {
        "type": "http",
        "asgi": _ASGI,
        "http_version": head.version,
        "server": server,
        "client": client,
        "scheme": scheme,
        "root_path": "",
        "method": head.method.decode("ascii"),
        "path": head.path,
        "raw_path": raw_path,
        "query_string": query,
        "headers": head.headers,
        "extensions": extensions,
    }
