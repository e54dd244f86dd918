"""Regular expressions of contracts: which ones can be matched in linear time."""

from __future__ import annotations

import re
from functools import lru_cache

import jsonschema_rs


@lru_cache(maxsize=4096)
def linear_pattern(pattern: str) -> str:
    """Return a pattern as the linear engine reads it; empty if it cannot, as with look-around.

    Example:
        >>> linear_pattern(r"^(?!x)")
        ''
    """
    for candidate in (_without_delimiters(pattern), pattern, _escaped_for_rust(pattern)):
        if candidate and _compiles(candidate):
            return candidate
    return ""


def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft4Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _without_delimiters(pattern: str) -> str:
    """Return a pattern written as in JavaScript, `/^…$/`, without its slashes: as it stands it would match nothing."""
    return pattern[1:-1] if pattern.startswith("/^") and pattern.endswith("$/") else ""


def _escaped_for_rust(pattern: str) -> str:
    r"""Return a pattern without what only ECMAScript knows: escapes such as `\/` and `\-`, hyphens as in `[\w-.]`."""
    escaped = re.sub(r"\\([/_@:;,=!%&'\"`~<>#-])", lambda found: re.escape(found[1]), pattern)
    return re.sub(r"(?<=\\[wdsWDS])-(?=[^\]])", r"\\-", escaped)
