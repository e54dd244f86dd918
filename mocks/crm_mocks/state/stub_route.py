"""Requests that a stub is for: method and path, which may be a template or have wildcards."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, Final

import msgspec

from crm_mocks.errors import UsageError

ANY: Final = "*"
_METHOD: Final = re.compile(r"\*|[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}")
_MAX_LENGTH: Final = 2000
_PARAMETER: Final = re.compile(r"(?<=/)\{[^{}/*]+\}(?=/|\Z)")


class StubRoute(msgspec.Struct, frozen=True, dict=True):
    """Method and path of a stub.

    Attributes:
        method: upper-case, or `*` for any.
        path: `{name}` matches one segment, `*` any characters.

    Example:
        >>> StubRoute("GET", "/v1/leads/{id}").matches("GET", "/v1/leads/17")
        True
    """

    method: str
    path: str

    @classmethod
    def parse(cls, method: str, path: str) -> StubRoute:
        """Check method and path.

        Raises:
            UsageError: one of them is invalid.
        """
        if not _METHOD.fullmatch(method):
            raise UsageError("'method' must be an HTTP method, or * for any")
        if not path.startswith(("/", ANY)) or len(path) > _MAX_LENGTH or not path.isprintable() or "?" in path:
            raise UsageError("'path' must begin with a slash and have no query; {name} matches a segment, * anything")
        if set("{}") & set(_PARAMETER.sub("", path)):
            raise UsageError("'path': each {name} must be a whole segment, such as /leads/{id}")
        return cls(method.upper(), path)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """The path as a pattern that takes linear time: each part behind a `*` matches as early as possible."""
        first, *rest = (_segments(part) for part in self.path.split(ANY))
        if not rest:
            return re.compile(first, re.DOTALL)
        *middle, last = rest
        return re.compile(first + "".join(f"(?>.*?{part})" for part in middle) + f".*{last}", re.DOTALL)

    def matches(self, method: str, path: str) -> bool:
        """Return whether a request has this method and path."""
        return self.method in (ANY, method) and self._pattern.fullmatch(path) is not None

    def as_json(self) -> dict[str, Any]:
        """Return method and path."""
        return {"method": self.method, "path": self.path}

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _segments(text: str) -> str:
    """Return a part of a path as a pattern."""
    literals = map(re.escape, _PARAMETER.split(text))
    return "[^/]++".join(literals)
