"""The basis of a rule or outcome: a vendor's document, HTTP, or a position of this project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_mocks.location import Location


class BasisKind(StrEnum):
    """Kinds of basis. The values of the first two are also used as `Violation.basis` and `Outcome.basis`."""

    DOCUMENT = "document"
    """The vendor's documents state it."""
    HTTP = "http"
    """HTTP requires it of every client and server."""
    POSITION = "position"
    """The documents are silent or contradictory; the mock makes a documented choice."""


DOCUMENT: Final = str(BasisKind.DOCUMENT)
HTTP: Final = str(BasisKind.HTTP)
HTTP_SOURCE: Final = "RFC 9110"
MESSAGE_SOURCE: Final = "RFC 9112"
"""Source of the form of messages."""

HTTP_SOURCES: Final[Mapping[Location, str]] = {
    ("header", "retry-after"): "RFC 9110, section 10.2.3",
    ("header", "host"): "RFC 9112, section 3.2",
    ("connection", "tls"): "RFC 9110, section 4.2",
}
"""Sections by location of the violation."""


@dataclass(frozen=True, slots=True)
class Position:
    """A choice of this project where the documents are silent or contradictory.

    Attributes:
        id: kebab-case, unique across all vendors.
        source: document and section.
        silent: what the documents leave open.
        choice: what the mock does.
        setting: the setting that changes it, with its values and default; or "none" and the reason.
    """

    id: str
    source: str
    silent: str
    choice: str
    setting: str

    @classmethod
    def parse(cls, name: str, entry: Mapping[str, object]) -> Position:
        """Parse an entry of `x-positions`."""
        source, silent, choice, setting = (
            str(entry.get(member, "")) for member in ("source", "silent", "choice", "setting")
        )
        return cls(name, source, silent, choice, setting)


@dataclass(frozen=True, slots=True)
class Basis:
    """The basis of a rule or outcome.

    Attributes:
        kind: document, HTTP or position.
        source: document and section, or RFC.
        position: id of the position, or empty.
        text: the choice made by the position, or what the contract says of the member; may be empty.
        setting: the setting that changes the position, or empty.
    """

    kind: BasisKind
    source: str
    position: str = ""
    text: str = ""
    setting: str = ""

    @classmethod
    def of_position(cls, position: Position) -> Basis:
        """Return the basis for a position."""
        setting = "" if position.setting.startswith("none") else position.setting
        return cls(BasisKind.POSITION, position.source, position.id, position.choice, setting)
