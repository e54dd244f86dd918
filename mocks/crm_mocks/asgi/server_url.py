"""The URL of the server as clients address it: by Host, by `--public-url`, and below `--base-path`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from crm_mocks.asgi.transport import Scope
from crm_mocks.errors import UsageError
from crm_mocks.parsing.bounded_cache import bounded_cache

_HOST: Final = re.compile(r"[A-Za-z0-9.:\[\]_-]+")
_PUBLIC: Final = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?", re.I
)
_BASE_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._-][A-Za-z0-9._~-]*)*/?")
_PORT: Final = re.compile(r"(?::[0-9]*)?\Z")
_RESERVED: Final = ("/__admin", "/openapi")


class ServerUrl:
    """URLs of the server for links.

    Attributes:
        public_url: the URL that `--public-url` states, without trailing slash; empty if none.
        base_path: path prefix of all paths, without trailing slash; empty if none.
        public_host: host and port of the public URL, lower-case; empty if there is none.
    """

    def __init__(self, public_url: str | None, base_path: str | None, paths: Iterable[str]) -> None:
        """Check the options.

        Args:
            public_url: option of this name; its path is the base path unless that is given.
            base_path: option of this name.
            paths: paths of all operations, of which the base path must not be a prefix.

        Raises:
            UsageError: an option is invalid.
        """
        self.public_url = _checked_url(public_url) if public_url is not None else ""
        self.public_host = urlsplit(self.public_url).netloc.lower()
        self.base_path = _checked_path(urlsplit(self.public_url).path if base_path is None else base_path)
        taken = [each for each in (*_RESERVED, *paths) if _is_below(self.base_path, each)] if self.base_path else []
        if taken:
            raise UsageError(
                f"--base-path {self.base_path}: the mocks serve {taken[0]} themselves: choose another prefix"
            )

    @property
    def is_routed(self) -> bool:
        """Whether a proxy forwards one URL to this server, so that its other ports cannot be reached."""
        return bool(self.public_url or self.base_path)

    def of(self, scope: Scope, host: str) -> str:
        """Return the server's URL as the client addressed it, without trailing slash.

        Args:
            scope: ASGI scope of the request.
            host: value of its Host header; may be empty.
        """
        if self.public_url:
            return self._with_base_path(self.public_url)
        server = scope.get("server") or ("127.0.0.1", 80)
        return _url(scope.get("scheme", "http"), host, f"{server[0]}:{server[1]}") + self.base_path

    def announced(self, url: str) -> str:
        """Return the URL for clients that have not sent a request yet, such as readers of the ready file.

        Args:
            url: URL of the listening socket.
        """
        return self._with_base_path(self.public_url or url)

    def _with_base_path(self, url: str) -> str:
        return url if urlsplit(url).path else f"{url}{self.base_path}"

    def without_base_path(self, scope: Scope) -> Scope:
        """Return the scope with the base path removed from its path, if it is there: a proxy may have removed it."""
        path: str = scope["path"]
        if not self.base_path or not _is_below(self.base_path, path):
            return scope
        return {**scope, "path": path[len(self.base_path) :] or "/"}


def at_port(url: str, port: int) -> str:
    """Return a URL without path at another port.

    Example:
        >>> at_port("http://crm.test:4010", 4011)
        'http://crm.test:4011'
    """
    return _PORT.sub(f":{port}", url, count=1)


def _is_below(base: str, path: str) -> bool:
    return path == base or path.startswith(f"{base}/")


def _checked_url(url: str) -> str:
    if not _PUBLIC.fullmatch(url) or _has_bad_port(url):
        raise UsageError(f"--public-url {url}: must be http:// or https:// with host, and optionally port and path")
    return url.rstrip("/")


def _has_bad_port(url: str) -> bool:
    try:
        return urlsplit(url).port == 0
    except ValueError:
        return True


def _checked_path(path: str) -> str:
    if not _BASE_PATH.fullmatch(path):
        raise UsageError(f"--base-path {path}: must begin with a slash, such as /crm, and have no ~ after a slash")
    return path.rstrip("/")


@bounded_cache(256)
def _url(scheme: str, host: str, fallback: str) -> str:
    """Return the URL of a server, with the client's Host value if that is valid."""
    return f"{scheme}://{host if _HOST.fullmatch(host) else fallback}"
