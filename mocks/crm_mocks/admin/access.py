"""Access control: on a loopback host foreign web pages are rejected, elsewhere a token is required."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from crm_mocks.asgi.loopback import is_loopback, is_loopback_authority, is_loopback_origin
from crm_mocks.asgi.request_headers import header_values


class AccessDenied(msgspec.Struct, frozen=True):
    """A rejected request: the HTTP status and the reason."""

    status: int
    reason: str


def check_access(
    scope: Mapping[str, Any], token: str | None, *, public_host: str = "", open_to_all: bool = False
) -> AccessDenied | None:
    """Return why a request is rejected, or `None` if it is allowed.

    A web page in the developer's browser can reach a loopback port by its address, or by a DNS name that is rebound to
    it. The browser then sends the page's own name as `Host` or `Origin`, so both must be loopback. Where it sends no
    origin, for example for an image, `Sec-Fetch-Site` identifies the page as cross-site. No page knows the token, so
    with it any `Host` is allowed, which proxies and container networks need.

    Args:
        scope: ASGI scope of the request.
        token: required bearer token, or `None`.
        public_host: host and port of the public URL, whose pages are not foreign; empty if there is none.
        open_to_all: the route requires no token.
    """
    server = scope.get("server")
    on_loopback = server is None or server[1] is None or is_loopback(str(server[0]))  # no port: a Unix socket
    hosts = header_values(scope["headers"], b"host")
    has_token = token is not None and any(
        _is_bearer(value, token.encode()) for value in header_values(scope["headers"], b"authorization")
    )
    if on_loopback and not has_token and not (hosts and all(map(is_loopback_authority, hosts))):
        return AccessDenied(
            403,
            "on a loopback host, Host must be localhost or a loopback address, or send the token of --admin-token",
        )
    if on_loopback or has_token:
        denied = _foreign_page(scope, {public_host, *(host.strip().lower() for host in hosts if has_token)} - {""})
        if denied is not None:
            return denied
    if open_to_all or has_token:
        return None
    if token is not None:
        return AccessDenied(401, "the control API requires its token: Authorization: Bearer <token>")
    if not on_loopback:
        return AccessDenied(
            403, "on a host that is not loopback, the control API needs a token: start with --admin-token"
        )
    return None


def _foreign_page(scope: Mapping[str, Any], own_hosts: Collection[str]) -> AccessDenied | None:
    """Return why a request from a page of another site is rejected, or `None`.

    Args:
        scope: ASGI scope of the request.
        own_hosts: hosts whose pages are not foreign, in addition to loopback.
    """
    origins = header_values(scope["headers"], b"origin")
    own_origins = {f"{scheme}://{host}" for scheme in ("http", "https") for host in own_hosts}
    if not all(is_loopback_origin(origin) or origin.strip().lower() in own_origins for origin in origins):
        return AccessDenied(403, "Origin must be absent, a loopback origin, or that of the mocks")
    sites = header_values(scope["headers"], b"sec-fetch-site")
    if not origins and any(site.strip().lower() == "cross-site" for site in sites):
        return AccessDenied(403, "pages of other sites must not embed or open the control API")
    return None


def _is_bearer(authorization: str, wanted: bytes) -> bool:
    scheme, _, value = authorization.strip().partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(value.strip().encode("latin-1"), wanted)
