"""What a client of a CRM does, wrongly or rightly, and what the verdict is to make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import Api

Deed = Callable[[Api], object]


@dataclass(frozen=True)
class Mistake:
    """A mistake that the verdict must report.

    Attributes:
        about: the mistake, in the words of somebody who makes it.
        rule: rule that is broken.
        place: where, joined by dots; `*` stands for an array's entries.
        deed: what the client does.
        settings: of the mocks.
    """

    about: str
    rule: str
    place: str
    deed: Deed
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Variation:
    """Something unusual but right, which the verdict must not report as broken.

    Attributes:
        about: what is unusual.
        outcome: that the client is to be given.
        deed: what the client does.
        notice: place of a name that is to be noticed, joined by dots; empty if nothing is.
        refused: with that outcome the CRM refuses a request in which nothing is wrong.
        settings: of the mocks.
    """

    about: str
    outcome: str
    deed: Deed
    notice: str = ""
    refused: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
