"""What changed between two versions of a contract, as plain data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Place = tuple[str, ...]
"""Where in an operation: `("request", "body", "phones", "*", "number")`; `*` stands for the entries of an array."""


class Audience(StrEnum):
    """Whose programs were written for the old contract."""

    CLIENTS = "clients"
    PROVIDERS = "providers"


class Level(StrEnum):
    """How serious a change is."""

    BREAKING = "breaking"
    NOTICE = "notice"
    COMPATIBLE = "compatible"


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        operation: operationId, else method and path; empty outside operations.
        place: place in the operation.
        rule: kind of change: a keyword of the schema, or `member-added`, `status-removed` and so on.
        level: how serious it is.
        breaks: for whom; empty unless the level is breaking.
        was: JSON value of the old contract; `None` if there was none.
        now: JSON value of the new one.
        message: one sentence.
    """

    operation: str
    place: Place
    rule: str
    level: Level
    breaks: tuple[Audience, ...]
    was: Any
    now: Any
    message: str

    def as_json(self) -> dict[str, Any]:
        """Return the change as JSON."""
        return {
            "operation": self.operation,
            "place": list(self.place),
            "rule": self.rule,
            "level": self.level.value,
            "breaks": [each.value for each in self.breaks],
            "was": self.was,
            "now": self.now,
            "message": self.message,
        }


@dataclass(frozen=True)
class Version:
    """One side of a comparison.

    Attributes:
        name: as the user wrote it: a file, or a vendor with settings.
        title: of the document.
        version: of the document.
    """

    name: str
    title: str
    version: str

    def as_json(self) -> dict[str, Any]:
        """Return the side as JSON."""
        return {"name": self.name, "title": self.title, "version": self.version}


@dataclass(frozen=True)
class Diff:
    """All changes from one version of a contract to another.

    Attributes:
        old: the old version.
        new: the new one.
        changes: in the order of the new contract.
        audiences: the selected audiences; changes that break only others do not fail.
    """

    old: Version
    new: Version
    changes: tuple[Change, ...]
    audiences: tuple[Audience, ...] = tuple(Audience)

    def of(self, level: Level, breaks: Collection[Audience] = ()) -> list[Change]:
        """Return the changes of a level that break something for exactly these audiences."""
        return [each for each in self.changes if each.level is level and set(each.breaks) == set(breaks)]

    @property
    def failing(self) -> list[Change]:
        """The changes that break a selected audience."""
        return [each for each in self.changes if set(each.breaks) & set(self.audiences)]

    @property
    def exit_code(self) -> int:
        """1 if a change breaks a selected audience, else 0."""
        return 1 if self.failing else 0

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as JSON."""
        return {
            "old": self.old.as_json(),
            "new": self.new.as_json(),
            "for": [each.value for each in self.audiences],
            "breaking": {each.value: sum(each in change.breaks for change in self.changes) for each in Audience},
            "changes": [each.as_json() for each in self.changes],
        }
