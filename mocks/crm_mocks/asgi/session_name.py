"""The session that a request names by its URL prefix or header."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

ADMIN: Final = "/__admin"
SESSION_HEADER: Final = b"x-mock-session"
SESSION_PREFIX: Final = "/~"


def named_session(path: str, headers: Iterable[tuple[bytes, bytes]]) -> tuple[str | None, str, str]:
    """Return the name of the session, or `None` if the request names none, the prefix, and the path without prefix.

    Args:
        path: decoded path without base path.
        headers: headers with lower-case names.
    """
    if path.startswith(SESSION_PREFIX):
        name, slash, rest = path[2:].partition("/")
        return name, f"/~{name}", slash + rest
    for header, value in headers:
        if header == SESSION_HEADER:
            return value.decode("latin-1"), "", path
    return None, "", path


def is_admin(path: str) -> bool:
    """Return whether a path belongs to the control API."""
    return path.startswith(ADMIN) and path[len(ADMIN) :][:1] in ("", "/")
