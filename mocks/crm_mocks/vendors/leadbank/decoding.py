"""Decoding bodies as ASP.NET Web API 2 does: charsets, letter case of members, quoted integers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.contract.shape import BodyShape
from crm_mocks.mock_response import JSON
from crm_mocks.parsing.media_types import FORM
from crm_mocks.vendor import ContentType, RequestContext
from crm_mocks.vendors.leadbank.forms import array_of

_MAX_DIGITS: Final = 19
_INTEGER: Final = re.compile(r"[\t-\r ]*+([+-]?)0*+([0-9]*+)", re.ASCII)
_UTF16: Final = frozenset({"utf-16", "utf-16le", "utf-16be"})


def decode_body(context: RequestContext, kind: ContentType) -> Any:
    """Decode a body.

    The framework knows UTF-8 and UTF-16 and reads any other charset as UTF-8 (facts, framework). A form becomes the
    JSON that it stands for.

    Raises:
        Unreadable: the body is not what its media type says.
    """
    charset = kind.charset if kind.charset in _UTF16 else ""
    value = context.decoded(ContentType(kind.media_type, charset))
    assert context.operation is not None  # only bodies of operations are decoded
    assert context.operation.body is not None
    if kind.media_type == FORM:
        context.media_type = JSON
        if context.operation.id == "sendAcknos":
            value = array_of(value if isinstance(value, dict) else {"": value})
    return respelled(value, context.operation.body.media_types[context.media_type].shape)


def respelled(value: Any, shape: BodyShape | None) -> Any:
    """Return a value with the contract's members in the contract's spelling (position `leadbank-member-names`).

    Of several spellings of a member the last one counts.
    """
    if shape is None:
        return value
    if isinstance(value, list):
        return [respelled(each, shape.entries) for each in value]
    if not isinstance(value, dict) or not shape.members:
        return value
    known = {name.lower(): name for name in shape.members}
    spelled: dict[str, Any] = {known.get(name.lower(), str(name)): inner for name, inner in value.items()}
    return {name: respelled(inner, shape.members.get(name)) for name, inner in spelled.items()}


def integer(value: int | str) -> int:
    """Return a validated integer, which may be quoted or from a form, with any number of leading zeros."""
    if isinstance(value, int):
        return value
    match = _INTEGER.match(value)
    assert match is not None  # it matches any text
    return int(f"{match[1]}{match[2] or 0}")


def magic_values(body: Any) -> Iterator[Any]:
    """Yield the values that may be magic: a bare integer, or each IDLeadBank of an array.

    Args:
        body: decoded, not validated.
    """
    for each in body if isinstance(body, list) else [body]:
        value = each.get("IDLeadBank") if isinstance(each, dict) else each
        number = parse_digits(value, _MAX_DIGITS) if isinstance(value, str) else None
        if number is not None:
            yield number
        elif isinstance(value, int | str):
            yield value
