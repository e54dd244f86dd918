"""Mutations of a body's values, one place at a time, whether the contract allows them or not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from crm_contracts.fuzz import dates
from crm_contracts.fuzz.body_places import BodyPlace
from crm_contracts.fuzz.boundary_values import boundary_values, is_number, text_of
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.response_builder import REMOVED, Mutation, MutationNotApplicable, Path, ResponseBuilder, set_at

_WORD_OF_ENUM: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_UNKNOWN: Final = "SOMETHING_NEW"


def shown(value: Any) -> str:
    """Return a value as JSON, cut if it is long."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text)} characters)"


def _described(*values: tuple[Any, str]) -> tuple[tuple[Any, str], ...]:
    """Return values with their descriptions, made once for thousands of places."""
    return tuple((value, _words(value, remark)) for value, remark in values)


def _words(value: Any, remark: str) -> str:
    return f"is {shown(value)}" + (f", {remark}" if remark else "")


_STRANGE: Final = _described(
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
_NUMBERS: Final = _described(
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
_OTHERS: Final = _described(
    ("text", "another type"),
    (7, "another type"),
    (True, "another type"),
    ([], "another type"),
    ({}, "another type"),
)
_LENGTHS: Final = (256, 4_096, 65_536)
_SIZES: Final = (2, 100, 1_000)
_LARGEST: Final = 524_288
"""Bytes of the largest array: a larger one would test patience rather than the client."""

_EXACT: Final = 2**53
_DIGITS: Final = 5_000
"""Digits of a number that exceeds Python's default limit."""

_UNKNOWN_MEMBERS: Final = (
    ("unknownMember", "new"),
    ("_links", {"self": {"href": "/"}}),
    ("@type", None),
    ("__proto__", {"unknown": True}),
    ("", 0),
)
_MARK: Final = "a mark of crm-mocks, replaced when the body is serialized"


@dataclass(frozen=True, slots=True)
class SetValue:
    """Sets the value at a path: what most mutations do."""

    path: Path
    value: Any

    def __call__(self, builder: ResponseBuilder) -> ResponseBuilder:
        """See `Mutation.apply`."""
        return replace(builder, value=set_at(builder.value, self.path, self.value))


@dataclass(frozen=True, slots=True)
class _Splice:
    """Writes text that is no JSON value: sets a mark at the path, and replaces it in the serialized body."""

    set_mark: SetValue
    text: str

    def __call__(self, builder: ResponseBuilder) -> ResponseBuilder:
        """See `Mutation.apply`."""
        if builder.raw is not None:
            raise MutationNotApplicable
        marked = self.set_mark(builder)
        text = marked.text.replace(json.dumps(_MARK), self.text)
        return replace(builder, raw=text.encode(builder.charset))


def mutations(place: BodyPlace) -> Iterator[Mutation]:
    """Yield the mutations of a value, from mild to wild within each kind."""
    if place.is_member:
        yield _mutation(place, MutationKind.ABSENT, REMOVED, "is absent")
    for kind, value, words in boundary_values(place):
        yield _mutation(place, kind, value, words)
    if isinstance(place.value, dict):
        yield from _of_object(place)
    elif isinstance(place.value, list):
        yield from _of_array(place)
    elif isinstance(place.value, str):
        yield from _of_text(place)
    elif is_number(place.value):
        yield from _of_number(place)
    if place.value is not None:
        yield _mutation(place, MutationKind.NULL, None, "is null")
    yield from _of_wrong_type(place)


def value_mutation(place: BodyPlace, kind: MutationKind, value: Any, remark: str = "") -> Mutation:
    """Return the mutation that sets the value at a place.

    Args:
        place: the place.
        kind: kind of mutation.
        value: the new value.
        remark: what is unusual about the value.
    """
    return _mutation(place, kind, value, _words(value, remark))


def _mutation(place: BodyPlace, kind: MutationKind, value: Any, words: str) -> Mutation:
    return Mutation(kind, ("body", *place.path), f"{place.name} {words}", SetValue(place.path, value))


def _spliced(place: BodyPlace, kind: MutationKind, value: Any, text: str, words: str) -> Mutation:
    return Mutation(kind, ("body",), f"{place.name} {words}", _Splice(SetValue(place.path, value), text))


def _of_object(place: BodyPlace) -> Iterator[Mutation]:
    first = next(iter(place.value), None)
    other_case = [(first.swapcase(), place.value[first])] if first is not None else []
    for name, value in (*_UNKNOWN_MEMBERS, *other_case):
        if name not in place.value:
            member = BodyPlace((*place.path, name), None, ())
            yield _mutation(member, MutationKind.UNKNOWN_MEMBER, value, "is a member that is not documented")
    if first is None:
        return
    yield _mutation(place, MutationKind.ABSENT, {}, "has no members")
    for value, remark in ((place.value[first], "with the same value"), (None, "the second time null")):
        words = f"has the member {shown(first)} twice, {remark}"
        yield _spliced(place, MutationKind.DUPLICATE_MEMBER, {**place.value, _MARK: value}, json.dumps(first), words)


def _of_array(place: BodyPlace) -> Iterator[Mutation]:
    if place.value:
        yield _mutation(place, MutationKind.ARRAY, [], "is an empty array")
        yield _mutation(place, MutationKind.NULL, [None, *place.value], "has null as its first entry")
        size = len(json.dumps(place.value[0])) + 1
        for count in _SIZES:
            if count * size <= _LARGEST:
                words = f"has {count} entries that are the same"
                yield _mutation(place, MutationKind.ARRAY, [place.value[0]] * count, words)


def _of_text(place: BodyPlace) -> Iterator[Mutation]:
    enum = place.rule("enum")
    if enum or _WORD_OF_ENUM.fullmatch(place.value):
        yield from _of_enum(place, enum or ())
    if enum:
        return  # any other text would be an undocumented value, too
    if dates.is_date(place.value, place.rule("format")):
        for value, remark in dates.forms(place.value):
            if value != place.value:
                yield value_mutation(place, MutationKind.DATE, value, remark)
    for value, words in _STRANGE:
        yield _mutation(place, MutationKind.TEXT, value, words)
    for length in _LENGTHS:
        yield _mutation(place, MutationKind.TEXT, text_of(length), f"is a text of {length} characters")


def _of_enum(place: BodyPlace, enum: Sequence[Any]) -> Iterator[Mutation]:
    for value in enum:
        if isinstance(value, str) and value != place.value:
            yield value_mutation(place, MutationKind.ENUM, value, "another of the documented values")
    yield value_mutation(place, MutationKind.ENUM, _UNKNOWN, "a value that is not documented")
    if place.value.swapcase() != place.value:
        yield value_mutation(place, MutationKind.ENUM, place.value.swapcase(), "in other case")
    if enum:
        yield value_mutation(place, MutationKind.ENUM, "", "empty")


def _of_number(place: BodyPlace) -> Iterator[Mutation]:
    for value, words in _NUMBERS:
        if value != place.value:
            yield _mutation(place, MutationKind.NUMBER, value, words)
    if isinstance(place.value, int) and abs(place.value) < _EXACT:
        yield value_mutation(place, MutationKind.NUMBER, float(place.value), "with a fraction of zero")
    digits = "1" + "0" * (_DIGITS - 1)
    yield _spliced(place, MutationKind.NUMBER, _MARK, digits, f"is an integer of {_DIGITS} digits")


def _of_wrong_type(place: BodyPlace) -> Iterator[Mutation]:
    if is_number(place.value):
        yield value_mutation(place, MutationKind.TYPE, str(place.value), "a number in quotes")
    for value, words in _OTHERS:
        if type(value) is not type(place.value):
            yield _mutation(place, MutationKind.TYPE, value, words)
    if not isinstance(place.value, list):
        yield value_mutation(place, MutationKind.TYPE, [place.value], "an array of it")
