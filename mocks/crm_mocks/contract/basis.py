"""What a rule of a contract rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BasisKind(StrEnum):
    """Kinds of sources of a rule."""

    DOCUMENT = "document"
    HTTP = "http"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule rests on.

    Attributes:
        kind: kind of the source.
        source: document and section, or section of an RFC.
        position: id of the position; empty for documents and HTTP.
        text: what we chose.
        setting: setting that changes it; empty if there is none.
    """

    kind: BasisKind
    source: str
    position: str = ""
    text: str = ""
    setting: str = ""
