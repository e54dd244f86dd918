"""Which hosts are mocked in process, and which may be reached for real."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from crm_mocks.asgi.routing import Router
from crm_mocks.errors import UsageError
from crm_mocks.parsing.bounded_cache import bounded_cache

_PORTS: Final = {"http": 80, "https": 443}


def origin(url: str) -> str:
    """Return scheme, host and port of a URL, without the scheme's default port."""
    return _origin(urlsplit(url))


def _origin(parts: SplitResult) -> str:
    return _normalized(f"{parts.scheme}://{parts.netloc}")


@bounded_cache(256)
def _normalized(base_url: str) -> str:
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != _PORTS.get(parts.scheme) else ""
    return f"{parts.scheme}://{shown}{port}"


class HostRegistry(msgspec.Struct):
    """Mocked base URLs with their sessions, and hosts that may be reached for real.

    Attributes:
        router: knows the paths of the CRMs.
        sessions: session name by origin and path prefix of the base URL, longest prefix first.
        allowed: origins that may be reached for real.
        enclosing: hosts of mocks that were patched in before these, such as those of a session-scoped fixture.
    """

    router: Router
    sessions: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    allowed: set[str] = msgspec.field(default_factory=set)
    enclosing: HostRegistry | None = None

    def mock(self, base_url: str, session: str) -> None:
        """Mock a base URL in a session.

        Raises:
            UsageError: it is not an HTTP URL.
        """
        parts = _http(base_url)
        by_path = self.sessions.setdefault(_origin(parts), {})
        by_path[parts.path.rstrip("/")] = session
        self.sessions[_origin(parts)] = dict(sorted(by_path.items(), key=lambda each: -len(each[0])))

    def allow(self, url: str) -> None:
        """Allow real requests to the URL's host.

        Raises:
            UsageError: it is not an HTTP URL.
        """
        self.allowed.add(_origin(_http(url)))

    def find(self, method: str, url: str) -> tuple[str, str] | None:
        """Return the session of a request and its URL at the CRM, or `None` if no base URL matches.

        The prefix of the base URL is removed unless the CRM has the whole path: both `https://host` and
        `https://host/v1` may be the base URL of a CRM whose paths begin with `/v1`.
        """
        parts = urlsplit(url)
        for prefix, session in self.sessions.get(_origin(parts), {}).items():
            if parts.path == prefix or parts.path.startswith(f"{prefix}/"):
                return session, self._url_at_crm(method, parts, prefix)
        return self.enclosing.find(method, url) if self.enclosing is not None else None

    def strip_prefix(self, method: str, url: str) -> str:
        """Return the URL at the CRM for a request that is mocked whatever its host."""
        parts = urlsplit(url)
        known = [path for path in self.sessions.get(_origin(parts), {}) if parts.path.startswith(f"{path}/")]
        return self._url_at_crm(method, parts, known[0] if known else "")

    def _url_at_crm(self, method: str, parts: SplitResult, prefix: str) -> str:
        if not prefix or self.router.find(method.upper(), unquote(parts.path)).vendor is not None:
            return parts.geturl()
        return parts._replace(path=parts.path[len(prefix) :] or "/").geturl()

    def is_allowed(self, url: str) -> bool:
        """Return whether a real request to the URL is allowed."""
        return origin(url) in self.allowed or (self.enclosing is not None and self.enclosing.is_allowed(url))

    def refusal(self, url: str) -> str:
        """Return the error message for a request that is neither mocked nor allowed."""
        known = ", ".join(f"{base}{path}" for base, paths in self.sessions.items() for path in paths) or "none"
        here = origin(url)
        return (
            f"crm-mocks mocks {known} and blocks requests to {here}: "
            f"mock it with at('{here}'), or allow real requests with allow('{here}')"
        )


def _http(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_base_url = parts.scheme in _PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_base_url = False
    if not is_base_url:
        raise UsageError(f"'{url}' is not a base URL: expected http:// or https:// and a host")
    return parts
