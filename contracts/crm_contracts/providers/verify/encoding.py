"""Encoding of request bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from crm_mocks.contract.outcome import is_json
from crm_mocks.parsing.media_types import FORM


def encode_body(media_type: str, body: Any) -> bytes:
    """Return an encoded body.

    Args:
        media_type: in the contract.
        body: JSON value, or fields of a form.
    """
    if media_type == FORM and isinstance(body, Mapping):
        return urlencode(body).encode()
    return json.dumps(body).encode() if is_json(media_type) else str(body).encode()
