"""Routes that other packages plug in by the entry point group `crm_mocks.admin`."""

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


def plug_in(app, suite):
    @app.get("/__admin/plugged")
    async def plugged():
        values = arguments()
        if "wrong" in values:
            raise UsageError("that is wrong")
        session = suite.sessions.get(session_name(values))
        return json_response({"total": session.journal.total, "thread": threading.get_ident()})


def broken(app, suite):
    raise RuntimeError("cannot plug in")
"""


@pytest.fixture
def plugged(control: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Control:
    """A mock in whose process a distribution with a plug-in is installed, and one with a broken plug-in."""
    (tmp_path / "plugged_routes.py").write_text(MODULE)
    info = tmp_path / "plugged_routes-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged-routes\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[crm_mocks.admin]\na_broken = plugged_routes:broken\nb_missing = plugged_routes:nothing\n"
        "c_good = plugged_routes:plug_in\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "plugged_routes", raising=False)
    return control


def test_a_plugged_in_route_serves_on_the_loop(plugged: Control) -> None:
    plugged.create(session="one")
    response = plugged.get("plugged?session=one")
    assert response.json() == {"total": 1, "thread": threading.get_ident()}


def test_its_usage_errors_are_answered_as_the_others(plugged: Control) -> None:
    assert refused(plugged.get("plugged?wrong=1")) == "that is wrong"


def test_a_broken_plug_in_is_logged_and_takes_nothing_else_down(
    plugged: Control, caplog: pytest.LogCaptureFixture
) -> None:
    assert plugged.get("health").status_code == 200
    assert "the control plug-in a_broken (plugged_routes:broken) failed" in caplog.text
    assert "b_missing" in caplog.text
