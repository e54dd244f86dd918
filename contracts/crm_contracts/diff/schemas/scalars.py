"""Comparing the requirements on numbers and strings, and on the size of all values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.keywords import WHOLE
from crm_contracts.diff.schemas.slots import COUNTED, Bound, Slot
from crm_contracts.diff.schemas.values import admitting
from crm_contracts.diff.variance import Effect

_REMARKS: Final = frozenset((*WHOLE, "float", "double", "password", "byte", "binary"))
"""Formats that are notes to programmers, or imply bounds, which are compared themselves."""

_WITHIN: Final = frozenset(
    (
        ("date-time", "date-time-0-7"),
        ("date-time", "date-time-or-empty"),
        ("date", "local-date-or-date-time"),
        ("local-date-time", "local-date-or-date-time"),
        ("local-date-time", "date-time-0-7"),
    )
)
"""Formats whose values are all values of another, except for more than seven digits of a second."""


def enumerated(old: Slot, new: Slot) -> Iterator[Found]:
    """Yield the change of an enumeration, also from or to a schema without one."""
    narrowed = old.values is None or not all(map(admitting(new), old.values.values()))
    widened = new.values is None or not all(map(admitting(old), new.values.values()))
    if narrowed or widened:
        effect = (Effect.NARROWED if narrowed else Effect.NONE) | (Effect.WIDENED if widened else Effect.NONE)
        yield Found((), "enum", effect, _listed(old), _listed(new))


def _listed(slot: Slot) -> list[Any] | None:
    return None if slot.values is None else list(slot.values.values())


def scalars(old: Slot, new: Slot) -> Iterator[Found]:
    """Yield the changes of bounds, formats, patterns and so on."""
    if old.whole != new.whole:
        was, now = (["integer"] if each.whole else ["number"] for each in (old, new))
        yield Found((), "type", Effect.NARROWED if new.whole else Effect.WIDENED, was, now)
    if old.type in COUNTED:
        low, high = COUNTED[old.type]
        yield from _low(low, old.low, new.low)
        yield from _high(high, old.high, new.high)
    yield from _formats(old, new)
    yield from _sets("pattern", old.patterns, new.patterns)
    if old.multiples != new.multiples:
        yield Found((), "multipleOf", _multiples(old, new), _shown(old.multiples), _shown(new.multiples))
    if old.unique != new.unique:
        yield Found((), "uniqueItems", Effect.NARROWED if new.unique else Effect.WIDENED, old.unique, new.unique)


def _low(keyword: str, old: Bound | None, new: Bound | None) -> Iterator[Found]:
    if old != new:
        narrowed = new is not None and (old is None or new > old)
        yield Found((), keyword, Effect.NARROWED if narrowed else Effect.WIDENED, _bound(old), _bound(new))


def _high(keyword: str, old: Bound | None, new: Bound | None) -> Iterator[Found]:
    if old != new:
        narrowed = new is not None and (old is None or (new.value, not new.open) < (old.value, not old.open))
        yield Found((), keyword, Effect.NARROWED if narrowed else Effect.WIDENED, _bound(old), _bound(new))


def _bound(bound: Bound | None) -> Any:
    if bound is None:
        return None
    return f"{bound.value}, itself not allowed" if bound.open else bound.value


def _formats(old: Slot, new: Slot) -> Iterator[Found]:
    yield from _sets("format", old.formats - _REMARKS, new.formats - _REMARKS)
    was, now = old.formats & _REMARKS, new.formats & _REMARKS
    if was != now:
        yield Found((), "format", Effect.NOTICE, _shown(was), _shown(now))


def _sets(rule: str, old: frozenset[str], new: frozenset[str]) -> Iterator[Found]:
    if old != new:
        effect = (Effect.NARROWED if _asks_more(new, old) else Effect.NONE) | (
            Effect.WIDENED if _asks_more(old, new) else Effect.NONE
        )
        yield Found((), rule, effect, _shown(old), _shown(new))


def _asks_more(these: frozenset[str], those: frozenset[str]) -> bool:
    """Return whether one of these is not implied by all of those."""
    return any(not any((each, this) in _WITHIN for each in those) for this in these - those)


def _multiples(old: Slot, new: Slot) -> Effect:
    effect = Effect.NONE
    if not all(any(_divides(new_, old_) for old_ in old.multiples) for new_ in new.multiples):
        effect |= Effect.NARROWED
    if not all(any(_divides(old_, new_) for new_ in new.multiples) for old_ in old.multiples):
        effect |= Effect.WIDENED
    return effect


def _divides(part: float, whole: float) -> bool:
    return (Fraction(str(whole)) / Fraction(str(part))).denominator == 1


def _shown(values: frozenset[Any]) -> Any:
    listed = sorted(values)
    return listed[0] if len(listed) == 1 else listed or None
