"""Replayed responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm_mocks import create_app
from crm_mocks.errors import UsageError
from crm_mocks.vendor import Vendor
from tests.admin.conftest import OPERATION, Control
from tests.conftest import Api

GONE = {"operation": OPERATION, "status": 410, "metadata": {"found": "by hand"}}
TEAPOT = {"operation": OPERATION, "status": 418}


@pytest.fixture
def control(api: Callable[..., Api], toy_vendor: Vendor) -> Control:
    """A mock with two replayed responses."""
    made = api(toy_vendor, replay=[GONE, TEAPOT])
    made._client.headers["X-Key"] = "demo-key"
    return Control(made)


def statuses(control: Control, session: str = "default", count: int = 3) -> list[int]:
    """Create contacts; return the statuses."""
    return [control.create(f"{session}-{number}@example.com", session=session).status_code for number in range(count)]


def test_each_session_starts_with_the_replayed_responses_in_order(control: Control) -> None:
    assert statuses(control) == [410, 418, 201]
    assert statuses(control, "other") == [410, 418, 201]


def test_responses_queued_later_come_after_replayed_ones(control: Control) -> None:
    control.post("responses", {"operation": OPERATION, "status": 503})
    assert statuses(control) == [410, 418, 503]


@pytest.mark.parametrize("body", [{"session": "default"}, {}])
def test_replayed_responses_are_queued_again_after_a_reset(control: Control, body: dict[str, Any]) -> None:
    statuses(control)
    control.post("reset", body)
    assert statuses(control) == [410, 418, 201]


def test_replayed_responses_are_queued_again_if_a_session_keeps_its_port(control: Control) -> None:
    control.mock_app.sessions.bind_port("mine", 5001)
    statuses(control, "mine")
    control.post("reset", {"session": "mine"})
    assert control.mock_app.sessions.name_at_port(5001) == "mine"
    assert statuses(control, "mine") == [410, 418, 201]


def test_a_reopened_session_does_not_queue_them_again(control: Control) -> None:
    statuses(control, "mine")
    control.delete("sessions?session=mine")
    assert statuses(control, "mine", count=1) == [201]


def test_replayed_responses_are_listed_before_the_first_request(control: Control) -> None:
    assert control.get("responses?session=new").json()["responses"] == [
        {
            "id": "new-answer-1",
            "operation": OPERATION,
            "times": 1,
            "used": 0,
            "status": 410,
            "phase": "before",
            "metadata": {"found": "by hand"},
        },
        {"id": "new-answer-2", "operation": OPERATION, "times": 1, "used": 0, "status": 418, "phase": "before"},
    ]


def test_replayed_responses_can_be_deleted_before_the_first_request(control: Control) -> None:
    assert control.delete("responses?session=new").json() == {"deleted": 2}
    assert statuses(control, "new", count=1) == [201]


def test_later_changes_of_the_arguments_have_no_effect(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    body = {"id": "as given"}
    mock = api(toy_vendor, replay=[{"operation": OPERATION, "body": body}])
    body["id"] = "changed"
    assert mock.post("/toy/contacts", json={"email": "a@b.c"}).json() == {"id": "as given"}


@pytest.mark.parametrize(
    ("replay", "message"),
    [
        (GONE, "replay must be a list of bodies"),
        ("file.json", "replay must be a list of bodies"),
        ([GONE, "file.json"], r"replay\[1\]: must be an object"),
        ([{**GONE, "session": "default"}], r"replay\[0\]: must not have 'session'"),
        (
            [{**GONE, "operation": "toy.nothing"}],
            rf"replay\[0\]: unknown operation 'toy.nothing': known are {OPERATION}",
        ),
        ([{**GONE, "example": "nothing"}], r"replay\[0\]: toy.createContact has no example 'nothing'"),
        (
            [{**GONE, "delay": 5}],
            r"replay\[0\]: unknown member 'delay' \(did you mean 'delay_ms'\?\): known are",
        ),
        ([{"operation": OPERATION, "body": {1: 2}}], r"replay\[0\]: has a value or name that JSON does not support"),
        ([{"operation": OPERATION, "body": 2**64}], r"replay\[0\]: has a value or name that JSON does not support"),
    ],
)
def test_invalid_replayed_responses_are_rejected_at_start(toy_vendor: Vendor, replay: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        create_app([toy_vendor], replay=replay)
