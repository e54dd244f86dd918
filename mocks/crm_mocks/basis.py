"""Basis: what a rule or an outcome rests on, a document, HTTP, or a position of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class BasisKind(StrEnum):
    """Kinds of basis. The first two are also the names that violations and outcomes carry."""

    DOCUMENT = "document"
    """The vendor's documents state it."""
    HTTP = "http"
    """HTTP states it for every client and server."""
    POSITION = "position"
    """The documents are silent or contradict themselves, and we chose."""


DOCUMENT: Final = str(BasisKind.DOCUMENT)
HTTP: Final = str(BasisKind.HTTP)
HTTP_SOURCE: Final = "RFC 9110"
HTTP_SOURCES: Final[Mapping[tuple[str | int, ...], str]] = {("header", "retry-after"): "RFC 9110, section 10.2.3"}
"""Sections by the location of a violation."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place where documents are silent or contradict themselves, and what we chose there.

    Attributes:
        id: kebab-case, unique across all vendors.
        source: document and section.
        silent: what is open there.
        choice: what the mock does.
        setting: the setting that changes it with its values and default, or "none" and why.
    """

    id: str
    source: str
    silent: str
    choice: str
    setting: str

    @classmethod
    def read(cls, name: str, described: Mapping[str, object]) -> Position:
        """Return a position as an entry of `x-positions` describes it."""
        source, silent, choice, setting = (
            str(described.get(member, "")) for member in ("source", "silent", "choice", "setting")
        )
        return cls(name, source, silent, choice, setting)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule or an outcome rests on.

    Attributes:
        kind: a document, HTTP, or a position.
        source: document and section, or RFC.
        position: id of the position, or empty.
        text: what we chose, or empty.
        setting: the setting that changes it, or empty where there is none.
    """

    kind: BasisKind
    source: str
    position: str = ""
    text: str = ""
    setting: str = ""

    @classmethod
    def of_position(cls, position: Position) -> Basis:
        """Return the basis of what rests on a position."""
        setting = "" if position.setting.startswith("none") else position.setting
        return cls(BasisKind.POSITION, position.source, position.id, position.choice, setting)
