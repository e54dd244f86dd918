"""The control API of a mock of Toy CRM."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.admin.api_contract import ADMIN, CONTRACT
from tests.conftest import Api

CONTACTS = "/toy/contacts"
OPERATION = "toy.createContact"
PLUGGED = {"/__admin/plugged", "/__admin/direct"}
"""Paths of plug-ins in tests."""
MODULE = """
import threading

from crm_mocks.admin.json_responses import json_response
from crm_mocks.admin.request_args import arguments, session_name
from crm_mocks.errors import UsageError


def plug_in(app, mock_app):
    @app.get("/__admin/plugged")
    async def plugged():
        values = arguments()
        if "wrong" in values:
            raise UsageError("that is wrong")
        session = mock_app.sessions.get(session_name(values))
        return json_response({"total": session.journal.total, "thread": threading.get_ident()})


def broken(app, mock_app):
    raise RuntimeError("cannot plug in")


def direct(mock_app):
    from crm_mocks.admin.direct_routes import ControlResponse

    async def served(request):
        return ControlResponse.json({"vendors": list(mock_app.vendors)})

    return {("GET", "/__admin/direct"): served}


def broken_direct(mock_app):
    raise RuntimeError("cannot plug in")


def contract():
    return {"paths": {"/__admin/plugged": {"get": {"responses": {"200": {"description": "A total."}}}}}}


def broken_contract():
    raise RuntimeError("cannot plug in")
"""


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


@pytest.fixture(autouse=True)
def _contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge each response of the control API by its contract."""
    send = Api.request

    def checked(self: Api, method: str, url: str, **kwargs: Any) -> httpx.Response:
        response = send(self, method, url, **kwargs)
        if response.request.url.path.startswith(ADMIN) and response.request.url.path not in PLUGGED:
            assert CONTRACT.problems(response) == [], f"{method} {url}: {response.status_code} {response.text:.500}"
        return response

    monkeypatch.setattr(Api, "request", checked)


@pytest.fixture
def plugged(control: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Control:
    """A mock in a process with a distribution that has a working and a broken plug-in."""
    (tmp_path / "plugged_routes.py").write_text(MODULE)
    info = tmp_path / "plugged_routes-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged-routes\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[crm_mocks.admin]\na_broken = plugged_routes:broken\nb_missing = plugged_routes:nothing\n"
        "c_good = plugged_routes:plug_in\n"
        "[crm_mocks.direct_routes]\na_broken_direct = plugged_routes:broken_direct\nb_direct = plugged_routes:direct\n"
        "[crm_mocks.admin_contracts]\na_broken_contract = plugged_routes:broken_contract\n"
        "b_contract = plugged_routes:contract\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "plugged_routes", raising=False)
    return control


@pytest.fixture
def long_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the ports of closed sessions rest for longer than a busy machine takes for a test."""
    monkeypatch.setattr("crm_mocks.server.mock_server.REST_SECONDS", 600.0)


def refused(response: httpx.Response) -> str:
    """Check that an answer is a 400 problem document; return what it says."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == 400
    return str(document["detail"])
