"""Detects web pages that reach a loopback port by a rebound host name, or from their own origin."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_mocks.contract import Notice
from crm_mocks.parsing.bounded_cache import bounded_cache

FOREIGN_HOST: Final = "foreign-host"
FOREIGN_ORIGIN: Final = "foreign-origin"

_AUTHORITY: Final = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::[0-9]*)?")
_ORIGIN: Final = re.compile(r"https?://(?P<authority>[^/]+)", re.IGNORECASE)
_MESSAGES: Final = {
    FOREIGN_HOST: "does not name this machine: a web page may have rebound its own name",
    FOREIGN_ORIGIN: "is not a page of this machine",
}


@bounded_cache(1024)
def is_loopback(host: str) -> bool:
    """Return whether a name or address can only refer to this machine."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


@bounded_cache(1024)
def is_loopback_authority(authority: str) -> bool:
    """Return whether a `Host` value refers to this machine, with any port."""
    parts = _AUTHORITY.fullmatch(authority.strip())
    return parts is not None and is_loopback(parts["address"] or parts["name"])


def is_loopback_origin(origin: str) -> bool:
    """Return whether an `Origin` value is a page of this machine, with any port."""
    parts = _ORIGIN.fullmatch(origin.strip())
    return parts is not None and is_loopback_authority(parts["authority"])


def foreign_notices(scope: Mapping[str, Any], headers: Mapping[str, str], own_host: str = "") -> Iterable[Notice]:
    """Return notices about a foreign Host or Origin of a request to a loopback address.

    On other addresses nothing can be said, because the host may have any name.

    Args:
        scope: ASGI scope of the request.
        headers: its headers by lower-case name.
        own_host: host and port of the public URL, which are not foreign, lower-case.
    """
    host, origin = headers.get("host"), headers.get("origin")
    if origin is None and (host is None or is_loopback_authority(host)):  # almost all requests
        return ()
    server = scope.get("server")
    if server is None or server[1] is None:
        return ()
    foreign_host = host is not None and not (is_loopback_authority(host) or _is_own(host, own_host))
    foreign_origin = origin is not None and not (is_loopback_origin(origin) or _is_own_origin(origin, own_host))
    if not (foreign_host or foreign_origin) or not is_loopback(server[0]):
        return ()
    kinds = ((FOREIGN_HOST, "host", foreign_host), (FOREIGN_ORIGIN, "origin", foreign_origin))
    return [Notice(kind, ("header", header), _MESSAGES[kind]) for kind, header, is_foreign in kinds if is_foreign]


def _is_own(host: str, own_host: str) -> bool:
    return bool(own_host) and host.lower() == own_host


def _is_own_origin(origin: str, own_host: str) -> bool:
    return bool(own_host) and origin.lower() in (f"http://{own_host}", f"https://{own_host}")
