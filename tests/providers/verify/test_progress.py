"""Progress is shown on terminals, and says how much was sent."""

from __future__ import annotations

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.observations import ObservationLog
from crm_contracts.providers.verify.progress import ProgressOfLog, progress_line


def test_the_progress_counts_requests_and_names_the_latest(tmp_path):
    progress = ProgressOfLog(tmp_path / "log")
    assert progress.text() == "0 requests"
    with ObservationLog(tmp_path / "log") as log:
        log.exchange(Exchange("GET", "http://provider.example.com/v1/leads/config?a=secret", status=200))
        assert progress.text() == "1 request, GET /v1/leads/config 200"
        log.remark("no matter")
        log.exchange(Exchange("POST", "http://provider.example.com/v1/leads/create", failure="no response"))
        assert progress.text() == "2 requests, POST /v1/leads/create"


def test_an_incomplete_line_is_read_later(tmp_path):
    with ObservationLog(tmp_path / "log") as log:
        log.exchange(Exchange("GET", "/a", status=200))
    line = (tmp_path / "log").read_bytes()
    (tmp_path / "log").write_bytes(line[:10])
    progress = ProgressOfLog(tmp_path / "log")
    assert progress.text() == "0 requests"
    (tmp_path / "log").write_bytes(line)
    assert progress.text() == "1 request, GET /a 200"


def test_nothing_is_shown_without_a_terminal(capsys):
    with progress_line() as show:
        show("863 requests")
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_the_progress(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress_line() as show:
        show("863 requests [bold]")
    assert "863 requests [bold]" in capsys.readouterr().err
