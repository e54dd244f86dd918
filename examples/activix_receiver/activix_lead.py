"""What the receiver keeps of a lead, and what each part of it has to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Reader = Callable[[Any], Any]
"""Returns what is kept of a value that is not blank; raises a ValueError that says what is wrong with it."""


class Invalid(Exception):
    """A lead has attributes that are not as documented.

    Attributes:
        errors: what is wrong, by attribute in dot notation.
    """

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = errors


def of_type(kind: type, what: str) -> Reader:
    """Return a reader of one type; true and false are no integers."""

    def reader(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"must be {what}.")
        return value

    return reader


text = of_type(str, "a string")
integer = of_type(int, "an integer")
boolean = of_type(bool, "true or false")


def one_of(*known: str) -> Reader:
    """Return a reader of documented values."""

    def reader(value: Any) -> Any:
        if text(value) not in known:
            raise ValueError("is none of the documented values.")
        return value

    return reader


def matching(pattern: str) -> Reader:
    """Return a reader of codes."""

    def reader(value: Any) -> Any:
        if not re.fullmatch(pattern, text(value), re.ASCII):
            raise ValueError("has another format.")
        return value

    return reader


def moment(value: Any) -> datetime | None:
    """Read a time stamp; Activix writes a blank one as null or as an empty text."""
    if text(value) == "":
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("is not a valid date.") from None


def year(value: Any) -> str:
    """Read a year, which comes as a string or as an integer."""
    return str(integer(value) if isinstance(value, int) else text(value))


def list_of(kept: Mapping[str, Reader]) -> Reader:
    """Return a reader of linked objects."""

    def reader(value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise ValueError("must be a list of objects.")
        return [read(each, kept, f".{place}.") for place, each in enumerate(value)]

    return reader


KEPT: Mapping[str, Reader] = {
    "first_name": text,
    "last_name": text,
    "rating": integer,
    "status": one_of("duplicate", "invalid", "lost"),  # null means that the lead is active
    "type": one_of("email", "phone", "walk_in", "loyalty", "renewal", "sms", "event", "pre_booking"),
    "country": matching("[A-Z]{2}"),
    "created_at": moment,
    "emails": list_of({"address": text}),
    "phones": list_of({"number": matching(r"\+[1-9][0-9]{1,14}")}),
    "vehicles": list_of({"year": year, "trim": text, "comment": text, "sold": boolean}),
}


def read(pushed: Mapping[str, Any], kept: Mapping[str, Reader], above: str = "") -> dict[str, Any]:
    """Return what is kept of a lead, or of a linked object; what is blank or missing is None.

    Args:
        pushed: as it came.
        kept: what is kept, and how it is read; all else is left alone.
        above: where it stands.

    Raises:
        Invalid: something is not as documented.
    """
    found: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, reader in kept.items():
        value = pushed.get(name)
        try:
            found[name] = None if value is None else reader(value)
        except ValueError as error:
            errors[f"{above}{name}"] = [f"The {name} {error}"]
        except Invalid as error:
            errors |= {f"{above}{name}{place}": what for place, what in error.errors.items()}
    if errors:
        raise Invalid(errors)
    return found
