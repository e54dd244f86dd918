"""Arrays that match plain schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, combinations, islice, product
from math import prod
from typing import TYPE_CHECKING, Any, Final

from crm_mocks.generic.search.conjunctions import Conjunction, Within

if TYPE_CHECKING:
    from crm_mocks.generic.search.value_search import ValueSearch

Slots = list[tuple[Any, ...]]
"""The schemas of each entry."""

_MAX_ENTRIES: Final = 5_000
_MAX_DISTINCT: Final = 60
"""Entries that differ for which other choices are tried when one has none left."""

_MAX_PLACES: Final = 200
"""Ways to distribute the entries that `contains` asks for."""

_MAX_VALUES: Final = 6
_MAX_VARIANTS: Final = 200


def arrays(search: ValueSearch, wanted: Conjunction, within: Within) -> Iterator[list[Any]]:
    """Yield arrays, the shortest first.

    Args:
        search: finds the entries.
        wanted: what the arrays must match.
        within: see `ValueSearch.values`.
    """
    low = wanted.most("minItems", 0)
    asked = [max(part.get("minContains", 1), 0) for part in wanted.parts if "contains" in part]
    shortest = max([low, *asked])
    longest = min(wanted.least("maxItems", _MAX_ENTRIES), low + sum(asked) + 2)
    if shortest > _MAX_ENTRIES:
        search.conjunctions.is_complete = False
        return
    if asked and (wanted.having("prefixItems") or wanted.having("unevaluatedItems")):
        search.conjunctions.is_complete = False
    is_unique = any(wanted.having("uniqueItems"))
    for count in range(shortest, longest + 1):
        for number, slots in enumerate(_slots(wanted, count)):
            search.conjunctions.step()
            if number == _MAX_PLACES:
                search.conjunctions.is_complete = False
                break
            yield from _distinct(search, slots, within) if is_unique else _filled(search, slots, within)


def _slots(wanted: Conjunction, count: int) -> Iterator[Slots]:
    """Yield the schemas of the entries of an array, for each distribution of those that `contains` asks for."""
    plain = [_schemas_of(wanted, number) for number in range(count)]
    unevaluated = tuple(wanted.having("unevaluatedItems"))
    places: list[list[tuple[int, ...]]] = []
    containing = [part for part in wanted.parts if "contains" in part]
    for part in containing:
        least = max(part.get("minContains", 1), 0)
        most = min(part.get("maxContains", count if unevaluated else least), count)
        sizes = range(least, most + 1)
        places.append(
            list(islice(chain.from_iterable(combinations(range(count), size) for size in sizes), _MAX_PLACES))
        )
    for chosen in product(*places):
        slots = list(plain)
        for part, numbers in zip(containing, chosen, strict=True):
            others = ({"not": part["contains"]},) if "maxContains" in part else ()
            slots = [
                (*each, part["contains"]) if number in numbers else (*each, *others)
                for number, each in enumerate(slots)
            ]
        yield [each or unevaluated for each in slots]


def _schemas_of(wanted: Conjunction, number: int) -> tuple[Any, ...]:
    """Return the schemas of an entry."""
    found: list[Any] = []
    for part in wanted.parts:
        first = part.get("prefixItems", [])
        if number < len(first):
            found.append(first[number])
        elif "items" in part:
            found.append(part["items"])
    return tuple(found)


def _filled(search: ValueSearch, slots: Slots, within: Within) -> Iterator[list[Any]]:
    firsts = search.firsts(slots, within)
    if firsts is None:
        return
    yield firsts
    values = [list(islice(search.values(each, within), _MAX_VALUES)) for each in slots[:_MAX_DISTINCT]]
    for combination in islice(product(*values), 1, _MAX_VARIANTS):
        yield [*combination, *firsts[_MAX_DISTINCT:]]
    if any(len(each) == _MAX_VALUES for each in values) or prod(map(len, values)) > _MAX_VARIANTS:
        search.conjunctions.is_complete = False


def _distinct(search: ValueSearch, slots: Slots, within: Within) -> Iterator[list[Any]]:
    """Yield arrays whose entries differ."""
    if len(slots) > _MAX_DISTINCT:
        search.conjunctions.is_complete = False
        made = _distinct_values(search, slots[0], within, len(slots), {})
        if len(made) == len(slots):
            yield list(made.values())
        return
    is_found = False
    for entries in _continued(search, slots, within, {}):
        is_found = True
        yield entries
    if search.has_repetition and not is_found and not search.repetitions:
        search.repetitions = 1
        yield from _continued(search, slots, within, {})
        search.repetitions = 0
        search.conjunctions.is_complete = False


def _continued(search: ValueSearch, slots: Slots, within: Within, made: dict[str, Any]) -> Iterator[list[Any]]:
    if len(made) == len(slots):
        yield list(made.values())
        return
    limit = 2 * len(slots)
    values = _distinct_values(search, slots[len(made)], within, limit, made)
    for key, value in values.items():
        search.conjunctions.step()
        yield from _continued(search, slots, within, {**made, key: value})


def _distinct_values(
    search: ValueSearch, schemas: tuple[Any, ...], within: Within, limit: int, made: dict[str, Any]
) -> dict[str, Any]:
    """Return values that differ from each other and from those that are made."""
    found: dict[str, Any] = {}
    for value in islice(search.values(schemas, within), _MAX_ENTRIES):
        key = json.dumps(value, sort_keys=True)
        if key not in made:
            found.setdefault(key, value)
        if len(found) == limit:
            break
    return found
