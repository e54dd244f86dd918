"""The page of fidelity tells what was seen, and keeps what was seen before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.judge.coverage import OperationCoverage, StatusCount
from crm_contracts.judge.finding import Finding, Occurrence, Side
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.verify.fidelity import cells, page, update
from crm_mocks.errors import UsageError


def _status(status, count=0, *, at="", contradicted=0, documented=True):
    return StatusCount(status, documented, protocol=False, count=count, contradicted=contradicted, at=at)


def _examination(*statuses, findings=()):
    operation = OperationCoverage("toy.createToy", "toy", "POST", "/toys", False, 1, statuses=tuple(statuses))
    about = {"title": "Toys", "vendors": ("toy",), "contracts": {"toy": ("abc",)}, "exchanges": 1}
    return Verdict(**about, operations=(operation,), findings=tuple(findings))


FIRST = _examination(_status(201, 3, at="2026-01-31T12:00:00Z"), _status(400))


def test_each_status_has_its_standing():
    told = page(FIRST, "toy", [])
    assert "| toy.createToy | 201 | confirmed on 2026-01-31 | 3 |" in told
    assert "| toy.createToy | 400 | not reached |  |" in told


def test_what_is_not_reached_this_time_stays_as_it_was_seen():
    later = _examination(_status(201), _status(400, 2, at="2026-02-01T12:00:00Z", contradicted=1))
    told = page(later, "toy", list(cells(page(FIRST, "toy", []))))
    assert "| toy.createToy | 201 | confirmed on 2026-01-31 | 3 |" in told
    assert "| toy.createToy | 400 | contradicted on 2026-02-01 | 2 |" in told


def test_an_undocumented_status_stays_too():
    odd = _examination(_status(418, 1, at="2026-01-31T12:00:00Z", contradicted=1, documented=False))
    told = page(FIRST, "toy", list(cells(page(odd, "toy", []))))
    assert "| toy.createToy | 418, not documented | contradicted on 2026-01-31 | 1 |" in told


def test_operations_that_are_no_more_are_left_out():
    gone = replace(FIRST, operations=(replace(FIRST.operations[0], key="toy.breakToy"),))
    assert "breakToy" not in page(FIRST, "toy", list(cells(page(gone, "toy", []))))


def test_a_contradiction_is_shown_and_cannot_end_its_block():
    shown = Occurrence(request="curl http://toys \\\n  --data-raw '```'", response="400 \x1b[31m```")
    place = (Side.PROVIDER, "toy", "toy.createToy", "enum", ("body", "kind"))
    finding = Finding(*place, "must be soft", 2, status=400, occurrences=(shown,))
    told = page(_examination(_status(400, 1, contradicted=1), findings=[finding]), "toy", [])
    assert "### toy.createToy 400: enum at body.kind" in told
    assert "must be soft (×2)" in told
    assert told.count("```") == 2
    assert "\x1b" not in told


def test_the_folder_is_made_and_the_page_written_anew(tmp_path):
    for _ in range(2):
        update(tmp_path / "docs" / "fidelity", FIRST, "toy")
    assert (tmp_path / "docs" / "fidelity" / "toy.md").read_text() == page(FIRST, "toy", [])


def test_a_page_that_cannot_be_written_is_a_usage_error(tmp_path):
    (tmp_path / "fidelity").write_text("a file")
    with pytest.raises(UsageError):
        update(tmp_path / "fidelity", FIRST, "toy")
