"""The records that a session starts with, and schemas like them for records of users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from crm_mocks.vendor import load_data
from crm_mocks.violations import type_name

_PAPERS: Final = ("id_number", "passport_number", "social_security_number")

_REQUIRED: Final = {
    "tokens": ("user", "organisation", "unit"),
    "units": ("name",),
    "users": ("username", "organisation", "unit"),
    "web_api_keys": ("user",),
}
"""Members of a record without which nobody can log in."""

_COUNTRIES: Final = ("country_of_residence",)
"""Members of demographics that hold the id of a country, or the country as responses show it."""

_TOKEN_SCHEMA: Final = {
    "properties": {name: {"type": "number"} for name in ("expires", "idle_seconds", "used")},
    "anyOf": [{"not": {"required": ["idle_seconds"]}}, {"required": ["used"]}],
}


@cache
def catalogue() -> dict[str, list[dict[str, Any]]]:
    """Return the records by kind."""
    records: dict[str, list[dict[str, Any]]] = load_data(__file__, "catalogue.yaml")
    return {**records, "contacts": [findable(contact) for contact in records["contacts"]]}


def findable(contact: dict[str, Any]) -> dict[str, Any]:
    """Return a contact with the numbers of its papers copied from its demographics, so that look-ups find them."""
    papers = {name: contact["demographics"][name] for name in _PAPERS if contact["demographics"].get(name)}
    return {**contact, **papers}


@cache
def record_schemas() -> dict[str, dict[str, Any]]:
    """Return schemas by kind: members, and what is in them, have one of the types that they have in the catalogue."""
    return {
        kind: {
            **({"required": list(_REQUIRED[kind])} if kind in _REQUIRED else {}),
            "properties": _properties(entries),
            **({"allOf": [_TOKEN_SCHEMA]} if kind == "tokens" else {}),
        }
        for kind, entries in catalogue().items()
    }


def _properties(entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    values: dict[str, list[Any]] = {}
    for entry in entries:
        for name, value in entry.items():
            values.setdefault(name, []).append(value)
    return {name: _schema(each) for name, each in values.items()}


def _schema(values: Iterable[Any]) -> dict[str, Any]:
    """Return a schema of values that are like the given ones; null may stand for any member of an object."""
    given = list(values)
    objects = [value for value in given if isinstance(value, dict)]
    inner = _properties(objects)
    for name, each in inner.items():
        also = ("null", "object") if name in _COUNTRIES else ("null",)
        each["type"] = list(dict.fromkeys((*each["type"], *also)))
    entries = [entry for value in given if isinstance(value, list) for entry in value]
    return {
        "type": list(dict.fromkeys(map(type_name, given))),
        **({"properties": inner} if inner else {}),
        **({"items": _schema(entries)} if entries else {}),
    }
