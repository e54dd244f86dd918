"""Objects that match plain schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, count, islice, product
from math import comb, prod
from random import Random
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from crm_mocks.generic.pattern_text import pattern_text
from crm_mocks.generic.search.conjunctions import Conjunction, Within

if TYPE_CHECKING:
    from crm_mocks.generic.search.value_search import ValueSearch

_MAX_MEMBERS: Final = 5_000
_MAX_COMBINATIONS: Final = 50
_MAX_VALUES: Final = 6
"""Values of a member that are tried."""

_MAX_VARIANTS: Final = 200
_TRIES: Final = 12


def objects(search: ValueSearch, wanted: Conjunction, within: Within) -> Iterator[dict[str, Any]]:
    """Yield objects, those with the fewest members first.

    Args:
        search: finds the members.
        wanted: what the objects must match.
        within: see `ValueSearch.values`.
    """
    names = wanted.required
    most = wanted.least("maxProperties", _MAX_MEMBERS)
    if len(names) > most or not all(_is_name(search, wanted, name, within) for name in names):
        return
    missing = wanted.most("minProperties", 0) - len(names)
    if missing > 0:
        if missing <= most - len(names):
            yield from _larger(search, wanted, within, missing)
        return
    schemas = [_schemas_of(wanted, name) for name in names]
    firsts = search.firsts(schemas, within)
    if firsts is None:
        return
    yield dict(zip(names, firsts, strict=True))
    values = [list(islice(search.values(each, within), _MAX_VALUES)) for each in schemas]
    for combination in islice(product(*values), 1, _MAX_VARIANTS):
        yield dict(zip(names, combination, strict=True))
    if any(len(each) == _MAX_VALUES for each in values) or prod(map(len, values)) > _MAX_VARIANTS:
        search.conjunctions.is_complete = False
    if len(names) < most:
        yield from _larger(search, wanted, within, 1)


def _larger(search: ValueSearch, wanted: Conjunction, within: Within, missing: int) -> Iterator[dict[str, Any]]:
    """Yield objects with more members than are required."""
    known = list(_known_names(search, wanted, within, wanted.required))
    is_closed = any(_is_closed(search, part, within) for part in wanted.parts)
    others = [] if is_closed else list(islice(_other_names(search, wanted, within, known), missing))
    names = known + others
    for chosen in islice(combinations(names, missing), _MAX_COMBINATIONS):
        search.conjunctions.step()
        for larger in search.conjunctions.of({"required": list(chosen)}, base=wanted):
            yield from objects(search, larger, within)
    if not is_closed or comb(len(names), missing) > _MAX_COMBINATIONS:
        search.conjunctions.is_complete = False


def _is_closed(search: ValueSearch, part: Mapping[str, Any], within: Within) -> bool:
    """Return whether an object can only have the members that a schema names."""
    if "additionalProperties" not in part or part.get("patternProperties"):
        return False
    return not search.first((part["additionalProperties"],), within)


def _known_names(search: ValueSearch, wanted: Conjunction, within: Within, required: list[str]) -> Iterator[str]:
    """Yield the names of documented members that an object can have."""
    names = dict.fromkeys(name for members in wanted.having("properties") for name in members)
    for name in names:
        if name not in required and _is_possible(search, wanted, within, name):
            yield name


def _other_names(search: ValueSearch, wanted: Conjunction, within: Within, known: list[str]) -> Iterator[str]:
    """Yield names of members that the schemas do not name."""
    found = {*known, *wanted.required}
    failed = 0
    for name in _invented(search, wanted, within):
        if name in found:
            failed += 1
        elif _is_possible(search, wanted, within, name):
            found.add(name)
            yield name
        else:
            failed += 1
        if failed > _TRIES * 4:
            return


def _invented(search: ValueSearch, wanted: Conjunction, within: Within) -> Iterator[str]:
    schemas = wanted.having("propertyNames")
    if schemas:
        yield from islice(search.values((*schemas, {"type": "string"}), within), _MAX_MEMBERS)
    random = Random(0)  # noqa: S311  # the same names each time
    patterns = [pattern for members in wanted.having("patternProperties") for pattern in members]
    for _ in range(_TRIES):
        for pattern in patterns:
            made = pattern_text(pattern, random)
            if made is not None:
                yield made
    for number in range(1, _TRIES):
        for pattern in patterns:
            yield f"{pattern_text(pattern, random) or ''}{number}"
    for number in count(1):
        yield f"property{number}"
        yield f"{number}"


def _is_possible(search: ValueSearch, wanted: Conjunction, within: Within, name: str) -> bool:
    search.conjunctions.step()
    return _is_name(search, wanted, name, within) and bool(search.first(_schemas_of(wanted, name), within))


def _is_name(search: ValueSearch, wanted: Conjunction, name: str, within: Within) -> bool:
    """Return whether `propertyNames` allows a name."""
    schemas = wanted.having("propertyNames")
    return not schemas or bool(search.first((*schemas, {"const": name}), within))


def _schemas_of(wanted: Conjunction, name: str) -> tuple[Any, ...]:
    """Return the schemas of a member."""
    found: list[Any] = []
    for part in wanted.parts:
        own = [part["properties"][name]] if name in part.get("properties", {}) else []
        own += [inner for pattern, inner in part.get("patternProperties", {}).items() if _matches(pattern, name)]
        found += own or ([part["additionalProperties"]] if "additionalProperties" in part else [])
    return tuple(found or wanted.having("unevaluatedProperties"))


def _matches(pattern: str, name: str) -> bool:
    try:
        return jsonschema_rs.is_valid({"pattern": pattern}, name)
    except (jsonschema_rs.ValidationError, ValueError):
        return False
