"""Strategies: what a client may be answered.

Hypothesis takes its time for each choice, and for each strategy that is new to it: one strategy makes all answers of an
operation, of few choices, by strategies that are made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Final

from hypothesis import assume, currently_in_test_context, event, note
from hypothesis import strategies as st

from crm_contracts.fuzz import bodies
from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.choices import Draw, below, one_of
from crm_contracts.fuzz.documented import Documented, documented, suite
from crm_contracts.fuzz.draft import Alteration, Draft, Inapplicable
from crm_contracts.fuzz.from_schema import Builder
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.making import broken_rule, made, rule_of
from crm_contracts.fuzz.pools import Alterations, Pool, carriages, fits, places_of, pool, telling

MOST: Final = 4
"""Alterations of one answer, when the contract allows them."""

_CARRIED: Final = 2
"""Of these, what may be unusual about how a body is carried that is built from its schema."""

_QUICK: Final = 10
"""Half of how often something quick is chosen for once something that takes time: a client is to get many answers."""

_SLOW: Final = frozenset({Kind.SLOW_BODY, Kind.HANG})
_TRIES: Final = 40

Family = Callable[[Draw, Documented], FuzzedAnswer]


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
    families = [_FAMILIES[each, from_schema] for each in (True, False) if allowed in (None, each)]
    starts = _alike(documented(operation, status, outcome))

    @st.composite
    def answer(draw: Draw) -> FuzzedAnswer:
        """Draw an answer; what it is made from is no argument, for Hypothesis writes those down, and they are long."""
        family = one_of(draw, families)
        return _told(family(draw, one_of(draw, one_of(draw, starts))))

    return answer()


def _alike(found: Iterable[Documented]) -> list[list[Documented]]:
    """Return documented answers that have the same members together: of many errors, each is drawn the more seldom."""
    alike: dict[tuple[str, ...], list[Documented]] = {}
    for each in found:
        value = each.draft.value
        alike.setdefault(tuple(sorted(value)) if isinstance(value, dict) else (), []).append(each)
    return list(alike.values())


def _allowed(draw: Draw, start: Documented) -> FuzzedAnswer:
    """Draw an answer that the contract allows: the example itself, or with a few alterations."""
    found = pool(start)
    wanted = [_milder(draw, found) for _ in range(draw(below(MOST + 1)))]
    return _altered(start, start.draft, wanted, [])


def _milder(draw: Draw, found: Pool) -> Alteration:
    """Draw something allowed: one that is listed, or else one that is drawn itself."""
    number = draw(below(len(found.allowed) + len(found.drawings)))
    if number < len(found.allowed):
        return one_of(draw, list(found.allowed.values())[number])
    return found.drawings[number - len(found.allowed)](draw)


def _forbidden(draw: Draw, start: Documented) -> FuzzedAnswer:
    """Draw an answer that breaks the contract, or does not arrive whole, for one reason."""
    draw(below(MOST + 1))  # as many choices as one thing takes that is allowed: shrinking prefers that, then
    alteration = _spoiling(draw, pool(start).forbidden)
    return made(start, alteration.change(start.draft), [alteration], rule_of(start, alteration), allowed=False)


def _built(draw: Draw, start: Documented) -> FuzzedAnswer:
    """Draw an answer that the contract allows, its body built from the schema."""
    carried = list(carriages(start)[0].values())
    draft, first = _rebuilt(draw, start)
    wanted = [one_of(draw, one_of(draw, carried)) for _ in range(draw(below(_CARRIED + 1)))]
    return _altered(start, draft, wanted, first)


def _built_forbidden(draw: Draw, start: Documented) -> FuzzedAnswer:
    """Draw an answer that is built from the schema, and then broken in one place."""
    draft, first = _rebuilt(draw, start)
    places = list(places_of(start, draft.value)) if first else []
    if places and draw(below(2)) == 1:
        alterations = list(telling(draft, bodies.alterations(one_of(draw, places))))
        begin = draw(below(len(alterations)))
        for each in (alterations[begin:] + alterations[:begin])[:_TRIES]:
            broken = each.change(draft)
            if not fits(start, broken):
                return made(start, broken, [*first, each], broken_rule(start, broken), allowed=False)
    alteration = _spoiling(draw, carriages(start)[1])
    broken = alteration.change(draft)
    assume(broken.fault is not None or start.violations(broken))
    return made(start, broken, [*first, alteration], allowed=False)


_FAMILIES: Final[dict[tuple[bool, bool], Family]] = {
    (True, False): _allowed,
    (False, False): _forbidden,
    (True, True): _built,
    (False, True): _built_forbidden,
}


@cache
def _builder(vendor: str) -> Builder:
    return Builder(suite(vendor).contracts[vendor].document)


def _rebuilt(draw: Draw, start: Documented) -> tuple[Draft, list[Alteration]]:
    """Return a documented answer with a body built from its schema, and that as an alteration."""
    if not start.draft.media_type:
        return start.draft, []
    value = _builder(start.operation.vendor).value(draw, start.schema)
    draft = replace(start.draft, value=value)
    assume(fits(start, draft))
    words = f"the body is built from the schema: {bodies.shown(value)}"
    return draft, [Alteration(Kind.SCHEMA, ("built",), words, lambda draft: draft)]


def _altered(start: Documented, draft: Draft, wanted: list[Alteration], first: list[Alteration]) -> FuzzedAnswer:
    """Alter an answer. What is allowed alone mostly is together: only where it is not, one after the other is tried."""
    altered, done = _applied(draft, wanted, first, lambda _: True)
    if not start.validator.is_valid(altered.value):
        altered, done = _applied(draft, wanted, first, lambda each: start.validator.is_valid(each.value))
    return made(start, altered, done, allowed=True)


def _applied(
    draft: Draft, wanted: list[Alteration], first: list[Alteration], is_good: Callable[[Draft], bool]
) -> tuple[Draft, list[Alteration]]:
    """Return an altered answer, and the alterations that are good and do not exclude one another."""
    done = list(first)
    for each in wanted:
        if any(before.excludes(each.place) for before in done):
            continue
        try:
            altered = each.change(draft)
        except Inapplicable:
            continue
        if is_good(altered):
            draft = altered
            done.append(each)
    return draft, done


def _spoiling(draw: Draw, found: Alterations) -> Alteration:
    """Draw something forbidden. What takes time stands in the middle, for the ends of a range are chosen more often."""
    quick = [each for kind, each in found.items() if kind not in _SLOW]
    slow = [each for kind, each in found.items() if kind in _SLOW]
    before = len(quick) * _QUICK
    number = draw(below(2 * before + len(slow)))
    if before <= number < before + len(slow):
        return one_of(draw, slow[number - before])
    return one_of(draw, quick[number % len(quick)])


def _told(answer: FuzzedAnswer) -> FuzzedAnswer:
    """Tell Hypothesis of an answer, for its statistics and for tests that fail with it."""
    if currently_in_test_context():
        event(f"{'allowed' if answer.allowed else 'forbidden'}: {answer.kind}")
        note(str(answer))
    return answer
