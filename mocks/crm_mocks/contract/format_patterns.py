"""Formats as patterns: the engine of the validators matches one in a tenth of the time that a function of Python takes.

Errors keep naming the format, since they come from the schema as it is written; see `SchemaValidator`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_YEAR: Final = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"
_LEAP: Final = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_LONG: Final = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
_SHORT: Final = "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
_DATE: Final = f"(?:{_YEAR}-(?:{_LONG}|{_SHORT}|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
_MINUTES: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_TIME: Final = f"{_MINUTES}:[0-5][0-9]"
_ZONED: Final = rf"{_DATE}[Tt]{_TIME}(?:\.[0-9]+)?(?:[Zz]|[+-]{_MINUTES})"
_LOCAL: Final = rf"{_DATE}T{_TIME}(?:\.[0-9]{{1,7}})?"

PATTERNS: Final[Mapping[str, str]] = {
    name: f"^(?:{pattern})$"
    for name, pattern in {
        "date": _DATE,
        "date-time": _ZONED,
        "local-date-time": _LOCAL,
        "local-date-or-date-time": f"{_DATE}|{_LOCAL}",
        "date-time-0-7": f"{_LOCAL}(?:Z|[+-]{_MINUTES})?",
        "date-time-or-empty": f"(?:{_ZONED})?",
        "uuid": "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    }.items()
}
"""Patterns of the formats of `schema.FORMATS`."""

_NAMED: Final = frozenset({"properties", "patternProperties", "dependencies", "dependentSchemas", "definitions"})
_DATA: Final = frozenset({"enum", "const", "default", "required", "dependentRequired"})


def with_patterns(node: Any) -> Any:
    """Return a schema with patterns in place of formats.

    Args:
        node: JSON schema, or a list of such.
    """
    if isinstance(node, list):
        return [with_patterns(each) for each in node]
    if not isinstance(node, dict):
        return node
    result = {keyword: _member(keyword, value) for keyword, value in node.items()}
    form = result.get("format")
    pattern = PATTERNS.get(form) if isinstance(form, str) else None
    if pattern is not None:
        del result["format"]
        result["allOf"] = [*result.get("allOf", ()), {"pattern": pattern}]
    return result


def _member(keyword: str, value: Any) -> Any:
    if keyword in _DATA:
        return value
    if keyword in _NAMED and isinstance(value, dict):
        return {name: with_patterns(inner) for name, inner in value.items()}
    return with_patterns(value)
