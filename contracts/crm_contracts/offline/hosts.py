"""Which hosts the mocks answer for in process, and which are let through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from crm_mocks.asgi.routing import Router
from crm_mocks.errors import UsageError
from crm_mocks.parsing.bounded_cache import bounded_cache

_PORTS: Final = {"http": 80, "https": 443}


def origin(url: str) -> str:
    """Return scheme, host and port of a URL, the port only where it is not the scheme's own."""
    return _origin(urlsplit(url))


def _origin(parts: SplitResult) -> str:
    return _origin_of(parts.scheme, parts.netloc)


@bounded_cache(256)
def _origin_of(scheme: str, netloc: str) -> str:
    parts = SplitResult(scheme, netloc, "", "", "")
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != _PORTS.get(parts.scheme) else ""
    return f"{parts.scheme}://{shown}{port}"


@dataclass
class HostRegistry:
    """Base URLs by session, and hosts that are let through.

    Attributes:
        switchboard: knows which paths are the CRMs'.
        sessions: session name by origin, and there by the path that the base URL has, if any.
        allowed: origins that real requests may go to.
    """

    router: Router
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)
    allowed: set[str] = field(default_factory=set)

    def answer_for(self, base_url: str, session: str) -> None:
        """Have requests to a base URL answered in a session.

        Raises:
            UsageError: it is no URL of HTTP.
        """
        parts = _http(base_url)
        by_path = self.sessions.setdefault(_origin(parts), {})
        by_path[parts.path.rstrip("/")] = session
        self.sessions[_origin(parts)] = dict(sorted(by_path.items(), key=lambda each: -len(each[0])))

    def allow(self, url: str) -> None:
        """Let requests to the URL's host go out.

        Raises:
            UsageError: it is no URL of HTTP.
        """
        self.allowed.add(_origin(_http(url)))

    def find(self, method: str, url: str) -> tuple[str, str] | None:
        """Return the session for a request, and its URL as the CRM has it; `None` where no base URL is meant.

        What the client has before the CRM's own path is taken off, unless the path is one of a CRM's as it is: both
        `https://host` and `https://host/v1` may be the base URL of a CRM whose paths begin with `/v1`.
        """
        parts = urlsplit(url)
        for prefix, session in self.sessions.get(_origin(parts), {}).items():
            if parts.path == prefix or parts.path.startswith(f"{prefix}/"):
                return session, self._own(method, parts, prefix)
        return None

    def own(self, method: str, url: str) -> str:
        """Return the URL as the CRM has it, of a request that a CRM gets whatever its URL.

        All before the CRM's own path is taken off, as far as it can be told.
        """
        parts = urlsplit(url)
        known = [path for path in self.sessions.get(_origin(parts), {}) if parts.path.startswith(f"{path}/")]
        return self._own(method, parts, known[0] if known else "")

    def _own(self, method: str, parts: SplitResult, prefix: str) -> str:
        if not prefix or self.router.find(method.upper(), unquote(parts.path)).vendor is not None:
            return parts.geturl()
        return parts._replace(path=parts.path[len(prefix) :] or "/").geturl()

    def is_allowed(self, url: str) -> bool:
        """Tell whether a request to the URL may go out."""
        return origin(url) in self.allowed

    def refusal(self, url: str) -> str:
        """Return what to tell a client whose request is neither answered nor let through."""
        known = ", ".join(f"{base}{path}" for base, paths in self.sessions.items() for path in paths) or "none"
        here = origin(url)
        return (
            f"crm-mocks answers for {known}, and lets no request to {here} out: "
            f"name it with at('{here}') to be answered, or with allow('{here}') to be let through"
        )


def _http(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in _PORTS and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = None
    if not sound:
        raise UsageError(f"'{url}' is no base URL: wants http:// or https:// and a host")
    return parts
