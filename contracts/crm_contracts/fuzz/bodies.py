"""Alterations of a body's values, one place at a time; whether the contract allows them is not asked here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from crm_contracts.fuzz.draft import REMOVED, Alteration, Draft, put
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.places import Place

DATES: Final = frozenset({"date", "date-time", "local-date-time", "date-time-0-7"})
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_WORD_OF_ENUM: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_UNKNOWN: Final = "SOMETHING_NEW"
_STRANGE: Final = (
    ("empty", ""),
    ("a space", " "),
    ("with quotes and a backslash", 'O\'Neil "\\" & <b>'),
    ("with letters beyond ASCII", "Zoë Łukasz"),
    ("beyond the basic plane of Unicode", "\U0001f697\U0001f469\u200d\U0001f680"),
    ("written from right to left", "\u202eمرحبا\u202c"),
    ("of combining characters", "e\u0301" * 8),
    ("with line ends", "one\r\ntwo\u2028three"),
    ("with a NUL", "a\0b"),
    ("the word null", "null"),
)
_LENGTHS: Final = (256, 4_096, 65_536)
_SIZES: Final = (2, 100, 1_000)
_LARGEST: Final = 262_144
"""Bytes of the largest array that is made: more of it tries the reader's patience rather than his program."""

_INTEGERS: Final = (
    (0, "zero"),
    (-1, "below zero"),
    (2**31 - 1, "the most of 32 bits"),
    (2**31, "above 32 bits"),
    (-(2**31), "the least of 32 bits"),
    (2**53 + 1, "above 2**53"),
    (-(2**53) - 1, "below -2**53"),
    (2**63 - 1, "the most of 64 bits"),
    (-(2**63), "the least of 64 bits"),
    (2**63, "above 64 bits with sign"),
    (2**70, "above 64 bits"),
)
_NUMBERS: Final = (
    (0.1, "a fraction"),
    (1e-7, "in exponential form"),
    (1e22, "in exponential form"),
    (1.7976931348623157e308, "the most of a double"),
    (float("nan"), "which is no JSON"),
)


def alterations(place: Place) -> Iterator[Alteration]:
    """Yield what can be done to a value, from mild to wild within each kind."""
    if place.is_member:
        yield _altered(place, Kind.ABSENT, REMOVED, f"{place.name} is absent")
    if isinstance(place.value, dict):
        yield from _of_object(place)
    elif isinstance(place.value, list):
        yield from _of_array(place)
    elif isinstance(place.value, str):
        yield from _of_text(place)
    elif isinstance(place.value, int | float) and not isinstance(place.value, bool):
        yield from _of_number(place)
    if place.value is not None:
        yield _altered(place, Kind.NULL, None, f"{place.name} is null")
    yield from _of_wrong_type(place)


def altered_to(place: Place, kind: Kind, value: Any, remark: str = "") -> Alteration:
    """Return the alteration that puts a value at a place.

    Args:
        place: where.
        kind: of what is unusual then.
        value: that is put there.
        remark: what is unusual about it, to stand behind the value.
    """
    return _altered(place, kind, value, f"{place.name} is {shown(value)}" + (f", {remark}" if remark else ""))


