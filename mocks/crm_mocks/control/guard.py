"""Who may use the control API: on a loopback host no foreign web page, elsewhere whoever has the token."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_AUTHORITY: Final = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::[0-9]*)?")
_ORIGIN: Final = re.compile(r"https?://(?P<authority>[^/]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request may not use the control API, and the status to say so with."""

    status: int
    reason: str


def examine(scope: Mapping[str, Any], token: str | None, *, open_to_all: bool = False) -> Refused | None:
    """Return why a request is refused, or `None` if it is welcome.

    A web page in the developer's browser can reach a loopback port, by its address or by a name that it has rebound to
    it. The browser then sends the page's own name as `Host` or `Origin`, so these must be loopback's.

    Args:
        scope: ASGI's description of the request.
        token: what must be brought as `Authorization: Bearer`, or `None` if nothing need be.
        open_to_all: the route asks for no token.
    """
    server = scope.get("server")
    on_loopback = server is None or server[1] is None or is_loopback(str(server[0]))  # no port: a Unix socket
    if on_loopback:
        hosts = list(_values(scope, b"host"))
        if not hosts or not all(_is_loopback_authority(host) for host in hosts):
            return Refused(403, "on a loopback host, Host must be localhost or a loopback address")
        if not all(_is_loopback_origin(origin) for origin in _values(scope, b"origin")):
            return Refused(403, "on a loopback host, Origin must be absent or a loopback one")
    if open_to_all:
        return None
    if token is not None:
        wanted = token.encode()
        if not any(_is_bearer(value, wanted) for value in _values(scope, b"authorization")):
            return Refused(401, "the control API wants its token: Authorization: Bearer <token>")
    elif not on_loopback:
        return Refused(403, "on a host that is not loopback the control API needs a token: start with --admin-token")
    return None


def is_loopback(host: str) -> bool:
    """Tell whether a name or address can only mean this machine."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _is_loopback_authority(authority: str) -> bool:
    parts = _AUTHORITY.fullmatch(authority.strip())
    return parts is not None and is_loopback(parts["address"] or parts["name"])


def _is_loopback_origin(origin: str) -> bool:
    parts = _ORIGIN.fullmatch(origin.strip())
    return parts is not None and _is_loopback_authority(parts["authority"])


def _is_bearer(authorization: str, wanted: bytes) -> bool:
    scheme, _, value = authorization.strip().partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(value.strip().encode("latin-1"), wanted)


def _values(scope: Mapping[str, Any], wanted: bytes) -> Iterable[str]:
    return (value.decode("latin-1") for name, value in scope["headers"] if name.lower() == wanted)
