"""Parse JSON whose objects have each key once."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from crm_mocks.errors import DuplicateKeyError

_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"(\s*+:)?|[][{}]|\n')
"""A string, with the colon that makes it a key; a bracket; a line break between tokens."""


def load_json(raw: bytes | str) -> Any:
    """Parse JSON.

    Raises:
        ValueError: the input is not JSON.
        DuplicateKeyError: an object has a key twice.
    """
    text = raw if isinstance(raw, str) else raw.decode("utf-8")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except _DuplicateKey:
        raise _first_duplicate(text) from None


class _DuplicateKey(Exception):
    """An object has a key twice, somewhere."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateKey
    return members


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _first_duplicate(text: str) -> DuplicateKeyError:
    """Return the error of the first key that repeats an earlier one of its object. The text is JSON."""
    objects: list[dict[str, int]] = []
    line = 1
    for token in _TOKEN.finditer(text):
        found = token[0]
        if found in "{[":
            objects.append({})
        elif found in "}]":
            objects.pop()
        elif token[1] is not None:
            key = json.loads(found[: -len(token[1])])
            if key in objects[-1]:
                return DuplicateKeyError(key, (objects[-1][key], line))
            objects[-1][key] = line
        line += found.count("\n")
    raise AssertionError("json has found a duplicate")
