"""Outcomes: the answers that a contract documents, each a status with a named example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jsonschema_rs
import orjson

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.parameter import Parameter
from crm_mocks.contract.position_marks import SchemaMarks


@dataclass(frozen=True)
class Outcome:
    """A documented answer of an operation.

    Attributes:
        name: the example's name, unique in the operation.
        status: HTTP status.
        value: the example's value for each media type, in the contract's order; empty for an answer without body.
        protocol: it belongs to HTTP rather than to the CRM, and is left out of coverage.
        only_on_request: the mock gives it only when steered to it.
        cause: how a client meets it naturally, in one sentence.
        magic: literal that forces this outcome where the vendor's magic values are not words.
        headers: headers that the contract requires beside it, with their example values.
        basis: "document" or the id of the position by which this request is answered so.
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

    @cached_property
    def media_type(self) -> str:
        """The first media type, or an empty string where there is no body."""
        return next(iter(self.value), "")


@dataclass(frozen=True)
class DocumentedResponse:
    """What the contract says of one status of an operation.

    Attributes:
        validators: compiled schema for each media type; empty for a response without body.
        headers: those that are documented.
        basis: "document" or the id of the position that the status rests on.
        body_basis: likewise, of the body's form.
        marks: of the schema for each media type, to find what a broken keyword rests on.
    """

    status: int
    protocol: bool
    validators: dict[str, jsonschema_rs.Draft4Validator]
    headers: tuple[Parameter, ...]
    basis: str = DOCUMENT
    body_basis: str = DOCUMENT
    marks: Mapping[str, SchemaMarks] = field(default_factory=dict, repr=False)


def to_bytes(media_type: str, value: Any, charset: str = "utf-8") -> bytes:
    """Serialise a body: JSON for JSON media types, text as it is.

    Args:
        media_type: without parameters.
        value: JSON value, or `str` for a text media type; `None` under a JSON media type is `null`.
        charset: of the bytes; orjson writes UTF-8, other charsets are transcoded.
    """
    if isinstance(value, str) and not is_json(media_type):
        return value.encode(charset)
    raw = orjson.dumps(value)
    return compact_bytes(raw) if charset.lower() in ("utf-8", "utf8", "") else raw.decode().encode(charset)


def compact_bytes(raw: bytes) -> bytes:
    """Return a copy of bytes that orjson made: its own keep a buffer of several kilobytes as long as they live."""
    return bytes(memoryview(raw))


def is_json(media_type: str) -> bool:
    """Tell whether a media type, lower-case and without parameters, holds JSON."""
    return media_type in ("application/json", "text/json") or media_type.endswith("+json")
