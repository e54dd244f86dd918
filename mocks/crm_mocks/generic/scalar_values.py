"""Strings, numbers and booleans for any schema, realistic by format and name of the member."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

import jsonschema_rs

from crm_mocks.contract.schema import UNCHECKED_PATTERN
from crm_mocks.errors import ContractError
from crm_mocks.fixtures.scalars import scalar
from crm_mocks.generic.named_values import NamedValues, number_by_name
from crm_mocks.generic.pattern_text import pattern_text

_DEFAULT_LENGTH: Final = 255
_MAX_WORDS: Final = 2_000
_MAX_LENGTH: Final = 1_000_000
_PATTERN_TRIES: Final = 20
"""Strings that are made of a pattern, whose conditions such as look-aheads may not hold."""

_LEAST, _MOST = -(2**63), 2**64 - 1
"""What writers of JSON can write."""


def number_or_boolean(flat: dict[str, Any], random: Random, people: NamedValues, name: str) -> Any:
    """Return a number or boolean.

    Args:
        flat: flat schema of that type.
        random: source of all choices.
        people: the surrounding person and vehicle.
        name: of the member.
    """
    if flat["type"] != "boolean" and "multipleOf" not in flat:
        named = number_by_name(people, name, flat.get("minimum"), flat.get("maximum"))
        if named is not None:
            return named
    try:
        made = scalar(flat, random, "a value")
        return made if isinstance(made, bool | float) else max(_LEAST, min(made, _MOST))
    except (ContractError, ArithmeticError, TypeError, ValueError):
        return flat.get("minimum", flat.get("maximum", 0))


def text(flat: Mapping[str, Any], random: Random, people: NamedValues, name: str, owner: str) -> str:
    """Return a string.

    Args:
        flat: flat schema.
        random: source of all choices.
        people: the surrounding person and vehicle.
        name: of the member.
        owner: name of the enclosing member, or of the resource.
    """
    low = flat.get("minLength", 0)
    high = flat.get("maxLength")
    pattern = flat.get("pattern", flat.get(UNCHECKED_PATTERN))
    texts: list[Callable[[], str | None]] = [
        lambda: people.format(name, str(flat.get("format", ""))),
        lambda: people.text(name, owner),
    ]
    for make in texts:
        made = make()
        if made is not None and _fits(made, low, high, pattern):
            return made
    if isinstance(pattern, str):
        found = None
        for _ in range(_PATTERN_TRIES):
            found = pattern_text(pattern, random, low, high)
            if found is None or _fits(found, low, high, pattern):
                break
        if found is not None:
            return found
    return _sized(people.words(), low, high, people)


def _fits(text: str, low: int, high: int | None, pattern: Any) -> bool:
    if not low <= len(text) <= (len(text) if high is None else high):
        return False
    if not isinstance(pattern, str):
        return True
    try:
        return jsonschema_rs.is_valid({"pattern": pattern}, text)
    except (jsonschema_rs.ValidationError, ValueError):
        return False


def _sized(text: str, low: int, high: int | None, people: NamedValues) -> str:
    while len(text) < min(low, _MAX_WORDS):
        text += f" {people.words(1)}" if low - len(text) > 1 else "x"
    text = text.ljust(min(low, _MAX_LENGTH), "x")
    cut = text[: _DEFAULT_LENGTH + low if high is None else high]
    return f"{cut[:-1]}x" if cut.endswith(" ") else cut
