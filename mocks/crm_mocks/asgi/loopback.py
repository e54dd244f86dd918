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


def is_loopback_authority(authority: str) -> bool:
    """Return whether a `Host` value refers to this machine, with any port."""
    parts = _AUTHORITY.fullmatch(authority.strip())
    return parts is not None and is_loopback(parts["address"] or parts["name"])


def is_loopback_origin(origin: str) -> bool:
    """Return whether an `Origin` value is a page of this machine, with any port."""
    parts = _ORIGIN.fullmatch(origin.strip())
    return parts is not None and is_loopback_authority(parts["authority"])


def foreign_notices(scope: Mapping[str, Any], own_host: str = "") -> Iterable[Notice]:
    """Return notices about a foreign Host or Origin of a request to a loopback address.

    On other addresses nothing can be said, because the host may have any name.

    Args:
        scope: ASGI scope of the request.
        own_host: host and port of the public URL, which are not foreign, lower-case.
    """
    server = scope.get("server")
    if server is None or server[1] is None:
        return ()
    hosts: tuple[bytes, ...] = ()
    origins: tuple[bytes, ...] = ()
    for name, value in scope["headers"]:
        if name == b"host":
            hosts += (value,)
        elif name == b"origin":
            origins += (value,)
    return _foreign(server[0], hosts, origins, own_host.encode())


@bounded_cache(1024)
def _foreign(server: str, hosts: tuple[bytes, ...], origins: tuple[bytes, ...], own_host: bytes) -> tuple[Notice, ...]:
    if not is_loopback(server):
        return ()
    found = []
    if not all(
        is_loopback_authority(each.decode("latin-1")) for each in hosts if each.lower() != own_host or not own_host
    ):
        found.append(Notice(FOREIGN_HOST, ("header", "host"), _MESSAGES[FOREIGN_HOST]))
    own_origins = (b"http://" + own_host, b"https://" + own_host)
    if not all(is_loopback_origin(each.decode("latin-1")) for each in origins if each.lower() not in own_origins):
        found.append(Notice(FOREIGN_ORIGIN, ("header", "origin"), _MESSAGES[FOREIGN_ORIGIN]))
    return tuple(found)
