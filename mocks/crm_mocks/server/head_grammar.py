"""The grammar of request lines and headers, RFC 9110 and 9112."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_FIELD: Final = _TOKEN + rb":[\t\x20-\x7e\x80-\xff]*+"

REQUEST_LINE: Final = re.compile(rb"(" + _TOKEN + rb") ([!-~]++) HTTP/1\.([01])")
FIELD: Final = re.compile(_FIELD.decode("latin-1"))
"""A header or trailer as a string of Latin-1 characters."""

FIELDS: Final = re.compile(rb"(?:\r\n" + _FIELD + rb")*+")
"""Headers or trailers, each preceded by its line ending."""

INVALID_BYTES: Final = re.compile(rb"[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n|\Z)|(?<!\r)\n")
"""Bytes that are not allowed: control characters, and CR or LF outside of CR LF."""

LOOSE_LINE: Final = re.compile(_TOKEN + rb" (/.*) HTTP/1\.[01]", re.DOTALL)
"""A request line whose path or query has bytes that must be percent-encoded."""
