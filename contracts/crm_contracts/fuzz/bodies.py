"""Alterations of a body's values, one place at a time; whether the contract allows them is not asked here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from crm_contracts.fuzz import dates
from crm_contracts.fuzz.draft import REMOVED, Alteration, Draft, Inapplicable, Path, put
from crm_contracts.fuzz.edges import edges, is_number, text_of
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.places import Place

_WORD_OF_ENUM: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_UNKNOWN: Final = "SOMETHING_NEW"


def shown(value: Any) -> str:
    """Return a value as JSON, cut where it is long."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text)} characters)"


def _told(*values: tuple[Any, str]) -> tuple[tuple[Any, str], ...]:
    """Return values with what is said of them behind a place's name: there are thousands of places."""
    return tuple((value, _words(value, remark)) for value, remark in values)


def _words(value: Any, remark: str) -> str:
    return f"is {shown(value)}" + (f", {remark}" if remark else "")


_STRANGE: Final = _told(
    ("", "empty"),
    (" ", "a space"),
    ('O\'Neil "\\" & <b>', "with quotes and a backslash"),
    ("Zoë Łukasz", "with letters beyond ASCII"),
    ("\U0001f697\U0001f469\u200d\U0001f680", "beyond the basic plane of Unicode"),
    ("\u202eمرحبا\u202c", "written from right to left"),
    ("e\u0301" * 8, "of combining characters"),
    ("one\r\ntwo\u2028three", "with line ends"),
    ("a\0b", "with a NUL"),
    ("null", "the word null"),
    ("\ud83d", "half of a character"),
)
_NUMBERS: Final = _told(
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
    (0.1, "a fraction"),
    (-0.0, "zero with a sign"),
    (1e-7, "in exponential form"),
    (1e22, "in exponential form"),
    (1.7976931348623157e308, "the most of a double"),
    (float("nan"), "which is no JSON"),
    (float("-inf"), "which is no JSON"),
)
_OTHERS: Final = _told(
    ("text", "another type"),
    (7, "another type"),
    (True, "another type"),
    ([], "another type"),
    ({}, "another type"),
)
_LENGTHS: Final = (256, 4_096, 65_536)
_SIZES: Final = (2, 100, 1_000)
_LARGEST: Final = 524_288
"""Bytes of the largest array that is made: more of it tries the reader's patience rather than his program."""

_EXACT: Final = 2**53
_DIGITS: Final = 5_000
"""Of a number that is more than Python reads without being told to."""

_UNKNOWN_MEMBERS: Final = (
    ("unknownMember", "new"),
    ("_links", {"self": {"href": "/"}}),
    ("@type", None),
    ("__proto__", {"unknown": True}),
    ("", 0),
)
_MARK: Final = "a mark of crm-mocks, replaced as the body is written"


@dataclass(frozen=True, slots=True)
class Put:
    """Puts a value at a place: the change of most alterations."""

    path: Path
    value: Any

    def __call__(self, draft: Draft) -> Draft:
        """See `Alteration.change`."""
        return replace(draft, value=put(draft.value, self.path, self.value))


@dataclass(frozen=True, slots=True)
class _Splice:
    """Writes something that is no value: puts the mark where it belongs, and JSON for the mark."""

    put: Put
    text: str

    def __call__(self, draft: Draft) -> Draft:
        """See `Alteration.change`."""
        if draft.raw is not None:
            raise Inapplicable
        marked = self.put(draft)
        text = marked.text.replace(json.dumps(_MARK), self.text)
        return replace(draft, raw=text.encode(draft.charset))


def alterations(place: Place) -> Iterator[Alteration]:
    """Yield what can be done to a value, from mild to wild within each kind."""
    if place.is_member:
        yield _altered(place, Kind.ABSENT, REMOVED, "is absent")
    for kind, value, words in edges(place):
        yield _altered(place, kind, value, words)
    if isinstance(place.value, dict):
        yield from _of_object(place)
    elif isinstance(place.value, list):
        yield from _of_array(place)
    elif isinstance(place.value, str):
        yield from _of_text(place)
    elif is_number(place.value):
        yield from _of_number(place)
    if place.value is not None:
        yield _altered(place, Kind.NULL, None, "is null")
    yield from _of_wrong_type(place)


