"""Routes that other packages plug in by the entry point groups `crm_mocks.admin` and `crm_mocks.direct_routes`."""

from __future__ import annotations

import threading

import pytest

from tests.admin.conftest import Control, refused


def test_a_plug_in_route_runs_on_the_event_loop(plugged: Control) -> None:
    plugged.create(session="one")
    response = plugged.get("plugged?session=one")
    assert response.json() == {"total": 1, "thread": threading.get_ident()}


def test_usage_errors_of_a_plug_in_are_400s(plugged: Control) -> None:
    assert refused(plugged.get("plugged?wrong=1")) == "that is wrong"


def test_a_broken_plug_in_is_logged_and_affects_nothing_else(
    plugged: Control, caplog: pytest.LogCaptureFixture
) -> None:
    assert plugged.get("health").status_code == 200
    assert "loading the control API plug-in a_broken (plugged_routes:broken) failed" in caplog.text
    assert "b_missing" in caplog.text


def test_a_direct_route_of_a_plug_in_is_served(plugged: Control) -> None:
    assert plugged.get("direct").json() == {"vendors": ["toy"]}


def test_a_broken_plug_in_of_direct_routes_is_logged(plugged: Control, caplog: pytest.LogCaptureFixture) -> None:
    assert plugged.get("direct").status_code == 200
    assert "loading the control API plug-in a_broken_direct (plugged_routes:broken_direct) failed" in caplog.text
