"""The encodings in which a credential may stand in a text."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from html import escape
from typing import Final
from urllib.parse import quote, quote_plus

from crm_mocks.parsing.bounded_cache import bounded_cache

_MIN_CORE: Final = 8
"""Characters of base64 within other base64 that are searched for."""

_URL_SAFE: Final = str.maketrans("+/", "-_")


@bounded_cache(1024)
def encodings(value: str) -> tuple[str, ...]:
    """Return the encodings of a credential: as it is, percent-encoded, in JSON and XML, and in base64 in anything."""
    texts = list(_each_encoding(value))
    as_bytes = (text.encode("utf-8", "surrogatepass").decode("latin-1") for text in texts)  # as bodies are searched
    return tuple(dict.fromkeys((*texts, *as_bytes)))


def _each_encoding(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    yield from (value, value.lower())  # names and media types are quoted in lower case
    yield from (quote(raw, safe=""), quote_plus(raw))
    yield from (escape(value), escape(value, quote=False))
    yield from (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    yield base64.b64encode(raw).decode()
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + raw).decode().rstrip("=")
        core = encoded[(0, 2, 3)[offset] : len(encoded) - (0 if (offset + len(raw)) % 3 == 0 else 1)]
        if len(core) >= _MIN_CORE:
            yield from (core, core.translate(_URL_SAFE))
