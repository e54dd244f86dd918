"""The texts of JSON values, to be searched and replaced all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def texts_of(value: Any) -> Iterator[str]:
    """Yield the names, strings and numbers of a JSON value."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield from each
            pending += each.values()
        elif isinstance(each, list):
            pending += each
        elif each is not None and not isinstance(each, bool):
            yield str(each)


def replaced(value: Any, texts: Mapping[str, str]) -> Any:
    """Return a JSON value with other texts."""
    if isinstance(value, dict):
        return {texts[name]: replaced(inner, texts) for name, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, texts) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    return value if texts[text] == text else texts[text]
