"""Routes that other packages plug in by the entry point groups `crm_mocks.admin` and `crm_mocks.direct_routes`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from tests.admin.conftest import Control, refused

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
"""


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
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "plugged_routes", raising=False)
    return control


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
