"""Strings that match a regular expression, as patterns of schemas are."""

from __future__ import annotations

import importlib
import re
import string
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any, Final

_parser: Any = importlib.import_module("re._parser")  # Python's own parser: expressions are parsed nowhere else

_MAX_REPEATS: Final = 8
_MAX_STEPS: Final = 100_000
"""Parts of a pattern that are written, besides four for each character of the minimum length."""

_ANY: Final = string.ascii_lowercase + string.digits
_PRINTABLE: Final = _ANY + string.ascii_uppercase + " -_.,:/+@"
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_NOT_DIGIT": string.ascii_lowercase,
    "CATEGORY_WORD": _ANY,
    "CATEGORY_NOT_WORD": "-. ",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": _ANY,
}
_ECMA: Final = (
    (re.compile(r"\\p\{(Lu|Uppercase)\}"), "A-Z"),
    (re.compile(r"\\p\{(N|Nd)\}"), "0-9"),
    (re.compile(r"\\[pP]\{[^}]*\}"), "a-z"),
    (re.compile(r"\(\?<(?=[A-Za-z_])"), "(?P<"),
)
"""Notations of ECMAScript that Python does not know; the letters stand within brackets or alone."""


def pattern_text(pattern: str, random: Random, low: int = 0, high: int | None = None) -> str | None:
    """Return a string that matches a pattern, `None` if it cannot be read. Conditions such as look-aheads are ignored.

    Args:
        pattern: ECMAScript or Python regular expression.
        random: source of all choices.
        low: minimum length.
        high: maximum length; `None` for no limit.
    """
    for expression, replacement in _ECMA:
        pattern = expression.sub(lambda match, to=replacement: _spelled(match, to), pattern)  # type: ignore[misc]  # default of a lambda
    try:
        tree = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    text = None
    for repeats in (2, 0, 4, 16, max(low, 1), 1):
        try:
            text = _Writer(random, repeats, low).write(tree)
        except _TooLongError:
            continue
        if low <= len(text) <= (len(text) if high is None else high):
            break
    return text


def _spelled(match: re.Match[str], replacement: str) -> str:
    if replacement.startswith("("):
        return replacement
    before = match.string[: match.start()]
    inside = before.rfind("[") > before.rfind("]")
    return replacement if inside else f"[{replacement}]"


class _TooLongError(Exception):
    """A pattern requires more repetitions, within each other, than are written."""


class _Writer:
    def __init__(self, random: Random, repeats: int, low: int) -> None:
        self.random = random
        self.repeats = repeats
        self.limit = max(low, _MAX_REPEATS)
        self.groups: dict[int, str] = {}
        self.steps = _MAX_STEPS + 4 * low

    def write(self, tree: Iterable[tuple[Any, Any]]) -> str:
        return "".join(self._part(str(operator), argument) for operator, argument in tree)

    def _part(self, operator: str, argument: Any) -> str:  # noqa: C901, PLR0911  # one case per operator
        self.steps -= 1
        if self.steps < -_MAX_STEPS:
            raise _TooLongError
        match operator:
            case "LITERAL":
                return chr(argument)
            case "NOT_LITERAL":
                return "a" if argument != ord("a") else "b"
            case "ANY":
                return self.random.choice(_ANY)
            case "IN":
                return self._one_of(argument)
            case "BRANCH":
                return self.write(self.random.choice(argument[1]))
            case "SUBPATTERN":
                text = self.write(argument[-1])
                if argument[0] is not None:
                    self.groups[argument[0]] = text
                return text
            case "ATOMIC_GROUP":
                return self.write(argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = argument
                count = min(max(int(least), self.repeats), int(most), max(int(least), self.limit))
                return "".join(self._repeated(inner, int(least), count))
            case "GROUPREF":
                return self.groups.get(argument, "")
            case _:  # positions and conditions have no text of their own
                return ""

    def _repeated(self, inner: Iterable[tuple[Any, Any]], least: int, count: int) -> Iterator[str]:
        """Yield the texts of a repetition, no more than it requires once too many parts have been written."""
        for number in range(count):
            if self.steps <= 0 and number >= least:
                return
            yield self.write(inner)

    def _one_of(self, entries: list[tuple[Any, Any]]) -> str:
        negated = str(entries[0][0]) == "NEGATE"
        named = [_characters(str(operator), argument) for operator, argument in entries]
        if negated:
            excluded = set("".join(named))
            return self.random.choice([each for each in _PRINTABLE if each not in excluded] or ["~"])
        choices = "".join(named)
        return self.random.choice(choices) if choices else ""


def _characters(operator: str, argument: Any) -> str:
    if operator == "LITERAL":
        return chr(argument)
    if operator == "RANGE":
        low, high = argument
        return "".join(map(chr, range(low, min(high, low + 128) + 1)))
    return _CATEGORIES.get(str(argument), "") if operator == "CATEGORY" else ""
