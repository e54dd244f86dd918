"""The URL of a provider, and sessions for requests to it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import requests

from crm_contracts.providers.url import provider_url
from crm_contracts.providers.verify.redirect_targets import no_target
from crm_mocks.asgi.loopback import is_loopback
from crm_mocks.errors import UsageError


def base_url(url: str, option: str = "--url", instead: str = "use --credential or --credentials") -> str:
    """Return a provider's base URL without a trailing slash.

    Args:
        url: from the command line.
        option: its name, for messages.
        instead: what to do instead of putting credentials into the URL.

    Raises:
        UsageError: the URL is invalid. The message does not repeat it, since it may contain credentials.
    """
    parts = provider_url(url, option, instead)
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise UsageError(f"{option} must not have a query or fragment: the contract's paths are appended to it")
    return url.rstrip("/")


def without_server_path(url: str, server_path: str) -> str:
    """Return a base URL without the base path of a supplied contract's `servers`, which belongs to its paths.

    Example:
        >>> without_server_path("https://crm.example.com/tenants/7/api/v2", "/api/v2")
        'https://crm.example.com/tenants/7'

    Args:
        url: base URL without trailing slash.
        server_path: the base path; empty if there is none.
    """
    return url.removesuffix(server_path) if urlsplit(url).path.endswith(server_path) else url


def new_session(url: str, ca_file: Path | None) -> requests.Session:
    """Return a session without credentials from .netrc, redirects, and a proxy for loopback addresses.

    Args:
        url: that requests are sent to.
        ca_file: certificate authorities to trust instead of the default ones.
    """
    session = requests.Session()
    session.auth = _NoCredentials()
    setattr(session, "get_redirect_target", no_target)  # noqa: B010  # type checkers reject a plain assignment
    session.verify = True if ca_file is None else str(ca_file)
    session.trust_env = not is_loopback(urlsplit(url).hostname or "")
    return session


class _NoCredentials(requests.auth.AuthBase):
    """Authentication that adds nothing; without it, `requests` reads .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request
