"""What can be done to a documented answer, sorted by whether the contract allows the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from crm_contracts.fuzz import bodies, carriage
from crm_contracts.fuzz.documented import Documented
from crm_contracts.fuzz.draft import Alteration, Draft, Inapplicable, put
from crm_contracts.fuzz.drawn import Drawing, drawings
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.places import Place, Walker
from crm_contracts.fuzz.plain import is_plain
from crm_mocks.contract.outcome import is_json

Alterations = Mapping[Kind, list[Alteration]]


@dataclass(frozen=True)
class Pool:
    """Alterations of one documented answer, by kind from mild to wild, of which each was tried on the example.

    Attributes:
        allowed: the contract allows the result.
        forbidden: it does not, or nothing arrives whole that it could be held to.
        carried: those of `allowed` and `forbidden` that hold for whatever body: they change how it is carried.
        places: those of the body.
        drawings: draw alterations of the body that are not listed, and may be forbidden.
    """

    allowed: Alterations
    forbidden: Alterations
    carried: tuple[Alterations, Alterations]
    places: tuple[Place, ...]
    drawings: tuple[Drawing, ...]


@cache
def pool(documented: Documented) -> Pool:
    """Return the alterations of a documented answer."""
    places = tuple(places_of(documented, documented.draft.value))
    in_body = list(telling(documented.draft, (each for place in places for each in bodies.alterations(place))))
    allowed, forbidden = _sorted_out(documented, in_body)
    carried, spoilt = carriages(documented)
    return Pool(
        by_kind([*_all(carried), *allowed]),
        by_kind([*forbidden, *_all(spoilt)]),
        (carried, spoilt),
        places,
        drawings(places) if is_json(documented.draft.media_type) else (),
    )


@cache
def carriages(documented: Documented) -> tuple[Alterations, Alterations]:
    """Return the alterations of how a documented answer is carried: those that the contract allows, and the others."""
    ways = list(carriage.writing(documented.draft))
    found = [each for each in (*ways, *carriage.spoiling(documented.draft)) if _differs(documented, each)]
    good = [each for each in ways if each in found and _is_allowed(documented, each)]
    bad = [each for each in found if each not in good and not _is_allowed(documented, each)]
    return by_kind(good), by_kind([*bad, *carriage.faults()])


def places_of(documented: Documented, value: Any) -> Iterator[Place]:
    """Yield the places of a body of a documented answer; of an answer without body there are none."""
    if documented.draft.media_type:
        yield from Walker(documented.document, documented.schemas).places(value, documented.schema)


def by_kind(alterations: Iterable[Alteration]) -> Alterations:
    """Return alterations by kind, the mildest kind first."""
    found: dict[Kind, list[Alteration]] = {kind: [] for kind in Kind}
    for each in alterations:
        found[each.kind].append(each)
    return {kind: each for kind, each in found.items() if each}


def _all(alterations: Alterations) -> Iterator[Alteration]:
    return (each for of_kind in alterations.values() for each in of_kind)


def fits(documented: Documented, draft: Draft) -> bool:
    """Tell whether the schema allows a body's value, as a client reads it that knows JSON and nothing else."""
    if not is_json(draft.media_type):
        return isinstance(draft.value, str) and documented.validator.is_valid(draft.value)
    try:
        return documented.validator.is_valid(orjson.loads(draft.body))
    except orjson.JSONDecodeError:
        return False


def telling(draft: Draft, alterations: Iterable[Alteration]) -> Iterator[Alteration]:
    """Leave out what a body that is no JSON cannot hold."""
    is_text = not is_json(draft.media_type)
    for each in alterations:
        if not is_text or _is_text(each.change(draft)):
            yield each


def _is_text(draft: Draft) -> bool:
    return isinstance(draft.value, str) and draft.raw is None and is_plain(draft.value)


def _sorted_out(documented: Documented, found: Iterable[Alteration]) -> tuple[list[Alteration], list[Alteration]]:
    """Return those of a body's alterations that the contract allows, and those that it does not."""
    allowed: list[Alteration] = []
    forbidden: list[Alteration] = []
    for each in found:
        (allowed if _is_fitting(documented, each) else forbidden).append(each)
    return allowed, forbidden


def _is_fitting(documented: Documented, alteration: Alteration) -> bool:
    """Tell whether the schema allows an altered body, which is written and read only where that may matter."""
    change, before = alteration.change, documented.draft
    if isinstance(change, bodies.Put) and is_plain(change.value):
        return documented.validator.is_valid(put(before.value, change.path, change.value))
    draft = change(before)
    return fits(documented, draft) if draft.raw is None else not documented.violations(draft)


def _is_allowed(documented: Documented, alteration: Alteration) -> bool:
    return not documented.violations(alteration.change(documented.draft))


def _differs(documented: Documented, alteration: Alteration) -> bool:
    """Tell whether a client could notice an alteration at all."""
    before = documented.draft
    try:
        after = alteration.change(before)
    except Inapplicable:
        return False
    return (after.status, after.headers, after.body, after.chunked) != (
        before.status,
        before.headers,
        before.body,
        before.chunked,
    )