def shown(value: Any) -> str:
    """Return a value as JSON, cut where it is long."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text)} characters)"


def _altered(place: Place, kind: Kind, value: Any, words: str) -> Alteration:
    return Alteration(kind, ("body", *place.path), words, partial(_put, place, value))


def _put(place: Place, value: Any, draft: Draft) -> Draft:
    return replace(draft, value=put(draft.value, place.path, value))


def _of_object(place: Place) -> Iterator[Alteration]:
    for name, value in (("unknownMember", "new"), ("_links", {"self": {"href": "/"}}), ("@type", None)):
        if name not in place.value:
            member = Place((*place.path, name), None, ())
            words = f"{member.name} is a member that is not documented"
            yield _altered(member, Kind.UNKNOWN_MEMBER, value, words)
    if place.value:
        yield _altered(place, Kind.ABSENT, {}, f"{place.name} has no members")


def _of_array(place: Place) -> Iterator[Alteration]:
    if place.value:
        yield _altered(place, Kind.ARRAY, [], f"{place.name} is an empty array")
        yield _altered(place, Kind.NULL, [None, *place.value], f"{place.name} has null as its first entry")
        size = len(json.dumps(place.value[0])) + 1
        for count in _SIZES:
            if count * size <= _LARGEST:
                words = f"{place.name} has {count} entries that are the same"
                yield _altered(place, Kind.ARRAY, [place.value[0]] * count, words)


def _of_text(place: Place) -> Iterator[Alteration]:
    enum = place.rule("enum")
    for value in enum or ():
        if isinstance(value, str) and value != place.value:
            yield altered_to(place, Kind.ENUM, value, "another of the documented values")
    if enum or _WORD_OF_ENUM.fullmatch(place.value):
        yield altered_to(place, Kind.ENUM, _UNKNOWN, "a value that is not documented")
        if place.value.swapcase() != place.value:
            yield altered_to(place, Kind.ENUM, place.value.swapcase(), "in other case")
    if place.rule("format") in DATES or _MOMENT.fullmatch(place.value) or _DAY.fullmatch(place.value):
        for value, remark in _dates(place.value):
            if value != place.value:
                yield altered_to(place, Kind.DATE, value, remark)
    for remark, value in _STRANGE:
        yield altered_to(place, Kind.TEXT, value, remark)
    for length in (*filter(None, (place.rule("maxLength"), (place.rule("maxLength") or -1) + 1)), *_LENGTHS):
        yield _altered(place, Kind.TEXT, "x" * length, f"{place.name} is a text of {length} characters")


def _dates(text: str) -> Iterator[tuple[str, str]]:
    found = _MOMENT.fullmatch(text)
    day, time = found.groups() if found else (text if _DAY.fullmatch(text) else "2026-02-28", "12:30:59")
    for digits in range(8):
        fraction = f".{'1234567'[:digits]}" if digits else ""
        for zone, form in (
            ("", "no zone"),
            ("Z", "Z"),
            ("+00:00", "+00:00"),
            ("-03:30", "an odd zone"),
            ("+14:00", ""),
        ):
            yield f"{day}T{time}{fraction}{zone}", f"a moment with {digits} digits and {form or 'the farthest zone'}"
    yield f"{day.lower()}t{time}z", "a moment in lower case"
    yield f"{day} {time}", "a moment with a space"
    yield day, "a day without time"
    yield "2024-02-29", "a leap day"
    yield "0001-01-01", "the first day of the calendar"
    yield "9999-12-31", "the last day of the calendar"
    yield f"{day}T23:59:60Z", "a leap second"
    yield "2026-02-30", "a day that does not exist"
    yield "28/02/2026", "a date in local form"
    yield "0000-00-00", "a date of zeros"


def _of_number(place: Place) -> Iterator[Alteration]:
    low, high = place.rule("minimum"), place.rule("maximum")
    for bound, beyond, word in ((low, -1, "least"), (high, 1, "most")):
        if bound is not None:
            yield altered_to(place, Kind.NUMBER, bound, f"the {word} that is documented")
            yield altered_to(place, Kind.NUMBER, bound + beyond, f"beyond the {word} that is documented")
    for value, remark in (*_INTEGERS, *_NUMBERS):
        if value != place.value:
            yield altered_to(place, Kind.NUMBER, value, remark)


def _of_wrong_type(place: Place) -> Iterator[Alteration]:
    if isinstance(place.value, int | float) and not isinstance(place.value, bool):
        yield altered_to(place, Kind.TYPE, str(place.value), "a number in quotes")
    others: tuple[Any, ...] = ("text", 7, True, [], {}, [place.value])
    for value in others:
        if type(value) is not type(place.value):
            yield altered_to(place, Kind.TYPE, value, "another type")
