"""Requests that `requests` sends on a connection of their own; see `crm_contracts.providers.own_connections`."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

_cert_verify = HTTPAdapter.cert_verify


def send_alone(
    adapter: HTTPAdapter, send: Callable[..., requests.Response], request: Any, options: dict[str, Any]
) -> requests.Response:
    """Send a prepared request on a new connection, which is not used again.

    Args:
        adapter: of the session; its idle connections are closed.
        send: of the adapter.
        request: is not changed.
        options: of `send`.
    """
    adapter.close()
    alone = request.copy()
    alone.headers["Connection"] = "close"  # RFC 9112, section 9.3
    response = send(alone, **options)
    response.request = request
    return response


def never_resend() -> None:
    """Have schemathesis send each request once: it would repeat those whose connection it takes for a used one."""
    from schemathesis.transport import requests as transport

    setattr(transport, "_request_resending_on_dropped_connection", transport._request)  # noqa: B010, SLF001  # no option for it


def share_tls_contexts() -> None:
    """Have connections of this process share TLS contexts: urllib3 would read the authorities for each connection."""
    setattr(HTTPAdapter, "cert_verify", _verify_with_shared_context)  # noqa: B010  # type checkers reject a plain assignment


def _verify_with_shared_context(adapter: HTTPAdapter, pool: Any, url: str, verify: Any, cert: Any) -> None:
    _cert_verify(adapter, pool, url, verify, cert)
    if not isinstance(pool, HTTPSConnectionPool) or not (pool.ca_certs or pool.ca_cert_dir):
        return
    with suppress(ssl.SSLError):  # urllib3 raises it too, as part of the request
        pool.conn_kw["ssl_context"] = _context(pool.ca_certs, pool.ca_cert_dir)
        pool.ca_certs = pool.ca_cert_dir = None


@cache
def _context(file: str | None, folder: str | None) -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_verify_locations(file, folder)
    return context
