"""The files of the live page, and the headers with which they are served."""

from __future__ import annotations

import hashlib
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final

import msgspec

PREFIX: Final = "/__admin/ui/"
"""Path of the files of the page. Behind it stands the digest of all files, so that browsers may keep them forever."""

_FOLDER: Final = Path(__file__).with_name("static")
_INDEX: Final = "index.html"
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
SECURITY_HEADERS: Final = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""Headers of the page and of its files."""


class StaticFile(msgspec.Struct, frozen=True):
    """A file of the page."""

    content: bytes
    media_type: str

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Headers of the response."""
        return [
            ("Content-Type", self.media_type),
            ("Content-Length", str(len(self.content))),
            ("Cache-Control", "public, max-age=31536000, immutable"),
            *SECURITY_HEADERS,
        ]


@cache
def static_files() -> dict[str, StaticFile]:
    """Return the files by path on the server."""
    contents = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES}
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(b"%s %d " % (name.encode(), len(content)) + content)
    folder = f"{PREFIX}{digest.hexdigest()[:16]}/"
    return {
        f"{folder}{name}": StaticFile(content, _MEDIA_TYPES[Path(name).suffix]) for name, content in contents.items()
    }


def live_page(root: str, session: str, without_script: str) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and content of the page.

    Args:
        root: path of the server's root as the browser addresses it, without trailing slash.
        session: session that the page shows first.
        without_script: HTML for browsers that run no scripts.
    """
    folder = next(iter(static_files())).rpartition("/")[0]
    content = _index().substitute(
        files=escape(f"{root}{folder}"), root=escape(root), session=escape(session), without_script=without_script
    )
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"), *SECURITY_HEADERS]
    return headers, content.encode()


@cache
def _index() -> Template:
    return Template((_FOLDER / _INDEX).read_text("utf-8"))
