"""A basic lead, and what tests read from a response."""

from __future__ import annotations

import copy
from typing import Any

import httpx

from tests.vendors.crmcom.causes import EXAMPLES, PATHS

ABSENT = object()


def lead(**changes: Any) -> dict[str, Any]:
    """Return a small valid lead of the type Software Purchase, with members changed, or removed by `ABSENT`."""
    body = copy.deepcopy(EXAMPLES["createLead"]["created_by_defaults"])
    body |= {
        "contact_email": "eleni.christou@example.com",
        "status_identifier": {"name": "Reach"},
        "category_identifier": {"name": "Software Purchase"},
        "fields_set": "",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ABSENT}


def create(mock: Any, **changes: Any) -> httpx.Response:
    """Create the lead that `lead` returns."""
    response: httpx.Response = mock.post(PATHS["createLead"], json=lead(**changes))
    return response


def created(mock: Any, **changes: Any) -> dict[str, Any]:
    """Create a lead and return its data."""
    answer = create(mock, **changes).json()
    assert answer["status"]["code"] == "OK", answer["status"]
    data: dict[str, Any] = answer["data"]
    return data


def outcome(mock: Any, **changes: Any) -> str:
    """Create a lead and return the outcome that the journal has."""
    create(mock, **changes)
    name: str = mock.last_entry().outcome
    return name


def only_reads(mock: Any) -> dict[str, int]:
    """Return the number of records of each kind."""
    return {kind: len(mock.records(kind)) for kind in mock.app.mock_app.vendors["crmcom"].kinds_by_name}
