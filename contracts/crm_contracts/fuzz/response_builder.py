"""A response under construction, and the mutations that change it before it becomes bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.judge.exchange import Headers
from crm_mocks.contract.outcome import is_json
from crm_mocks.faults import Fault
from crm_mocks.location import Location

REMOVED: Final = object()
"""Value that removes a member."""


class MutationNotApplicable(Exception):
    """The target of a mutation does not exist or cannot be changed."""


@dataclass(frozen=True)
class ResponseBuilder:
    """A response under construction.

    Attributes:
        status: HTTP status.
        headers: names and values in order.
        media_type: media type of the body; empty without body.
        value: value of the body.
        indent, ascii_only, padding: JSON formatting: spaces per level, escapes for non-ASCII, white space around it.
        charset: actual charset of the body, whatever the headers say.
        raw: bytes of the body, overriding `value`.
        chunked, fault, delay_ms, phase: as in `GeneratedResponse`.
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
        """Bytes of the body.

        Raises:
            UnicodeEncodeError: the charset cannot encode the text.
        """
        if self.raw is not None or not self.media_type:
            return self.raw or b""
        try:
            return self.text.encode(self.charset)
        except UnicodeEncodeError:
            if self.ascii_only or not is_json(self.media_type):
                raise
            return replace(self, ascii_only=True).body  # JSON can represent even an unpaired surrogate

    @property
    def text(self) -> str:
        """The value as text."""
        if not is_json(self.media_type):
            return str(self.value)
        separators = (",", ":") if self.indent is None else (", ", " : ")
        text = json.dumps(self.value, ensure_ascii=self.ascii_only, indent=self.indent, separators=separators)
        return self.padding + text + self.padding


@dataclass(frozen=True, slots=True, eq=False)
class Mutation:
    """A change of a documented response.

    Attributes:
        kind: kind of mutation.
        location: what the mutation changes; mutations with nested locations exclude each other.
        description: what is unusual about the result.
        apply: function that returns the changed response, or raises `MutationNotApplicable`.
    """

    kind: MutationKind
    location: Location
    description: str
    apply: Callable[[ResponseBuilder], ResponseBuilder]

    def excludes(self, location: Location) -> bool:
        """Return whether one of the locations is inside the other."""
        depth = min(len(location), len(self.location))
        return location[:depth] == self.location[:depth]


def set_at(value: Any, path: Location, new: Any) -> Any:
    """Return a copy of a value with the value at a path replaced. Only containers along the path are copied.

    Raises:
        MutationNotApplicable: the path does not exist.
    """
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(step, str):
        if rest and step not in value:
            raise MutationNotApplicable
        if not rest and new is REMOVED:
            return {name: inner for name, inner in value.items() if name != step}
        return {**value, step: set_at(value.get(step), rest, new)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], set_at(value[step], rest, new), *value[step + 1 :]]
    raise MutationNotApplicable
