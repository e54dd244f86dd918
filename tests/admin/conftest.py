"""The control API of a mock of Toy CRM."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conftest import Api

CONTACTS = "/toy/contacts"
OPERATION = "toy.createContact"


class Control:
    """Sends control requests, and those of a client, to one mock."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.mock_app = api.app.mock_app

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return self.api.get(f"/__admin/{path}", **kwargs)

    def post(self, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        return self.api.post(f"/__admin/{path}", json=body, **kwargs)

    def put(self, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        return self.api.request("PUT", f"/__admin/{path}", json=body, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> httpx.Response:
        return self.api.request("DELETE", f"/__admin/{path}", **kwargs)

    def create(self, email: Any = "ada@example.com", session: str = "default", **kwargs: Any) -> httpx.Response:
        """Have the client create a contact."""
        return self.api.post(f"/~{session}{CONTACTS}", json={"email": email}, **kwargs)


@pytest.fixture
def control(toy: Api) -> Control:
    return Control(toy)


def refused(response: httpx.Response) -> str:
    """Check that an answer is a 400 problem document; return what it says."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == 400
    return str(document["detail"])
