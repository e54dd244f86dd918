"""Where a provider is, and how requests get there."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import requests

from crm_mocks.errors import UsageError


def base_url(url: str, option: str = "--url", instead: str = "give them with --credential or --credentials") -> str:
    """Return a provider's URL without a slash at its end.

    Args:
        url: as the user wrote it.
        option: by which it was given.
        instead: what to do with credentials that stand in it.

    Raises:
        UsageError: it is none. The message does not repeat it, since it may hold credentials.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not url.isprintable() or " " in url:
        raise UsageError(f"{option} wants an http:// or https:// URL with a host")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{option} must not have credentials in it: {instead}")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise UsageError(f"{option} must end with its path: the contract's paths are put behind it")
    return url.rstrip("/")


def session(url: str, ca_file: Path | None) -> requests.Session:
    """Return a session that brings no credentials of its own, and uses no proxy for this machine.

    Args:
        url: that it is for.
        ca_file: authorities to trust in place of the usual ones.
    """
    made = requests.Session()
    made.auth = _Nobody()
    if ca_file is not None:
        made.verify = str(ca_file)
    if is_loopback(url):
        made.trust_env = False
    elif ca_file is None:
        made.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    return made


class _Nobody(requests.auth.AuthBase):
    """Adds no credentials: `requests` would look for some in .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def is_loopback(url: str) -> bool:
    """Tell whether a URL is of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
