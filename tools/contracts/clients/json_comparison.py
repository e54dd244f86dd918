"""Compare JSON that a client's models have written again with what they were given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

_NOTHING: Final[tuple[Any, ...]] = (None, "", [], {})
_REDACTED: Final = "***"
"""Stands for credentials in the journal of a mock."""


def differences(given: Any, written: Any, place: str = "") -> Iterator[str]:
    """Yield what models have lost, changed or added.

    A member without a value (null, an empty text, list or object) may be left out or added, and a date may have
    another offset or other digits.

    Example:
        >>> list(differences({"a": 1, "b": None}, {"a": 2}))
        ['/a is 2, was 1']

    Args:
        given: JSON that the models were made from.
        written: JSON that they wrote.
        place: JSON pointer of both.
    """
    if isinstance(given, dict) and isinstance(written, dict):
        for name in [*given, *(name for name in written if name not in given)]:
            yield from differences(given.get(name), written.get(name), f"{place}/{name}")
    elif isinstance(given, list) and isinstance(written, list) and len(given) == len(written):
        for index, (one, other) in enumerate(zip(given, written, strict=True)):
            yield from differences(one, other, f"{place}/{index}")
    elif not _equal(given, written):
        yield f"{place} is {_short(written)}, was {_short(given)}"


def _equal(given: Any, written: Any) -> bool:
    if _REDACTED in (given, written) or (given in _NOTHING and written in _NOTHING):
        return True
    if isinstance(given, bool) is not isinstance(written, bool):
        return False
    if isinstance(given, str) and isinstance(written, str) and given != written:
        moments = _moment(given), _moment(written)
        return moments[0] is not None and moments[0] == moments[1]
    return bool(given == written)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text[:26].rstrip("Z") if "." in text and "+" not in text else text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
