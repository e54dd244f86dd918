"""Encoding of request bodies and headers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from crm_mocks.contract.outcome import is_json
from crm_mocks.parsing.media_types import FORM

_CONTROLS: Final = re.compile("[\x00-\x1f\x7f]")


def encode_body(media_type: str, body: Any) -> bytes:
    """Return an encoded body.

    Args:
        media_type: in the contract.
        body: JSON value, or fields of a form.
    """
    if media_type == FORM and isinstance(body, Mapping):
        return urlencode(body).encode()
    return json.dumps(body).encode() if is_json(media_type) else str(body).encode()


def in_latin_1(headers: Mapping[str, Any]) -> dict[str, Any]:
    """Return headers whose values can be sent: text that Latin-1 has no characters for as the bytes of its UTF-8.

    Control characters in such text are left out, since they would end the exchange before the contract counts.

    Example:
        >>> in_latin_1({"X-Name": "\N{EURO SIGN}"})["X-Name"].encode("latin-1").decode()
        '€'
    """
    return {name: _in_latin_1(value) if isinstance(value, str) else value for name, value in headers.items()}


def _in_latin_1(text: str) -> str:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return _CONTROLS.sub("", text).encode("utf-8", "surrogatepass").decode("latin-1")
    return text
