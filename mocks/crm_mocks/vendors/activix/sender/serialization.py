"""JSON as Activix writes it with PHP: non-ASCII characters and slashes escaped."""

from __future__ import annotations

import json
from typing import Any


def php_json(value: Any) -> bytes:
    r"""Return a JSON value as the CRM sends it: `\u00e9`, `\/`, no spaces."""
    return json.dumps(value, separators=(",", ":")).replace("/", r"\/").encode()


def indented_json(value: Any) -> bytes:
    """Return a JSON value in UTF-8 without escapes, over several lines."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