def altered_to(place: Place, kind: Kind, value: Any, remark: str = "") -> Alteration:
    """Return the alteration that puts a value at a place.

    Args:
        place: where.
        kind: of what is unusual then.
        value: that is put there.
        remark: what is unusual about it, to stand behind the value.
    """
    return _altered(place, kind, value, _words(value, remark))


def _altered(place: Place, kind: Kind, value: Any, words: str) -> Alteration:
    return Alteration(kind, ("body", *place.path), f"{place.name} {words}", Put(place.path, value))


def _spliced(place: Place, kind: Kind, value: Any, text: str, words: str) -> Alteration:
    return Alteration(kind, ("body",), f"{place.name} {words}", _Splice(Put(place.path, value), text))


def _of_object(place: Place) -> Iterator[Alteration]:
    first = next(iter(place.value), None)
    other_case = [(first.swapcase(), place.value[first])] if first is not None else []
    for name, value in (*_UNKNOWN_MEMBERS, *other_case):
        if name not in place.value:
            member = Place((*place.path, name), None, ())
            yield _altered(member, Kind.UNKNOWN_MEMBER, value, "is a member that is not documented")
    if first is None:
        return
    yield _altered(place, Kind.ABSENT, {}, "has no members")
    for value, remark in ((place.value[first], "with the same value"), (None, "the second time null")):
        words = f"has the member {shown(first)} twice, {remark}"
        yield _spliced(place, Kind.DUPLICATE_MEMBER, {**place.value, _MARK: value}, json.dumps(first), words)


def _of_array(place: Place) -> Iterator[Alteration]:
    if place.value:
        yield _altered(place, Kind.ARRAY, [], "is an empty array")
        yield _altered(place, Kind.NULL, [None, *place.value], "has null as its first entry")
        size = len(json.dumps(place.value[0])) + 1
        for count in _SIZES:
            if count * size <= _LARGEST:
                words = f"has {count} entries that are the same"
                yield _altered(place, Kind.ARRAY, [place.value[0]] * count, words)


def _of_text(place: Place) -> Iterator[Alteration]:
    enum = place.rule("enum")
    if enum or _WORD_OF_ENUM.fullmatch(place.value):
        yield from _of_enum(place, enum or ())
    if enum:
        return  # any other text is a value that is not documented, too
    if dates.is_date(place.value, place.rule("format")):
        for value, remark in dates.forms(place.value):
            if value != place.value:
                yield altered_to(place, Kind.DATE, value, remark)
    for value, words in _STRANGE:
        yield _altered(place, Kind.TEXT, value, words)
    for length in _LENGTHS:
        yield _altered(place, Kind.TEXT, text_of(length), f"is a text of {length} characters")


def _of_enum(place: Place, enum: Sequence[Any]) -> Iterator[Alteration]:
    for value in enum:
        if isinstance(value, str) and value != place.value:
            yield altered_to(place, Kind.ENUM, value, "another of the documented values")
    yield altered_to(place, Kind.ENUM, _UNKNOWN, "a value that is not documented")
    if place.value.swapcase() != place.value:
        yield altered_to(place, Kind.ENUM, place.value.swapcase(), "in other case")
    if enum:
        yield altered_to(place, Kind.ENUM, "", "empty")


def _of_number(place: Place) -> Iterator[Alteration]:
    for value, words in _NUMBERS:
        if value != place.value:
            yield _altered(place, Kind.NUMBER, value, words)
    if isinstance(place.value, int) and abs(place.value) < _EXACT:
        yield altered_to(place, Kind.NUMBER, float(place.value), "with a fraction of zero")
    digits = "1" + "0" * (_DIGITS - 1)
    yield _spliced(place, Kind.NUMBER, _MARK, digits, f"is an integer of {_DIGITS} digits")


def _of_wrong_type(place: Place) -> Iterator[Alteration]:
    if is_number(place.value):
        yield altered_to(place, Kind.TYPE, str(place.value), "a number in quotes")
    for value, words in _OTHERS:
        if type(value) is not type(place.value):
            yield _altered(place, Kind.TYPE, value, words)
    if not isinstance(place.value, list):
        yield altered_to(place, Kind.TYPE, [place.value], "an array of it")
