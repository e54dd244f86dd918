"""Strategies: what a client may be answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from hypothesis import assume, currently_in_test_context, event, note
from hypothesis import strategies as st

from crm_contracts.fuzz import bodies
from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.documented import Documented, documented
from crm_contracts.fuzz.draft import Alteration, Draft, Inapplicable
from crm_contracts.fuzz.from_schema import values
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.places import Place
from crm_contracts.fuzz.pools import Alterations, Pool, fits, places_of, pool

MOST: Final = 4
"""Alterations of one answer, when the contract allows them."""

_WILDEST: Final = {kind: rank for rank, kind in enumerate(Kind)}
_ANY_INTEGER: Final = st.integers(-(2**63), 2**63 - 1)
_TRIES: Final = 40
Draw = Callable[[st.SearchStrategy[Any]], Any]


def answers(
    operation: str,
    *,
    status: int | None = None,
    outcome: str | None = None,
    allowed: bool | None = None,
    from_schema: bool = False,
) -> st.SearchStrategy[FuzzedAnswer]:
    """Return a strategy for answers of an operation; they shrink toward the documented example.

    Args:
        operation: `<vendor>.<operationId>`.
        status: only answers made from documented ones of this status; `None` is for all but those of the protocol.
        outcome: only those made from one documented answer, by the name of its example.
        allowed: `True` for what the contract allows, at its edges; `False` for what it forbids but networks produce;
            `None` for both.
        from_schema: build bodies from the schema alone rather than alter documented examples.

    Raises:
        UsageError: the contract has no such operation or answer.
    """
    chosen = st.sampled_from(documented(operation, status, outcome))
    families = [_FAMILIES[each, from_schema] for each in (True, False) if allowed in (None, each)]
    return st.one_of([chosen.flatmap(family) for family in families])


@st.composite
def _allowed(draw: Draw, start: Documented) -> FuzzedAnswer:
    """Draw an answer that the contract allows: the example itself, or with a few alterations."""
    found = pool(start)
    steps = st.integers(0, MOST)
    return _altered(draw, start, found.allowed, draw(steps), [], drawing=found)


@st.composite
def _forbidden(draw: Draw, start: Documented) -> FuzzedAnswer:
    """Draw an answer that breaks the contract, or does not arrive whole, for one reason."""
    alteration = _one_of(draw, pool(start).forbidden)
    return finished(start, alteration.change(start.draft), [alteration], allowed=False)


@st.composite
def _built(draw: Draw, start: Documented) -> FuzzedAnswer:
    """Draw an answer that the contract allows, its body built from the schema."""
    carried = pool(start).carried[0]
    start, first = _rebuilt(draw, start)
    return _altered(draw, start, carried, draw(st.integers(0, 2)), first)


@st.composite
def _built_forbidden(draw: Draw, start: Documented) -> FuzzedAnswer:
    """Draw an answer that is built from the schema, and then broken in one place."""
    spoilt = pool(start).carried[1]
    start, first = _rebuilt(draw, start)
    places = list(places_of(start, start.draft.value)) if first else []
    if places and draw(st.booleans()):
        alterations = list(bodies.alterations(draw(st.sampled_from(places))))
        begin = draw(st.integers(0, len(alterations) - 1))
        for each in (alterations[begin:] + alterations[:begin])[:_TRIES]:
            draft = each.change(start.draft)
            if not fits(start, draft):
                return finished(start, draft, [*first, each], allowed=False)
    alteration = _one_of(draw, spoilt)
    draft = alteration.change(start.draft)
    assume(draft.fault is not None or bool(start.violations(draft)))
    return finished(start, draft, [*first, alteration], allowed=False)


_FAMILIES: Final[dict[tuple[bool, bool], Callable[[Documented], st.SearchStrategy[FuzzedAnswer]]]] = {
    (True, False): _allowed,
    (False, False): _forbidden,
    (True, True): _built,
    (False, True): _built_forbidden,
}


def _rebuilt(draw: Draw, start: Documented) -> tuple[Documented, list[Alteration]]:
    """Return a documented answer with a body built from its schema, and that as an alteration."""
    if not start.draft.media_type:
        return start, []
    value = draw(values(start.document, start.schema))
    built = replace(start, draft=replace(start.draft, value=value))
    assume(fits(built, built.draft))
    words = f"the body is built from the schema: {bodies.shown(value)}"
    return built, [Alteration(Kind.SCHEMA, ("built",), words, lambda draft: draft)]


def _altered(
    draw: Draw, start: Documented, found: Alterations, steps: int, done: list[Alteration], drawing: Pool | None = None
) -> FuzzedAnswer:
    """Alter an answer step by step; a step that the contract forbids after the others is left out."""
    draft = start.draft
    done = list(done)
    for _ in range(steps if found else 0):
        each = _drawn(draw, drawing) if drawing is not None else None
        each = each or _one_of(draw, found)
        if any(before.excludes(each.place) for before in done):
            continue
        try:
            altered = each.change(draft)
        except Inapplicable:
            continue
        if not start.violations(altered):
            draft = altered
            done.append(each)
    return finished(start, draft, done, allowed=True)


def _drawn(draw: Draw, found: Pool) -> Alteration | None:
    """Sometimes return an alteration to a drawn value, where there are texts or numbers."""
    places = [place for place in found.places if type(place.value) in (str, int)]
    if not places or draw(st.integers(0, 4)) < 4:
        return None
    place: Place = draw(st.sampled_from(places))
    if isinstance(place.value, str):
        return bodies.altered_to(place, Kind.TEXT, draw(st.text()), "any text")
    return bodies.altered_to(place, Kind.NUMBER, draw(_ANY_INTEGER), "any integer")


def _one_of(draw: Draw, found: Alterations) -> Alteration:
    kind: Kind = draw(st.sampled_from(list(found)))
    alteration: Alteration = draw(st.sampled_from(found[kind]))
    return alteration


def finished(start: Documented, draft: Draft, done: list[Alteration], *, allowed: bool) -> FuzzedAnswer:
    """Return an altered answer, with words for what is unusual about it."""
    kind = max((each.kind for each in done), key=_WILDEST.__getitem__, default=Kind.DOCUMENTED)
    words = "; ".join(_words(start, draft, done, allowed=allowed))
    if currently_in_test_context():
        event(f"{'allowed' if allowed else 'forbidden'}: {kind}")
        note(f"{start.operation.key}, {start.outcome.name}: {words or 'as documented'}")
    return FuzzedAnswer(
        operation=start.operation.key,
        unusual=words,
        allowed=allowed,
        kind=kind,
        outcome=start.outcome.name,
        status=draft.status,
        headers=draft.headers,
        body=draft.body,
        chunked=draft.chunked,
        fault=draft.fault,
        delay_ms=draft.delay_ms,
        phase=draft.phase,
    )


def _words(start: Documented, draft: Draft, done: list[Alteration], *, allowed: bool) -> Iterator[str]:
    """Yield what is unusual, and of what is forbidden in a body the rule that it breaks."""
    yield from (each.words for each in done)
    if not allowed and draft.fault is None and draft.raw is None and draft.headers == start.draft.headers:
        violation = next(iter(start.violations(draft)), None)
        if violation is not None and violation.location != ("body",):
            yield f"the contract: {violation.message}"
