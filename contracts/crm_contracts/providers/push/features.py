"""Features of requests, compared to find what the refused ones have in common and the accepted ones lack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from crm_mocks.vendor.sender import Push

_IDENTIFIER: Final = re.compile(r"[a-z][A-Za-z_]*|[A-Z]")
"""Form of most enum values, which are compared one by one."""

_BYTES: Final = {
    "escaped slashes": re.compile(rb"\\/"),
    "escaped characters": re.compile(rb"\\u[0-9a-f]{4}"),
    "characters in UTF-8": re.compile(rb"[\x80-\xff]"),
    "several lines": re.compile(rb"\n"),
    "a number with a trailing zero": re.compile(rb"\d\.\d*0[,}\]]"),
}
_LONG: Final = 100
_LARGE: Final = 2**31


@dataclass(frozen=True)
class Features:
    """Features of one request.

    Attributes:
        present: such as `vehicles.*.year: integer`.
        places: members and headers, such as `vehicles.*.year`; their absence may be a feature too.
    """

    present: frozenset[str]
    places: frozenset[str]


def features_of(push: Push, *, repeated: bool) -> Features:
    """Return the features of a request.

    Args:
        push: the request.
        repeated: the receiver has accepted a record with this id before.
    """
    present = {"an id that was pushed before"} if repeated else set()
    present |= {f"body: {name}" for name, pattern in _BYTES.items() if pattern.search(push.body)}
    places = {f"header {name}" for name, _ in push.headers}
    present |= {f"header {name}: {value}" for name, value in push.headers if name in ("Content-Type", "Accept")}
    try:
        body = orjson.loads(push.body)
    except orjson.JSONDecodeError:
        return Features(frozenset({*present, "body: not JSON"}), frozenset(places))
    for place, kind in _kinds(body, ""):
        places.add(place)
        present.add(f"{place or 'body'}: {kind}")
    return Features(frozenset(present), frozenset(places))


def _kinds(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield the places in a JSON value, each with every kind of value that it has."""
    for kind in _kinds_of(value):
        yield place, kind
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _kinds(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _kinds(inner, f"{place}.*" if place else "*")


def _kinds_of(value: Any) -> Iterator[str]:
    if value is None or isinstance(value, bool):
        yield orjson.dumps(value).decode()
    elif isinstance(value, str):
        yield from _kinds_of_string(value)
    elif isinstance(value, int):
        yield "integer"
        if abs(value) >= _LARGE:
            yield "integer of more than 31 bits"
    elif isinstance(value, float):
        yield "number with a fraction"
    else:
        yield ("an empty " if not value else "") + ("object" if isinstance(value, dict) else "list")


def _kinds_of_string(value: str) -> Iterator[str]:
    yield "string" if value else "an empty string"
    if len(value) > _LONG:
        yield f"string of more than {_LONG} characters"
    if not value.isascii():
        yield "string with characters beyond ASCII"
    if value.endswith("Z") and value[:1].isdigit():
        yield "time stamp in Z"
    if _IDENTIFIER.fullmatch(value):
        yield value
