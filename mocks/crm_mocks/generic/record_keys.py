"""Keys of new records, of the kind that the contract documents: numbers, UUIDs, strings like its examples."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from crm_mocks.generic.pattern_text import pattern_text
from crm_mocks.state.seeded_values import SeededValues

_PREFIX: Final = re.compile(r"[A-Za-z]+[_-]+|[A-Z]{2}(?=[0-9a-f]{8})")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WHOLE: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_MAX_EXAMPLE: Final = 64


def new_key(flat: Mapping[str, Any], seeded: SeededValues, kind: str, ordinal: int, model: Any) -> Any:
    """Return the key of a new record.

    Args:
        flat: flat schema of the key.
        seeded: source of the generated values.
        kind: kind of record.
        ordinal: number of the record in its session, from 1.
        model: key of an existing record, which the new one resembles; `None` for none.
    """
    if flat.get("type") in ("integer", "number"):
        low = flat.get("minimum", 1)
        start = model if isinstance(model, int) and not isinstance(model, bool) else int(low) - 1
        number = start + ordinal
        high = flat.get("maximum")
        return number if high is None or number <= high else int(low) + ordinal - 1
    if flat.get("enum"):
        values = flat["enum"]
        return values[ordinal % len(values)]
    if flat.get("format") in ("uuid", "guid") or (isinstance(model, str) and _UUID.fullmatch(model)):
        return seeded.uuid(kind, ordinal)
    if isinstance(flat.get("pattern"), str):
        text = pattern_text(
            flat["pattern"], seeded.random(kind, ordinal), flat.get("minLength", 0), flat.get("maxLength")
        )
        if text:
            return text
    return _text(model, seeded, kind, ordinal, flat)


def _text(model: Any, seeded: SeededValues, kind: str, ordinal: int, flat: Mapping[str, Any]) -> str:
    if isinstance(model, str) and model.isascii() and model.isdecimal() and len(model) < _MAX_EXAMPLE:
        text = str(int(model) + ordinal).zfill(len(model))
    elif isinstance(model, str) and 8 <= len(model) <= _MAX_EXAMPLE and re.fullmatch(r"[A-Za-z0-9_-]+", model):
        text = _resembling(model, seeded, kind, ordinal)
    else:
        text = seeded.hex(kind, ordinal, 24)
    low, high = flat.get("minLength", 0), flat.get("maxLength")
    return text[-high:] if isinstance(high, int) and len(text) > high else text.ljust(low, "0")


def _resembling(model: str, seeded: SeededValues, kind: str, ordinal: int) -> str:
    """Return a string with the prefix and the kinds of characters of another one."""
    choices = _choices(model)
    chosen = seeded.digest(kind, ordinal, len(choices))
    return "".join([each[byte % len(each)] for each, byte in zip(choices, chosen, strict=True)])


@lru_cache(256)
def _choices(model: str) -> tuple[str, ...]:
    """Return the characters that may stand in place of each one of a string."""
    prefix = _PREFIX.match(model)
    start = prefix.end() if prefix else 0
    is_hex = re.fullmatch(r"[0-9a-f]+", model[start:]) is not None
    kinds = ("0123456789abcdef",) if is_hex else (string.digits, string.ascii_lowercase, string.ascii_uppercase)
    return (*model[:start], *(next((each for each in kinds if one in each), one) for one in model[start:]))


def typed_key(flat: Mapping[str, Any], text: str) -> Any:
    """Return a key from a path as its flat schema wants it: a number or a string."""
    if flat.get("type") in ("integer", "number") and _WHOLE.fullmatch(text):
        return int(text)
    return text
