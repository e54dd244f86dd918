"""Body coverage: the documented members and enum values that the requests of a session have used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import jsonschema_rs

from crm_mocks.contract.members import ENTRY, BodyMembers, Place

_FIRST_LOOK: Final = 16
_NOTHING: Final[dict[str, Any]] = {"not": {}}
"""Schema that no value matches."""


class BodyCoverage:
    """Coverage of one place in request bodies and of everything below it.

    A place that is fully covered is not examined again, and only names from the contract are stored, so time and
    memory stay bounded.

    Attributes:
        about: the documented members at this place.
    """

    __slots__ = (
        "_entries",
        "_entries_incomplete",
        "_incomplete",
        "_members",
        "_missing_names",
        "_missing_values",
        "about",
    )

    def __init__(self, about: BodyMembers) -> None:
        self.about = about
        self._missing_names = set(about.members)
        self._missing_values = set(about.enum)
        self._incomplete = set(about.detailed)
        self._entries_incomplete = about.entries is not None and about.entries.has_details
        self._members: dict[str, BodyCoverage] = {}
        self._entries: BodyCoverage | None = None

    def record(self, value: Any) -> bool:
        """Record the members and enum values of a value; return whether everything is covered now.

        Args:
            value: any JSON value, valid or not.
        """
        if isinstance(value, dict):
            if not (self._incomplete.isdisjoint(value) and self._missing_names.isdisjoint(value)):
                self._record_members(value)
        elif isinstance(value, list):
            self._record_entries(value)
        elif self._missing_values:
            self._missing_values.discard((type(value), value))
        return not (self._missing_names or self._missing_values or self._incomplete or self._entries_incomplete)

    def adds(self, value: Any) -> bool:
        """Return whether recording a value might cover anything more, without recording it."""
        if isinstance(value, dict):
            if not self._missing_names.isdisjoint(value):
                return True
            inner = ((self._members.get(name), value[name]) for name in self._incomplete.intersection(value))
            return any(coverage is None or coverage.adds(each) for coverage, each in inner)
        if isinstance(value, list):
            entries = self._entries
            return self._entries_incomplete and (entries is None or any(map(entries.adds, value)))
        return bool(self._missing_values) and (type(value), value) in self._missing_values

    def _record_members(self, value: dict[str, Any]) -> None:
        if self._missing_names:
            self._missing_names.difference_update(value)
        for name in self._incomplete.intersection(value):
            inner, sent = self._members.get(name), value[name]
            if inner is None:
                inner = self._members[name] = BodyCoverage(self.about.members[name])
            is_known = type(sent) is str and (str, sent) not in inner._missing_values  # the most common case
            if not is_known and inner.record(sent):
                self._incomplete.discard(name)

    def _record_entries(self, value: list[Any]) -> None:
        if not self._entries_incomplete or self.about.entries is None:
            return
        if self._entries is None:
            self._entries = BodyCoverage(self.about.entries)
        for entry in value:
            if self._entries.record(entry):
                self._entries_incomplete = False
                return

    def covered(self, place: Place = ("body",)) -> Iterator[tuple[Place, frozenset[Any]]]:
        """Yield the path of each documented member that was sent, with the enum values sent there."""
        for name in self.about.members:
            if name not in self._missing_names:
                inner = self._members.get(name)
                yield (*place, name), inner.values() if inner is not None else frozenset()
                if inner is not None:
                    yield from inner.covered((*place, name))
        if self._entries is not None:
            values = self._entries.values()
            if values:
                yield (*place, ENTRY), values
            yield from self._entries.covered((*place, ENTRY))

    def values(self) -> frozenset[Any]:
        """Return the enum values sent at this place."""
        return frozenset(value for _, value in self.about.enum - self._missing_values)

    def quiet_schema(self) -> dict[str, Any]:
        """Return a JSON schema of values that cover nothing more: a validator reads them faster than `record`."""
        members = {name: self._members[name].quiet_schema() for name in self._incomplete.intersection(self._members)}
        members |= dict.fromkeys(self._missing_names, _NOTHING)
        schema: dict[str, Any] = {"properties": members} if members else {}
        if self._missing_values:
            schema["not"] = {"enum": [value for _, value in self._missing_values]}
        if self._entries_incomplete:
            schema["items"] = _NOTHING if self._entries is None else self._entries.quiet_schema()
        return schema


class OperationBodyCoverage:
    """Coverage of the request bodies of one operation, most of which soon cover nothing more.

    Attributes:
        operation: key of the operation.
        bodies: coverage of the bodies.
    """

    __slots__ = ("_is_quiet", "_next_look", "_recorded", "bodies", "operation")

    def __init__(self, operation: str, about: BodyMembers) -> None:
        self.operation = operation
        self.bodies = BodyCoverage(about)
        self._is_quiet: jsonschema_rs.Draft4Validator | None = None
        self._recorded = 0
        self._next_look = _FIRST_LOOK

    def record(self, body: Any) -> None:
        """Record the members and enum values of a body."""
        if self._is_quiet is not None and self._is_quiet.is_valid(body):
            return
        self.bodies.record(body)
        self._recorded += 1
        if self._recorded == self._next_look:
            self._next_look *= 2
            self._is_quiet = jsonschema_rs.Draft4Validator(self.bodies.quiet_schema())
