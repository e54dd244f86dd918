"""The census: which documented members and enum values have been seen in the requests of a session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crm_mocks.contract.members import ENTRY, BodyMembers, Place

_ABSENT = object()


class BodyCoverage:
    """What was seen at one place of bodies, and below it.

    Only what is new costs time: a place at which all has been seen is not looked at again. Nothing is kept that the
    contract does not name.

    Attributes:
        about: what is documented there.
    """

    __slots__ = ("_below", "_entries", "_entries_left", "_left", "_names_left", "_values_left", "about")

    def __init__(self, about: BodyMembers) -> None:
        self.about = about
        self._names_left = set(about.members)
        self._values_left = set(about.enum)
        self._left = {name for name, inner in about.members.items() if inner.is_telling}
        self._entries_left = about.entries is not None and about.entries.is_telling
        self._below: dict[str, BodyCoverage] = {}
        self._entries: BodyCoverage | None = None

    def note(self, value: Any) -> bool:
        """Note what a value has; tell whether all has been seen by now.

        Args:
            value: JSON value, valid or not.
        """
        if isinstance(value, dict):
            if not (self._left.isdisjoint(value) and self._names_left.isdisjoint(value)):
                self._note_members(value)
        elif isinstance(value, list):
            self._note_entries(value)
        elif self._values_left:
            self._values_left.discard((type(value), value))
        return not (self._names_left or self._values_left or self._left or self._entries_left)

    def _note_members(self, value: dict[str, Any]) -> None:
        if self._names_left:
            self._names_left.difference_update(value)
        for name in self._left.intersection(value):
            below = self._below.get(name)
            if below is None:
                below = self._below[name] = BodyCoverage(self.about.members[name])
            if below.note(value[name]):
                self._left.discard(name)

    def _note_entries(self, value: list[Any]) -> None:
        if not self._entries_left or self.about.entries is None:
            return
        if self._entries is None:
            self._entries = BodyCoverage(self.about.entries)
        for entry in value:
            if self._entries.note(entry):
                self._entries_left = False
                return

    def seen(self, place: Place = ("body",)) -> Iterator[tuple[Place, frozenset[Any]]]:
        """Yield each documented member that was seen, with those of its enum values that were."""
        for name in self.about.members:
            if name not in self._names_left:
                below = self._below.get(name)
                yield (*place, name), below.values() if below is not None else frozenset()
                if below is not None:
                    yield from below.seen((*place, name))
        if self._entries is not None:
            values = self._entries.values()
            if values:
                yield (*place, ENTRY), values
            yield from self._entries.seen((*place, ENTRY))

    def values(self) -> frozenset[Any]:
        """Return the enum values seen here."""
        return frozenset(value for _, value in self.about.enum - self._values_left)
