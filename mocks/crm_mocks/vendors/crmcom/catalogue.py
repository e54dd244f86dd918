"""The records that a session starts with."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract.source import load_yaml
from crm_mocks.sessions.records import Records

_FILE: Final = Path(__file__).parent / "catalogue.yaml"
_BY_DOCUMENT: Final = ("id_number", "passport_number", "social_security_number")


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


async def put_catalogue(records: Records) -> None:
    """Put the starting records into a session."""
    for kind, entries in catalogue().items():
        for entry in entries:
            await records.put(kind, entry)
