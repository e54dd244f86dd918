"""Mutations of single values in a body, whether the contract allows them or not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from crm_contracts.fuzz import date_formats
from crm_contracts.fuzz.body_nodes import BodyNode
from crm_contracts.fuzz.boundary_values import boundary_values, is_number, string_of
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.response_builder import REMOVED, Mutation, MutationNotApplicable, ResponseBuilder, set_at
from crm_mocks.location import Location

_ENUM_VALUE: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_UNKNOWN_VALUE: Final = "SOMETHING_NEW"


def shown(value: Any) -> str:
    """Return a value as JSON, truncated if it is long."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text)} characters)"


def _described(*values: tuple[Any, str]) -> tuple[tuple[Any, str], ...]:
    """Return values with their descriptions, computed once for thousands of nodes."""
    return tuple((value, _words(value, remark)) for value, remark in values)


def _words(value: Any, remark: str) -> str:
    return f"is {shown(value)}" + (f", {remark}" if remark else "")


_UNUSUAL_STRINGS: Final = _described(
    ("", "empty"),
    (" ", "a space"),
    ('O\'Neil "\\" & <b>', "with quotes and a backslash"),
    ("Zoë Łukasz", "with non-ASCII letters"),
    ("\U0001f697\U0001f469\u200d\U0001f680", "outside the Basic Multilingual Plane"),
    ("\u202eمرحبا\u202c", "written from right to left"),
    ("e\u0301" * 8, "of combining characters"),
    ("one\r\ntwo\u2028three", "with line breaks"),
    ("a\0b", "with a NUL"),
    ("null", "the word null"),
    ("\ud83d", "half of a surrogate pair"),
)
_UNUSUAL_NUMBERS: Final = _described(
    (0, "zero"),
    (-1, "below zero"),
    (2**31 - 1, "the maximum of 32 bits"),
    (2**31, "above 32 bits"),
    (-(2**31), "the minimum of 32 bits"),
    (2**53 + 1, "above 2**53"),
    (-(2**53) - 1, "below -2**53"),
    (2**63 - 1, "the maximum of 64 bits"),
    (-(2**63), "the minimum of 64 bits"),
    (2**63, "above signed 64 bits"),
    (2**70, "above 64 bits"),
    (0.1, "a fraction"),
    (-0.0, "zero with a sign"),
    (1e-7, "in exponential form"),
    (1e22, "in exponential form"),
    (1.7976931348623157e308, "the maximum of a double"),
    (float("nan"), "which is not JSON"),
    (float("-inf"), "which is not JSON"),
)
_OTHER_TYPES: Final = _described(
    ("text", "another type"),
    (7, "another type"),
    (True, "another type"),
    ([], "another type"),
    ({}, "another type"),
)
_STRING_LENGTHS: Final = (256, 4_096, 65_536)
_ARRAY_SIZES: Final = (2, 100, 1_000)
_MAX_ARRAY_BYTES: Final = 524_288
"""Maximum size of an array in bytes; larger ones would only slow down the campaign."""

_MAX_EXACT: Final = 2**53
_DIGITS: Final = 5_000
"""Number of digits beyond Python's default limit."""

_UNKNOWN_MEMBERS: Final = (
    ("unknownMember", "new"),
    ("_links", {"self": {"href": "/"}}),
    ("@type", None),
    ("__proto__", {"unknown": True}),
    ("", 0),
)
_MARKER: Final = "a marker of crm-mocks, replaced when the body is serialized"


@dataclass(frozen=True, slots=True)
class SetValue:
    """Sets the value at a path."""

    path: Location
    value: Any

    def __call__(self, builder: ResponseBuilder) -> ResponseBuilder:
        """See `Mutation.apply`."""
        return replace(builder, value=set_at(builder.value, self.path, self.value))


@dataclass(frozen=True, slots=True)
class _Splice:
    """Inserts arbitrary JSON text: sets a marker at the path and replaces it in the serialized body."""

    set_marker: SetValue
    text: str

    def __call__(self, builder: ResponseBuilder) -> ResponseBuilder:
        """See `Mutation.apply`."""
        if builder.raw is not None:
            raise MutationNotApplicable
        with_marker = self.set_marker(builder)
        text = with_marker.text.replace(json.dumps(_MARKER), self.text)
        return replace(builder, raw=text.encode(builder.charset))


def mutations(node: BodyNode) -> Iterator[Mutation]:
    """Yield the mutations of a value, mild ones first within each kind."""
    if node.is_member:
        yield _mutation(node, MutationKind.ABSENT, REMOVED, "is absent")
    for kind, value, description in boundary_values(node):
        yield _mutation(node, kind, value, description)
    if isinstance(node.value, dict):
        yield from _object_mutations(node)
    elif isinstance(node.value, list):
        yield from _array_mutations(node)
    elif isinstance(node.value, str):
        yield from _string_mutations(node)
    elif is_number(node.value):
        yield from _number_mutations(node)
    if node.value is not None:
        yield _mutation(node, MutationKind.NULL, None, "is null")
    yield from _type_mutations(node)


