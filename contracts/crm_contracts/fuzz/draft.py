"""An answer in the making: what alterations change, before it becomes bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from crm_contracts.fuzz.kinds import Kind
from crm_contracts.judge.exchange import Headers
from crm_mocks.contract.outcome import is_json
from crm_mocks.faults import Fault

Path = tuple[str | int, ...]

REMOVED: Final = object()
"""Stands for the value of a member that is taken away."""


class Inapplicable(Exception):
    """An alteration's place is no longer there."""


@dataclass(frozen=True)
class Draft:
    """An answer in the making.

    Attributes:
        status: HTTP status.
        headers: in order.
        media_type: that the body is written in; empty for an answer without body.
        value: of the body.
        indent, ascii_only, padding: how JSON is written: spaces per level, escapes beyond ASCII, white space around it.
        charset: that the body is written in, whatever the headers say.
        raw: the body's bytes where they no longer come from the value.
        chunked, fault, delay_ms, phase: as of `FuzzedAnswer`.
    """

    status: int
    headers: Headers
    media_type: str
    value: Any
    indent: int | None = None
    ascii_only: bool = False
    padding: str = ""
    charset: str = "utf-8"
    raw: bytes | None = None
    chunked: bool = False
    fault: Fault | None = None
    delay_ms: int = 0
    phase: str = "before"

    @cached_property
    def body(self) -> bytes:
        """The body's bytes.

        Raises:
            UnicodeEncodeError: it is a text that the charset does not have.
        """
        if self.raw is not None or not self.media_type:
            return self.raw or b""
        try:
            return self.text.encode(self.charset)
        except UnicodeEncodeError:
            if self.ascii_only or not is_json(self.media_type):
                raise
            return replace(self, ascii_only=True).body  # so that JSON can hold it, be it half of a character

    @property
    def text(self) -> str:
        """The value as it is written."""
        if not is_json(self.media_type):
            return str(self.value)
        separators = (",", ":") if self.indent is None else (", ", " : ")
        text = json.dumps(self.value, ensure_ascii=self.ascii_only, indent=self.indent, separators=separators)
        return self.padding + text + self.padding


@dataclass(frozen=True, slots=True, eq=False)
class Alteration:
    """One thing that is done to a documented answer.

    Attributes:
        kind: of what is unusual then.
        place: what it changes; two alterations, one of which has a place within the other's, exclude one another.
        words: what is unusual then.
        change: does it; raises `Inapplicable`.
    """

    kind: Kind
    place: Path
    words: str
    change: Callable[[Draft], Draft]

    def excludes(self, place: Path) -> bool:
        """Tell whether one of the places lies within the other."""
        depth = min(len(place), len(self.place))
        return place[:depth] == self.place[:depth]


def put(value: Any, path: Path, new: Any) -> Any:
    """Return a copy of a value with another value at a path; only what lies on the path is copied.

    Raises:
        Inapplicable: the path leads nowhere.
    """
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(step, str):
        if rest and step not in value:
            raise Inapplicable
        if not rest and new is REMOVED:
            return {name: inner for name, inner in value.items() if name != step}
        return {**value, step: put(value.get(step), rest, new)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], put(value[step], rest, new), *value[step + 1 :]]
    raise Inapplicable
