"""Access control: on a loopback host foreign web pages are rejected, elsewhere a token is required."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crm_mocks.asgi.loopback import is_loopback, is_loopback_authority, is_loopback_origin


@dataclass(frozen=True, slots=True)
class AccessDenied:
    """A rejected request: the HTTP status and the reason."""

    status: int
    reason: str


def check_access(scope: Mapping[str, Any], token: str | None, *, open_to_all: bool = False) -> AccessDenied | None:
    """Return why a request is rejected, or `None` if it is allowed.

    A web page in the developer's browser can reach a loopback port by its address, or by a DNS name that is rebound to
    it. The browser then sends the page's own name as `Host` or `Origin`, so both must be loopback. Where it sends no
    origin, for example for an image, `Sec-Fetch-Site` identifies the page as cross-site.

    Args:
        scope: ASGI scope of the request.
        token: required bearer token, or `None`.
        open_to_all: the route requires no token.
    """
    server = scope.get("server")
    on_loopback = server is None or server[1] is None or is_loopback(str(server[0]))  # no port: a Unix socket
    if on_loopback:
        hosts = list(_values(scope, b"host"))
        if not hosts or not all(is_loopback_authority(host) for host in hosts):
            return AccessDenied(403, "on a loopback host, Host must be localhost or a loopback address")
        origins = list(_values(scope, b"origin"))
        if not all(is_loopback_origin(origin) for origin in origins):
            return AccessDenied(403, "on a loopback host, Origin must be absent or a loopback origin")
        if not origins and any(site.strip().lower() == "cross-site" for site in _values(scope, b"sec-fetch-site")):
            return AccessDenied(403, "on a loopback host, pages of other sites must not embed or open the control API")
    if open_to_all:
        return None
    if token is not None:
        wanted = token.encode()
        if not any(_is_bearer(value, wanted) for value in _values(scope, b"authorization")):
            return AccessDenied(401, "the control API requires its token: Authorization: Bearer <token>")
    elif not on_loopback:
        return AccessDenied(
            403, "on a host that is not loopback, the control API needs a token: start with --admin-token"
        )
    return None


def _is_bearer(authorization: str, wanted: bytes) -> bool:
    scheme, _, value = authorization.strip().partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(value.strip().encode("latin-1"), wanted)


def _values(scope: Mapping[str, Any], wanted: bytes) -> Iterable[str]:
    return (value.decode("latin-1") for name, value in scope["headers"] if name.lower() == wanted)
