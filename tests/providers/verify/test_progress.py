"""Progress says how much was sent."""

from __future__ import annotations

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.observations import ObservationLog
from crm_contracts.providers.verify.progress import ProgressOfLog


def test_the_progress_counts_requests_and_names_the_latest(tmp_path):
    progress = ProgressOfLog(tmp_path / "log")
    assert progress.read() == (0, "")
    with ObservationLog(tmp_path / "log") as log:
        log.exchange(Exchange("GET", "http://provider.example.com/v1/leads/config?a=secret", status=200))
        assert progress.read() == (1, "GET /v1/leads/config 200")
        log.remark("no matter")
        log.exchange(Exchange("POST", "http://provider.example.com/v1/leads/create", failure="no response"))
        assert progress.read() == (2, "POST /v1/leads/create")


def test_an_incomplete_line_is_read_later(tmp_path):
    with ObservationLog(tmp_path / "log") as log:
        log.exchange(Exchange("GET", "/a", status=200))
    line = (tmp_path / "log").read_bytes()
    (tmp_path / "log").write_bytes(line[:10])
    progress = ProgressOfLog(tmp_path / "log")
    assert progress.read() == (0, "")
    (tmp_path / "log").write_bytes(line)
    assert progress.read() == (1, "GET /a 200")
