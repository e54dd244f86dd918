"""Values that a client knows from forced responses only."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from crm_contracts.clients.given_values import GivenValues
from tests.state.exchanges import exchange

FORCED = {"id": 4711, "email": "ada@example.com", "open": True, "note": None}


def uses_given(second: Any, path: str = "/toy/contacts", **fields: Any) -> bool:
    """Return whether a request uses a value of the forced response to a lead that the client sent."""
    values = GivenValues()
    sent = orjson.dumps({"email": "ada@example.com"})
    values.add(exchange(1, chosen_by="queue", request_body=sent, response_body=orjson.dumps(FORCED)))
    return values.add(exchange(2, path=path, request_body=orjson.dumps(second), **fields))


@pytest.mark.parametrize("body", [[4711], {"lead": {"id": "4711"}}])
def test_an_id_of_a_forced_response_is_given(body: Any) -> None:
    assert uses_given(body)


def test_it_may_be_part_of_the_path_or_a_header() -> None:
    assert uses_given({}, path="/toy/contacts/4711")
    assert uses_given({}, request_headers=[("authorization", "Bearer 4711")])


@pytest.mark.parametrize("body", [{"email": "ada@example.com"}, [True, None, 5], []])
def test_what_the_client_sent_before_and_what_many_bodies_have_is_not(body: Any) -> None:
    assert not uses_given(body)


def test_a_response_of_the_mock_itself_gives_nothing_that_it_does_not_know() -> None:
    values = GivenValues()
    values.add(exchange(1, response_body=orjson.dumps(FORCED)))
    assert not values.add(exchange(2, request_body=b"[4711]"))


def test_a_response_that_never_arrived_gives_nothing() -> None:
    values = GivenValues()
    values.add(exchange(1, chosen_by="queue", fault="TIMEOUT", response_body=orjson.dumps(FORCED)))
    assert not values.add(exchange(2, request_body=b"[4711]"))
