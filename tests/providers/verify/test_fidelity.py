"""The fidelity page shows the latest results, and keeps earlier ones of statuses not reached."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.judge.coverage import OperationCoverage, StatusCount
from crm_contracts.judge.finding import Finding, Occurrence, Side
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.verify.fidelity import parse_rows, render_page, update
from crm_mocks.errors import UsageError


def _status(status, count=0, *, at="", contradicted=0, documented=True):
    return StatusCount(status, documented, protocol=False, count=count, contradicted=contradicted, at=at)


def _verdict(*statuses, findings=()):
    operation = OperationCoverage("toy.createToy", "toy", "POST", "/toys", False, 1, statuses=tuple(statuses))
    about = {"title": "Toys", "vendors": ("toy",), "contracts": {"toy": ("abc",)}, "exchanges": 1}
    return Verdict(**about, operations=(operation,), findings=tuple(findings))


FIRST = _verdict(_status(201, 3, at="2026-01-31T12:00:00Z"), _status(400))


def test_each_status_has_a_row():
    page = render_page(FIRST, "toy", [])
    assert "| toy.createToy | 201 | confirmed on 2026-01-31 | 3 |" in page
    assert "| toy.createToy | 400 | not reached |  |" in page


def test_a_status_that_is_not_reached_keeps_its_row():
    later = _verdict(_status(201), _status(400, 2, at="2026-02-01T12:00:00Z", contradicted=1))
    page = render_page(later, "toy", list(parse_rows(render_page(FIRST, "toy", []))))
    assert "| toy.createToy | 201 | confirmed on 2026-01-31 | 3 |" in page
    assert "| toy.createToy | 400 | contradicted on 2026-02-01 | 2 |" in page


def test_an_undocumented_status_keeps_its_row():
    odd = _verdict(_status(418, 1, at="2026-01-31T12:00:00Z", contradicted=1, documented=False))
    page = render_page(FIRST, "toy", list(parse_rows(render_page(odd, "toy", []))))
    assert "| toy.createToy | 418, not documented | contradicted on 2026-01-31 | 1 |" in page


def test_removed_operations_are_omitted():
    gone = replace(FIRST, operations=(replace(FIRST.operations[0], key="toy.breakToy"),))
    assert "breakToy" not in render_page(FIRST, "toy", list(parse_rows(render_page(gone, "toy", []))))


def test_a_contradiction_is_shown_escaped():
    shown = Occurrence(request="curl http://toys \\\n  --data-raw '```'", response="400 \x1b[31m```")
    place = (Side.PROVIDER, "toy", "toy.createToy", "enum", ("body", "kind"))
    finding = Finding(*place, "must be soft", 2, status=400, occurrences=(shown,))
    page = render_page(_verdict(_status(400, 1, contradicted=1), findings=[finding]), "toy", [])
    assert "### toy.createToy 400: enum at body.kind" in page
    assert "must be soft (×2)" in page
    assert page.count("```") == 2
    assert "\x1b" not in page


def test_the_folder_is_created_and_the_page_overwritten(tmp_path):
    for _ in range(2):
        update(tmp_path / "docs" / "fidelity", FIRST, "toy")
    assert (tmp_path / "docs" / "fidelity" / "toy.md").read_text() == render_page(FIRST, "toy", [])


def test_a_page_that_cannot_be_written_is_a_usage_error(tmp_path):
    (tmp_path / "fidelity").write_text("a file")
    with pytest.raises(UsageError):
        update(tmp_path / "fidelity", FIRST, "toy")
