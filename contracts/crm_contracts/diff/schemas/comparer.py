"""Comparing two schemas: each change at its place below them, with what it does to the set of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.diff import nodes
from crm_contracts.diff.schemas.alternatives import paired
from crm_contracts.diff.schemas.arrays import entries
from crm_contracts.diff.schemas.exclusive import exclusions
from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.objects import members
from crm_contracts.diff.schemas.reader import Reader
from crm_contracts.diff.schemas.scalars import enumerated, scalars
from crm_contracts.diff.schemas.slots import EVERYTHING, Normal, Schema, Slot
from crm_contracts.diff.variance import Direction, Effect

_UNSAID: Final = object()


class Comparer:
    """Compares schemas of two documents, each pair once.

    Attributes:
        old: reads the schemas that were.
        new: reads those that are.
        direction: which way the values travel.
    """

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction) -> None:
        self.direction = direction
        self.old = Reader(old, direction)
        self.new = Reader(new, direction)
        self._known: dict[tuple[frozenset[int], frozenset[int]], tuple[Found, ...]] = {}

    def schemas(self, old: Schema, new: Schema) -> tuple[Found, ...]:
        """Return the changes from one schema to another, with places that begin below them.

        A pair that is met again inside itself is taken to be without change there: what changed is told where the
        pair is met first.
        """
        if self.old.fingerprints.of(old) == self.new.fingerprints.of(new):
            return ()
        key = old.key, new.key
        if key not in self._known:
            self._known[key] = ()
            self._known[key] = tuple(Found.merged(self._compared(old, new)))
        return self._known[key]

    def _compared(self, old: Schema, new: Schema) -> Iterator[Found]:
        yield from _remarks(old, new)
        was, now = self.old.normal(old), self.new.normal(new)
        yield from _types(was, now)
        for type_ in EVERYTHING:
            if type_ in was and type_ in now:
                yield from paired(was[type_], now[type_], self.slots)

    def slots(self, old: Slot, new: Slot) -> list[Found]:
        """Return the changes from what is asked of the values of one type to what is asked now."""
        if old.values is not None or new.values is not None:
            return [*enumerated(old, new), *exclusions(old, new), *_rest(old, new)]
        found = [*scalars(old, new), *exclusions(old, new), *_rest(old, new)]
        if old.type == "array":
            found += entries(old, new, self)
        if old.type == "object":
            found += members(old, new, self)
        return Found.merged(found)


def _types(was: Normal, now: Normal) -> Iterator[Found]:
    """Yield the change of types; that numbers must be whole is told with their other rules."""
    gone, came = was.keys() - now.keys(), now.keys() - was.keys()
    effect = (Effect.NARROWED if gone else Effect.NONE) | (Effect.WIDENED if came else Effect.NONE)
    if effect:
        rule = "nullable" if gone | came == {"null"} else "type"
        yield Found((), rule, effect, _said(_type_names(was)), _said(_type_names(now)))


def _type_names(normal: Normal) -> list[str]:
    """Return the types that are allowed, in JSON Schema's words."""
    whole = all(slot.whole for slot in normal.get("number", ()))
    return ["integer" if each == "number" and whole else each for each in EVERYTHING if each in normal]


def _said(types: list[str]) -> list[str] | str:
    if len(types) == len(EVERYTHING):
        return "anything"
    return types or "nothing"


def _rest(old: Slot, new: Slot) -> Iterator[Found]:
    gone, came = old.rest - new.rest, new.rest - old.rest
    for keyword in sorted({keyword for keyword, _ in gone | came}):
        effect = Effect.NARROWED if any(each == keyword for each, _ in came) else Effect.NONE
        effect |= Effect.WIDENED if any(each == keyword for each, _ in gone) else Effect.NONE
        yield Found((), keyword, effect, None, None)


def _remarks(old: Schema, new: Schema) -> Iterator[Found]:
    """Yield changes of what is said beside the rules."""
    was, now = _said_of(old, "deprecated") is True, _said_of(new, "deprecated") is True
    if was != now:
        yield Found((), "deprecated", Effect.NOTICE if now else Effect.NONE, was, now)
    for keyword in ("default", "discriminator"):
        before, after = _said_of(old, keyword), _said_of(new, keyword)
        if before is not _UNSAID or after is not _UNSAID:
            texts = [None if each is _UNSAID else nodes.canonical(each) for each in (before, after)]
            if texts[0] != texts[1]:
                yield Found(
                    (), keyword, Effect.NOTICE, *(None if each is _UNSAID else each for each in (before, after))
                )


def _said_of(schema: Schema, keyword: str) -> Any:
    return next((node[keyword] for node in schema.nodes if node is not False and keyword in node), _UNSAID)
