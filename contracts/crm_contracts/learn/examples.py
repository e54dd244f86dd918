"""Examples from recorded bodies, without credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from crm_contracts.learn.bodies import Body, Kind
from crm_contracts.learn.forms import form_value
from crm_contracts.learn.names import words
from crm_contracts.learn.openapi_schema import GUESS
from crm_contracts.learn.shapes import schema_of

_MAX_ITEMS: Final = 3
_MAX_VALUES: Final = 1000
_MAX_EXAMPLES: Final = 8
_CODES: Final = ("code", "error_code", "errorCode", "error", "type", "status", "message")
"""Members that distinguish errors, likeliest first."""

_CODE: Final = re.compile(r"[\w .:/-]{1,60}")


def examples(bodies: Iterable[tuple[Body, Body | None]], schema: dict[str, Any], *, is_error: bool) -> dict[str, Any]:
    """Return the members `example` or `examples` of a media type; empty if no body can be shown.

    An error has an example per code. Long lists are cut.

    Args:
        bodies: bodies as recorded, each with its redacted form.
        schema: schema of the media type.
        is_error: they are error responses.
    """
    shown: dict[str, Any] = {}
    for body, redacted in bodies:
        value = _example(body, redacted, schema)
        if value is None:
            continue
        key = _code(value) if is_error else ""
        if key not in shown or _size(value) > _size(shown[key]):
            shown[key] = value
    if len(shown) < 2:
        return {"example": next(iter(shown.values()))} if shown else {}
    return {
        "examples": {
            "_".join(words(key)) or "other": {"value": value} for key, value in list(shown.items())[:_MAX_EXAMPLES]
        }
    }


def _example(body: Body, redacted: Body | None, schema: dict[str, Any]) -> Any:
    """Return the example of a body, or `None` if redaction has changed its type."""
    if redacted is None or redacted.kind is not body.kind:
        return None
    if body.kind is Kind.FORM:
        return form_value(redacted, schema)
    if body.kind is not Kind.JSON or _size(value := _cut(redacted.value)) > _MAX_VALUES:
        return None
    return value if _plain(schema_of([_cut(body.value)])) == _plain(schema_of([value])) else None


def _cut(value: Any) -> Any:
    """Return a value with at most a few items per list."""
    if isinstance(value, dict):
        return {name: _cut(inner) for name, inner in value.items()}
    return [_cut(inner) for inner in value[:_MAX_ITEMS]] if isinstance(value, list) else value


def _size(value: Any) -> int:
    """Return the number of values in a value."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, inner))


def _code(value: Any) -> str:
    """Return the code of an error; empty if it has none."""
    while isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, dict):
        return ""
    for name in _CODES:
        code = value.get(name)
        if isinstance(code, str | int) and not isinstance(code, bool) and _CODE.fullmatch(str(code)):
            return str(code)
    inner = next((each for each in value.values() if isinstance(each, dict | list)), None)
    return _code(inner)


def _plain(schema: Any) -> Any:
    """Return a schema without guesses."""
    if isinstance(schema, dict):
        return {name: _plain(inner) for name, inner in schema.items() if name != GUESS}
    return [_plain(inner) for inner in schema] if isinstance(schema, list) else schema