def value_mutation(node: BodyNode, kind: MutationKind, value: Any, remark: str = "") -> Mutation:
    """Return the mutation that replaces the value of a node.

    Args:
        node: the node.
        kind: kind of mutation.
        value: the new value.
        remark: description of what is unusual about the value.
    """
    return _mutation(node, kind, value, _words(value, remark))


def _mutation(node: BodyNode, kind: MutationKind, value: Any, description: str) -> Mutation:
    return Mutation(kind, ("body", *node.path), f"{node.name} {description}", SetValue(node.path, value))


def _spliced(node: BodyNode, kind: MutationKind, value: Any, text: str, description: str) -> Mutation:
    return Mutation(kind, ("body",), f"{node.name} {description}", _Splice(SetValue(node.path, value), text))


def _object_mutations(node: BodyNode) -> Iterator[Mutation]:
    first = next(iter(node.value), None)
    other_case = [(first.swapcase(), node.value[first])] if first is not None else []
    for name, value in (*_UNKNOWN_MEMBERS, *other_case):
        if name not in node.value:
            member = BodyNode((*node.path, name), None, ())
            yield _mutation(member, MutationKind.UNKNOWN_MEMBER, value, "is an undocumented member")
    if first is None:
        return
    yield _mutation(node, MutationKind.ABSENT, {}, "has no members")
    for value, remark in ((node.value[first], "with the same value"), (None, "the second time with null")):
        description = f"has the member {shown(first)} twice, {remark}"
        yield _spliced(
            node, MutationKind.DUPLICATE_MEMBER, {**node.value, _MARKER: value}, json.dumps(first), description
        )


def _array_mutations(node: BodyNode) -> Iterator[Mutation]:
    if node.value:
        yield _mutation(node, MutationKind.ARRAY, [], "is an empty array")
        yield _mutation(node, MutationKind.NULL, [None, *node.value], "has null as its first entry")
        size = len(json.dumps(node.value[0])) + 1
        for count in _ARRAY_SIZES:
            if count * size <= _MAX_ARRAY_BYTES:
                description = f"has {count} identical entries"
                yield _mutation(node, MutationKind.ARRAY, [node.value[0]] * count, description)


def _string_mutations(node: BodyNode) -> Iterator[Mutation]:
    enum = node.rule("enum")
    if enum or _ENUM_VALUE.fullmatch(node.value):
        yield from _enum_mutations(node, enum or ())
    if enum:
        return  # any other string would be an undocumented value
    if date_formats.is_date(node.value, node.rule("format")):
        for value, remark in date_formats.forms(node.value):
            if value != node.value:
                yield value_mutation(node, MutationKind.DATE, value, remark)
    for value, description in _UNUSUAL_STRINGS:
        yield _mutation(node, MutationKind.TEXT, value, description)
    for length in _STRING_LENGTHS:
        yield _mutation(node, MutationKind.TEXT, string_of(length), f"is a string of {length} characters")


def _enum_mutations(node: BodyNode, enum: Sequence[Any]) -> Iterator[Mutation]:
    for value in enum:
        if isinstance(value, str) and value != node.value:
            yield value_mutation(node, MutationKind.ENUM, value, "another documented value")
    yield value_mutation(node, MutationKind.ENUM, _UNKNOWN_VALUE, "an undocumented value")
    if node.value.swapcase() != node.value:
        yield value_mutation(node, MutationKind.ENUM, node.value.swapcase(), "in different case")
    if enum:
        yield value_mutation(node, MutationKind.ENUM, "", "empty")


def _number_mutations(node: BodyNode) -> Iterator[Mutation]:
    for value, description in _UNUSUAL_NUMBERS:
        if value != node.value:
            yield _mutation(node, MutationKind.NUMBER, value, description)
    if isinstance(node.value, int) and abs(node.value) < _MAX_EXACT:
        yield value_mutation(node, MutationKind.NUMBER, float(node.value), "with a fraction of zero")
    digits = "1" + "0" * (_DIGITS - 1)
    yield _spliced(node, MutationKind.NUMBER, _MARKER, digits, f"is an integer with {_DIGITS} digits")


def _type_mutations(node: BodyNode) -> Iterator[Mutation]:
    if is_number(node.value):
        yield value_mutation(node, MutationKind.TYPE, str(node.value), "a number in quotes")
    for value, description in _OTHER_TYPES:
        if type(value) is not type(node.value):
            yield _mutation(node, MutationKind.TYPE, value, description)
    if not isinstance(node.value, list):
        yield value_mutation(node, MutationKind.TYPE, [node.value], "in an array")
