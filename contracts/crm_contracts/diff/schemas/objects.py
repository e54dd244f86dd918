"""Comparing the members of objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.slots import ANYTHING, Slot
from crm_contracts.diff.variance import Effect

if TYPE_CHECKING:
    from crm_contracts.diff.schemas.comparer import Comparer

OTHERS: Final = "<other>"
"""Stands for the members that are not named in a place."""


def members(old: Slot, new: Slot, comparer: Comparer) -> Iterator[Found]:
    """Yield the changes of the members.

    Where an object is open, a member that one contract names and the other does not is one that nobody has sent or
    counted on there: the project takes undocumented names for notices, too.
    """
    for name in dict.fromkeys((*new.members, *old.members)):
        if name not in old.members:
            yield from _added(name, old, new, comparer)
        elif name not in new.members:
            yield from _removed(name, old, new, comparer)
        else:
            for each in comparer.schemas(old.members[name], new.members[name]):
                yield each.below(name)
            yield from _required(name, old, new)
    for name in sorted((old.required | new.required) - old.members.keys() - new.members.keys()):
        yield from _required(name, old, new)
    yield from _others(old, new, comparer)


def _required(name: str, old: Slot, new: Slot) -> Iterator[Found]:
    effect = _need(name, old, new)
    if effect:
        yield Found((name,), "required", effect, name in old.required, name in new.required)


def _need(name: str, old: Slot, new: Slot) -> Effect:
    """Return the effect of a member that became required, or optional."""
    was, now = name in old.required, name in new.required
    if was == now:
        return Effect.NONE
    return Effect.NARROWED if now else Effect.WIDENED


def _added(name: str, old: Slot, new: Slot, comparer: Comparer) -> Iterator[Found]:
    if old.others != ANYTHING and not old.closed:
        yield from (each.below(name) for each in comparer.schemas(old.others, new.members[name]))
        yield from _required(name, old, new)
        return
    effect = _need(name, old, new) | (Effect.WIDENED if old.closed else Effect.STRICTER)
    yield Found((name,), "member-added", effect, None, _presence(name, new, closed=old.closed))


def _removed(name: str, old: Slot, new: Slot, comparer: Comparer) -> Iterator[Found]:
    if new.others != ANYTHING and not new.closed:
        yield from (each.below(name) for each in comparer.schemas(old.members[name], new.others))
        yield from _required(name, old, new)
        return
    effect = _need(name, old, new) | (Effect.NARROWED if new.closed else Effect.UNHEEDED | Effect.LOOSER)
    yield Found((name,), "member-removed", effect, _presence(name, old, closed=new.closed), None)


def _presence(name: str, slot: Slot, *, closed: bool) -> dict[str, Any]:
    """Return whether a member is required where it is named, and whether the other contract refuses unnamed ones."""
    return {"required": name in slot.required, "otherwise": "refused" if closed else "open"}


def _others(old: Slot, new: Slot, comparer: Comparer) -> Iterator[Found]:
    if old.closed != new.closed:
        effect = Effect.NARROWED if new.closed else Effect.WIDENED
        yield Found((), "additionalProperties", effect, not old.closed, not new.closed)
    elif not old.closed:
        yield from (each.below(OTHERS) for each in comparer.schemas(old.others, new.others))
