"""What tests ask for each of many examples is done on the event loop at once, without a thread."""

from __future__ import annotations

import threading
from inspect import iscoroutinefunction
from typing import Any

import pytest

from crm_mocks.admin.names import AT_ONCE
from tests.admin.conftest import OPERATION, Control, refused

BODIES: dict[str, Any] = {"/__admin/reset": {}, "/__admin/responses": {"operation": OPERATION, "status": 500}}
at_once = pytest.mark.parametrize(("method", "path"), sorted(AT_ONCE))


@at_once
def test_its_view_is_a_plain_function(control: Control, method: str, path: str) -> None:
    from crm_mocks.admin.application import create_admin_app

    app = create_admin_app(control.mock_app)
    endpoint, _ = app.url_map.bind("localhost").match(path, method)
    assert not iscoroutinefunction(app.view_functions[endpoint])


@at_once
def test_no_thread_is_begun(control: Control, monkeypatch: pytest.MonkeyPatch, method: str, path: str) -> None:
    begun: list[threading.Thread] = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda thread: (begun.append(thread), start(thread)))
    assert control.api.request(method, path, json=BODIES[path]).status_code in (200, 201)
    assert begun == []
    control.get("version")
    assert begun != []  # other routes do


@at_once
def test_it_refuses_as_the_others_do(control: Control, method: str, path: str) -> None:
    assert refused(control.api.request(method, path, json={"nonsense": 1})).startswith("unknown")
    assert refused(control.api.request(method, path, content=b"{")).startswith("the body is not JSON")
