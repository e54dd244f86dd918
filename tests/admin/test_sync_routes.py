"""Routes that property-based tests call for each example run on the event loop without a thread."""

from __future__ import annotations

import threading
from inspect import iscoroutinefunction
from typing import Any

import pytest

from crm_mocks.admin.names import SYNC_ROUTES
from tests.admin.conftest import OPERATION, Control, refused

BODIES: dict[str, Any] = {"/__admin/reset": {}, "/__admin/responses": {"operation": OPERATION, "status": 500}}
sync_routes = pytest.mark.parametrize(("method", "path"), sorted(SYNC_ROUTES))


@sync_routes
def test_views_of_sync_routes_are_plain_functions(control: Control, method: str, path: str) -> None:
    from crm_mocks.admin.application import create_admin_app

    app = create_admin_app(control.mock_app)
    endpoint, _ = app.url_map.bind("localhost").match(path, method)
    assert not iscoroutinefunction(app.view_functions[endpoint])


@sync_routes
def test_sync_routes_start_no_thread(control: Control, monkeypatch: pytest.MonkeyPatch, method: str, path: str) -> None:
    begun: list[threading.Thread] = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda thread: (begun.append(thread), start(thread)))
    assert control.api.request(method, path, json=BODIES[path]).status_code in (200, 201)
    assert begun == []
    control.get("version")
    assert begun != []  # other routes do


@sync_routes
def test_sync_routes_report_errors_like_other_routes(control: Control, method: str, path: str) -> None:
    assert refused(control.api.request(method, path, json={"nonsense": 1})).startswith("unknown")
    assert refused(control.api.request(method, path, content=b"{")).startswith("the body is not JSON")
