"""Bodies of recorded messages as values to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from enum import StrEnum
from typing import Any, Final

import orjson

from crm_mocks.contract.outcome import is_json
from crm_mocks.parsing.media_types import FORM, MULTIPART, Unreadable, content_type, form_pairs, multipart_pairs

_MAX_DEPTH: Final = 50
_TEXT: Final = ("text/", "application/xml", "application/javascript", "application/graphql")
OCTETS: Final = "application/octet-stream"


class Kind(StrEnum):
    """How a body is described."""

    JSON = "json"
    FORM = "form"
    TEXT = "text"
    BINARY = "binary"
    UNKNOWN = "unknown"
    """Its content does not fit its media type, or is nested too deeply."""


@dataclass(frozen=True)
class Body:
    """A body.

    Attributes:
        media_type: lower-case, without parameters.
        kind: how it is described.
        value: JSON, pairs of a form, or text; `None` for others.
        files: names of a multipart form's fields that are files.
    """

    media_type: str
    kind: Kind
    value: Any = None
    files: frozenset[str] = frozenset()


def read_body(raw: bytes, header: str) -> Body:
    """Return a body.

    Args:
        raw: as sent, not empty.
        header: Content-Type; empty if there was none.
    """
    media_type, charset = (parsed := content_type(header)).media_type, parsed.charset
    if not media_type:
        media_type = "application/json" if _json(raw) is not None else OCTETS
    try:
        if is_json(media_type):
            value = _json(raw)
            if raw.strip() != b"null" and (value is None or _is_deep(value)):
                return Body(media_type, Kind.UNKNOWN)
            return Body(media_type, Kind.JSON, value)
        if media_type == FORM:
            return Body(media_type, Kind.FORM, form_pairs(raw, charset))
        if media_type == MULTIPART:
            return Body(media_type, Kind.FORM, multipart_pairs(raw, header), _files(raw, header))
    except Unreadable:
        return Body(media_type, Kind.UNKNOWN)
    is_text = media_type.startswith(_TEXT) or media_type.endswith("+xml")
    return Body(media_type, Kind.TEXT, raw.decode("utf-8", "replace")) if is_text else Body(media_type, Kind.BINARY)


def _json(raw: bytes) -> Any:
    """Return a JSON value, or `None` if it is not JSON."""
    try:
        return orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = (
            [
                inner
                for each in level
                for inner in (each.values() if isinstance(each, dict) else each)
                if isinstance(inner, dict | list)
            ]
            if isinstance(value, dict | list)
            else []
        )
        if not level:
            return False
    return True


def _files(raw: bytes, header: str) -> frozenset[str]:
    head = f"Content-Type: {header}\r\n\r\n".encode("latin-1", "replace")
    parts = BytesParser(policy=HTTP).parsebytes(head + raw).iter_parts()
    names = (part.get_param("name", header="content-disposition") for part in parts if part.get_filename() is not None)
    return frozenset(name for name in names if isinstance(name, str))
