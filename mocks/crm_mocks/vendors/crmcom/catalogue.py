"""The records that a session starts with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract.source import load_yaml
from crm_mocks.state.records import Records
from crm_mocks.violations import type_name

_FILE: Final = Path(__file__).parent / "catalogue.yaml"
_BY_DOCUMENT: Final = ("id_number", "passport_number", "social_security_number")

_NEEDED: Final = {
    "tokens": ("user", "organisation", "unit"),
    "units": ("name",),
    "users": ("username", "organisation", "unit"),
    "web_api_keys": ("user",),
}
"""Members of a record without which nobody can log in."""


@cache
def catalogue() -> dict[str, list[dict[str, Any]]]:
    """Return the starting records by kind; they are shared between sessions and never changed."""
    records: dict[str, list[dict[str, Any]]] = load_yaml(_FILE.read_bytes())
    records["contacts"] = [findable(contact) for contact in records["contacts"]]
    return records


def findable(contact: dict[str, Any]) -> dict[str, Any]:
    """Return a contact with the numbers of its papers, which are among its demographics, where look-ups find them."""
    papers = {name: contact["demographics"][name] for name in _BY_DOCUMENT if contact["demographics"].get(name)}
    return {**contact, **papers}


def catalogue_fault(kind: str, record: Mapping[str, Any]) -> str:
    """Say why no answer can be made of a record of the user's, for a sentence that begins with it; empty if one can.

    A member must have one of the types that it has in the catalogue; some must be there.
    """
    known = _types().get(kind, {})
    for name in _NEEDED.get(kind, ()):
        if name not in record:
            return f"has no '{name}'"
    for name, value in record.items():
        if name in known and type(value) not in known[name]:
            return f"has a wrong {name}: the catalogue's are {' or '.join(map(type_name, known[name].values()))}"
    return ""


@cache
def _types() -> dict[str, dict[str, dict[type, Any]]]:
    """Return the types of members by kind and name, each with a value of its own."""
    found: dict[str, dict[str, dict[type, Any]]] = {}
    for kind, entries in catalogue().items():
        members = found.setdefault(kind, {})
        for entry in entries:
            for name, value in entry.items():
                members.setdefault(name, {})[type(value)] = value
    return found


async def put_catalogue(records: Records) -> None:
    """Put the starting records into a session."""
    for kind, entries in catalogue().items():
        for entry in entries:
            await records.put(kind, entry)
