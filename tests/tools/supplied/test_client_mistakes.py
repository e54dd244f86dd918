"""A mistake changes the request that creates a record, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from tools.supplied.client_mistakes import make_mistake


class Client:
    def call_api(self, method: str, url: str, headers: Any = None, body: Any = None) -> Any:
        return method, url, headers, body


@pytest.mark.parametrize(
    ("kind", "details", "sent"),
    [
        ("wrong-type", {"body": {"name": 7}}, ("POST", "/contacts", None, {"name": 7})),
        ("wrong-path", {}, ("POST", "/contactsx", None, {"name": "Ann"})),
    ],
)
def test_the_request_that_creates_is_changed(kind: str, details: dict[str, Any], sent: Any) -> None:
    client = Client()
    make_mistake(client, kind, details)
    assert client.call_api("POST", "/contacts", None, {"name": "Ann"}) == sent


@pytest.mark.parametrize("kind", ["wrong-type", "wrong-path"])
def test_other_requests_are_kept(kind: str) -> None:
    client = Client()
    make_mistake(client, kind, {"body": {}})
    assert client.call_api("PATCH", "/contacts/1", None, {"name": "Ann"})[1:] == ("/contacts/1", None, {"name": "Ann"})
