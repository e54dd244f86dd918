"""Outcomes: documented responses, each a status with a named example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

import orjson

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.parameter import Parameter
from crm_mocks.contract.position_marks import SchemaMarks
from crm_mocks.contract.schema_validator import Compiled, SchemaValidator


class Reach(StrEnum):
    """Who can meet an outcome."""

    KEPT = "kept"
    """A client that keeps the contract, such as one that sends a duplicate."""
    MISTAKE = "mistake"
    """Only a client whose request breaks the contract."""
    REQUEST = "request"
    """Nobody: the mock returns it only if it is forced."""


_MET_STATUSES: Final = frozenset({404, 409, 410, 423, 425, 429})
"""4xx statuses that a request without mistake may get: something is unknown, in conflict, locked or too frequent."""


class OutcomeResult(StrEnum):
    """What an outcome means to the client, whatever its status (`x-result` of an example)."""

    SUCCESS = "success"
    REFUSAL = "refusal"


@dataclass(frozen=True)
class Outcome:
    """A documented response of an operation.

    Attributes:
        name: the example's name, unique in the operation.
        status: HTTP status.
        value: value of the example by media type, in the contract's order; empty for a response without body.
        protocol: belongs to HTTP rather than the CRM; excluded from coverage.
        only_on_request: the mock returns it only if it is forced.
        cause: how a client triggers it, in one sentence.
        magic: literal that forces this outcome, if the vendor's magic values are not names of outcomes.
        headers: required response headers with their example values.
        basis: "document" or the id of the position behind this response.
        result: success or refusal, where the contract states it; otherwise the status decides.
        generated: the contract has no example; the vendor makes the body from the schema. `value` is `None` for each
            media type.
        ends_token: the token of the request is not valid any more: repeating the request with it is a mistake.
        client_mistake: whether only a request that breaks the contract gets it, where the contract states it
            (`x-client-mistake`); otherwise the status decides.
    """

    name: str
    status: int
    value: dict[str, Any]
    protocol: bool = False
    only_on_request: bool = False
    cause: str = ""
    summary: str = ""
    magic: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    basis: str = DOCUMENT
    result: OutcomeResult | None = None
    ends_token: bool = False
    generated: bool = False
    client_mistake: bool | None = None

    @property
    def reach(self) -> Reach:
        """Who can meet the outcome."""
        if self.only_on_request:
            return Reach.REQUEST
        if self.client_mistake is not None:
            return Reach.MISTAKE if self.client_mistake else Reach.KEPT
        is_mistake = self.is_refusal and 400 <= self.status < 500 and self.status not in _MET_STATUSES
        return Reach.MISTAKE if is_mistake and not self.ends_token else Reach.KEPT

    @cached_property
    def is_refusal(self) -> bool:
        """Whether the CRM refuses the request, possibly in the body of a success."""
        return self.status >= 400 or self.result is OutcomeResult.REFUSAL

    @property
    def is_success(self) -> bool:
        """Whether the CRM does what the client requests."""
        return 200 <= self.status < 300 and not self.is_refusal

    @cached_property
    def media_type(self) -> str:
        """The first media type; empty if there is no body."""
        return next(iter(self.value), "")


@dataclass(frozen=True)
class DocumentedResponse:
    """A documented status of an operation.

    Attributes:
        validators: compiled schemas by media type; empty for a response without body.
        headers: documented headers.
        basis: "document" or the id of the position that the status rests on.
        body_basis: likewise, for the body.
        marks: marks of the schemas by media type, which give the basis of broken keywords.
        schemas: schemas by media type, as in the document.
        quiet: validators of bodies that match their schema and have no other members than it documents, by media type.
    """

    status: int
    protocol: bool
    validators: Mapping[str, SchemaValidator]
    headers: tuple[Parameter, ...]
    basis: str = DOCUMENT
    body_basis: str = DOCUMENT
    marks: Mapping[str, SchemaMarks] = field(default_factory=dict, repr=False)
    schemas: Mapping[str, Any] = field(default_factory=dict, repr=False)
    quiet: Mapping[str, Compiled] = field(default_factory=dict, repr=False)


def to_bytes(media_type: str, value: Any, charset: str = "utf-8") -> bytes:
    """Serialize a body: JSON for JSON media types, strings for others.

    Args:
        media_type: without parameters.
        value: JSON value, or `str` for a text media type; `None` under a JSON media type is `null`.
        charset: charset of the result.
    """
    if isinstance(value, str) and not is_json(media_type):
        return value.encode(charset)
    raw = orjson.dumps(value)
    return raw if charset.lower() in ("utf-8", "utf8", "") else raw.decode().encode(charset)


def compact_bytes(raw: bytes) -> bytes:
    """Return a compact copy of bytes from orjson, whose results keep a buffer of several kilobytes alive."""
    return bytes(memoryview(raw))


def is_json(media_type: str) -> bool:
    """Return whether a media type, lower-case and without parameters, is JSON."""
    return media_type in ("application/json", "text/json") or media_type.endswith("+json")


def is_xml(media_type: str) -> bool:
    """Return whether a media type, lower-case and without parameters, is XML; pictures are none."""
    is_suffixed = media_type.startswith("application/") and media_type.endswith("+xml")
    return is_suffixed or media_type in ("application/xml", "text/xml")
