"""Comparing two schemas: each change with its place below them and its effect on the set of values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crm_contracts.diff import nodes
from crm_contracts.diff.schemas.alternatives import paired
from crm_contracts.diff.schemas.arrays import entries
from crm_contracts.diff.schemas.exclusive import exclusions
from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.objects import members
from crm_contracts.diff.schemas.reader import SchemaReader
from crm_contracts.diff.schemas.scalars import enumerated, scalars
from crm_contracts.diff.schemas.slots import EVERYTHING, Normal, Schema, Slot
from crm_contracts.diff.variance import Effect

_Pair = tuple[frozenset[int], frozenset[int]]


class Comparer:
    """Compares schemas of two documents, each pair once.

    Attributes:
        old: reads the schemas of the old document.
        new: reads those of the new one.
        direction: which way the values travel.
        glance: compares the same schemas, but sums up all changes below one as a single change.
    """

    def __init__(self, old: SchemaReader, new: SchemaReader, *, in_short: bool = False) -> None:
        """Make a comparer.

        Args:
            old: reads the schemas of the old document.
            new: reads those of the new one, in the same direction.
            in_short: see `glance`.
        """
        self.old, self.new = old, new
        self.direction = new.direction
        self.glance = self if in_short else Comparer(old, new, in_short=True)
        self._known: dict[_Pair, tuple[Found, ...]] = {}
        self._partly: dict[_Pair, tuple[Found, ...]] = {}
        self._open: dict[_Pair, int] = {}
        self._lowest = 0

    def schemas(self, old: Schema, new: Schema) -> tuple[Found, ...]:
        """Return the changes from one schema to another, with places that begin below them.

        A pair that is reached again below itself counts as unchanged there, since its changes are reported where it was
        reached first. Results that rely on this assumption are discarded when the outermost pair is done.
        """
        pair = old.key, new.key
        if pair in self._known:
            return self._known[pair]
        if pair in self._open or pair in self._partly:
            self._lowest = min(self._lowest, self._open.get(pair, 0))
            return self._partly.get(pair, ())
        above, depth = self._lowest, len(self._open)
        self._lowest = self._open[pair] = depth
        found = tuple(Found.merged(self._compared(old, new)))
        if self.glance is self:
            found = Found.in_short(found)
        del self._open[pair]
        (self._known if self._lowest >= depth else self._partly)[pair] = found
        self._lowest = min(above, self._lowest) if depth else 0
        if not depth:
            self._known.update({} if found else self._partly)  # without any change, the assumption was right
            self._partly.clear()
        return found

    def _compared(self, old: Schema, new: Schema) -> Iterator[Found]:
        yield from _remarks(old, new)
        was, now = self.old.normal(old), self.new.normal(new)
        yield from _types(was, now)
        for type_ in EVERYTHING:
            if type_ in was and type_ in now:
                yield from paired(was[type_], now[type_], self.slots, self.glance.slots)

    def slots(self, old: Slot, new: Slot) -> list[Found]:
        """Return the changes of the requirements on the values of one type."""
        if old.values is not None or new.values is not None:
            return [*enumerated(old, new), *exclusions(old, new), *_rest(old, new)]
        found = [*scalars(old, new), *exclusions(old, new), *_rest(old, new)]
        if old.type == "array":
            found += entries(old, new, self)
        if old.type == "object":
            found += members(old, new, self)
        return Found.merged(found)


def _types(was: Normal, now: Normal) -> Iterator[Found]:
    """Yield the change of types; integers are compared as numbers, with their other rules."""
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
    """Yield changes of keywords that allow or refuse nothing."""
    was, now = _said_of(old, "deprecated") is True, _said_of(new, "deprecated") is True
    if was != now:
        yield Found((), "deprecated", Effect.NOTICE if now else Effect.NONE, was, now)
    for keyword in ("default", "discriminator"):
        before, after = (_said_of(each, keyword) for each in (old, new))
        if nodes.canonical(before) != nodes.canonical(after):
            yield Found((), keyword, Effect.NOTICE, before, after)


def _said_of(schema: Schema, keyword: str) -> Any:
    return next((node[keyword] for node in schema.nodes if node is not False and keyword in node), None)
