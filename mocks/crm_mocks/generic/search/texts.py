"""Strings of formats, patterns and lengths, to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice, permutations, product
from random import Random
from string import ascii_lowercase
from typing import Any, Final

from crm_mocks.generic.pattern_text import pattern_text
from crm_mocks.generic.search.conjunctions import Conjunction

_MAX_LENGTH: Final = 1_000_000
_TRIES: Final = 12
_MAX_OF_PATTERNS: Final = 60
_ALPHABET: Final = f"{ascii_lowercase}0123456789"
_FIRST_DAY: Final = date(2000, 1, 1).toordinal()
_LABEL: Final = 60
"""Characters of a label of a host's name, fewer than the 63 allowed."""


def _host(length: int) -> str:
    """Return a host's name of a length, from 4 on."""
    labels = []
    left = length - 3
    while left > _LABEL + 1:
        labels.append("a" * _LABEL)
        left -= _LABEL + 1
    return ".".join([*labels, "a" * max(left, 1), "co"])


_FORMATS: Final[dict[str, Callable[[int, str], str]]] = {
    "email": lambda length, text: f"{text}@{_host(length - len(text) - 1)}",
    "idn-email": lambda length, text: f"{text}@{_host(length - len(text) - 1)}",
    "uri": lambda length, text: f"x:/{text}".ljust(length, "x"),
    "url": lambda length, text: f"http://{text}".ljust(length, "x"),
    "iri": lambda length, text: f"x:/{text}".ljust(length, "x"),
    "uri-reference": lambda length, text: f"/{text}".ljust(length, "x"),
    "iri-reference": lambda length, text: f"/{text}".ljust(length, "x"),
    "uri-template": lambda length, text: f"/{text}".ljust(length, "x"),
    "json-pointer": lambda length, text: f"/{text}".ljust(length, "x"),
    "relative-json-pointer": lambda length, text: f"0/{text}".ljust(length, "x"),
    "hostname": lambda length, text: f"{text}.{_host(length - len(text) - 1)}",
    "idn-hostname": lambda length, text: f"{text}.{_host(length - len(text) - 1)}",
    "regex": lambda length, text: text.ljust(length, "x"),
    "date-time": lambda length, text: (
        f"{_date(text)}T00:00:00Z" if length <= 20 else f"{_date(text)}T00:00:00.{'0' * (length - 21)}Z"
    ),
    "date": lambda _, text: _date(text),
    "time": lambda length, _: "00:00:00Z" if length <= 9 else f"00:00:00.{'0' * (length - 10)}Z",
    "duration": lambda length, text: f"P{len(text):0>{max(length - 2, 1)}}D",
    "ipv4": lambda _, text: f"10.0.0.{_number(text) % 256}",
    "ipv6": lambda _, text: f"::{_number(text) % 65_536:x}",
    "uuid": lambda _, text: f"{_number(text):08x}-0000-4000-8000-000000000000",
}
"""Strings of a format, of at least a length if possible, that differ by a short text."""


def _number(text: str) -> int:
    return sum(_ALPHABET.find(each) * len(_ALPHABET) ** place for place, each in enumerate(text))


def _date(text: str) -> str:
    return date.fromordinal(_FIRST_DAY + 400 * (_number(text) % 1_000)).isoformat()


def texts(wanted: Conjunction, random: Random) -> Iterator[str]:
    """Yield different strings, some of which may match.

    Args:
        wanted: what they must match.
        random: source of all choices.
    """
    low = wanted.most("minLength", 0)
    high = wanted.least("maxLength", _MAX_LENGTH)
    if low > high or low > _MAX_LENGTH:
        return
    seen: set[str] = set()
    for made in _made(wanted, random, low, high):
        if low <= len(made) <= high and made not in seen:
            seen.add(made)
            yield made


def _made(wanted: Conjunction, random: Random, low: int, high: int) -> Iterator[str]:
    patterned = list(islice(_of_patterns(wanted.having("pattern"), random, low, high), _MAX_OF_PATTERNS))
    yield from patterned
    for form in wanted.having("format"):
        if form in _FORMATS:
            yield from _of_format(_FORMATS[form], patterned, low)
    for begun in patterned[:_TRIES]:
        for text in _short():
            yield from (f"{begun}{text}", f"{text}{begun}", f"{begun} {text}")
    yield from _plain(low)
    excluded = [each["pattern"] for each in wanted.excluded if "pattern" in each]
    yield from _of_patterns(excluded, random, low, high)


def _of_format(make: Callable[[int, str], str], patterned: list[str], low: int) -> Iterator[str]:
    """Yield strings of a format, also with texts of a pattern in them."""
    yield from (make(low, text) for text in _short())
    for begun in patterned:
        for text in _ALPHABET[:_TRIES]:
            yield from _completed(begun, low, make, text)


def _plain(low: int) -> Iterator[str]:
    for text in _short():
        yield text
        yield text.ljust(low, text[-1])
    for text in ("", "9", "-", " ", "A", "é", "日"):
        yield text
        yield text.ljust(low, text or "-")


def _short() -> Iterator[str]:
    yield from _ALPHABET
    yield from map("".join, islice(product(_ALPHABET, repeat=2), len(_ALPHABET)))


def _of_patterns(patterns: list[Any], random: Random, low: int, high: int) -> Iterator[str]:
    """Yield strings of each pattern, and of all one after another in any order."""
    found = [
        [text for _ in range(_TRIES) if (text := pattern_text(pattern, random, low, high)) is not None]
        for pattern in patterns
        if isinstance(pattern, str)
    ]
    for each in found:
        yield from each
        yield from (text.ljust(low, "x") for text in each)
        yield from (text.rjust(low, "x") for text in each)
        yield from (text.ljust(low, "0") for text in each)
    if len(found) > 1:
        for order in islice(permutations(found), 6):
            for texts_of_all in zip(*order, strict=False):
                yield "".join(texts_of_all)


def _completed(begun: str, low: int, make: Callable[[int, str], str], text: str) -> Iterator[str]:
    """Yield strings of a format that begin or end with a text of a pattern."""
    whole = make(low, text)
    yield begun + whole[len(begun) :]
    yield whole[: max(len(whole) - len(begun), 0)] + begun
    yield f"{text}{begun}"
    yield make(low, begun)
