"""JSON as Activix writes it: PHP's way, non-ASCII characters and slashes escaped."""

from __future__ import annotations

import json
from typing import Any


def written(value: Any) -> bytes:
    r"""Return a JSON value in the bytes that the CRM sends: `\u00e9`, `\/`, and no spaces."""
    return json.dumps(value, separators=(",", ":")).replace("/", r"\/").encode()


def plainly(value: Any) -> bytes:
    """Return a JSON value in UTF-8 without escapes, over several lines."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
