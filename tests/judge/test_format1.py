"""Reports and baselines of format 1, written by earlier versions, can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_contracts.judge import baseline
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.codec import Malformed
from crm_contracts.judge.finding import Side, Standing
from crm_contracts.judge.merge import merge
from crm_contracts.judge.verdict import Verdict
from tests.conftest import Api
from tests.judge.helpers import OPERATION, create, verdict

BROKEN = {
    "vendor": "toy",
    "operation": OPERATION,
    "rule": "type",
    "location": ["body", "email"],
    "message": "must be of type string, is integer",
    "count": 2,
    "first": {"id": "a-1", "at": "2026-01-31T12:00:00+00:00", "request": "curl x", "answer": "400 invalid"},
    "allowed": 0,
    "known": False,
    "request": "",
    "near": [],
    "answers": [{"status": 400, "outcome": "invalid", "count": 2, "allowed": 0}],
}
OLD = {
    "format": "crm-mocks verdict 1",
    "verdict": "broken",
    "sessions": ["a"],
    "exchanges": 3,
    "faulty": 2,
    "vendors": [],
    "contracts": {"toy": ["abc"]},
    "operations": [
        {
            "key": OPERATION,
            "vendor": "toy",
            "method": "POST",
            "path": "/toy/contacts",
            "counted": True,
            "outcomes": [
                {"name": "created", "status": 201, "kind": "documented", "counts": {"mock": 1}, "cause": ""},
                {"name": "invalid", "status": 400, "kind": "documented", "counts": {"mock": 2}, "cause": ""},
            ],
            "members": [],
            "faults": {"EMPTY_RESPONSE": 1},
        }
    ],
    "broken": [BROKEN],
    "refused": [{"operation": OPERATION, "outcome": "duplicate", "status": 409, "count": 1, "first": BROKEN["first"]}],
    "notices": [],
    "unused": [{"session": "a", "operation": OPERATION, "answer": "409", "used": 0, "times": 1}],
    "allowed": [{"name": "toy.createContact:401", "count": 0}],
    "defects": [],
    "paid": [{"operation": OPERATION, "rule": "enum", "location": ["body", "kind"], "request": ""}],
    "complaints": [],
    "mistaken": [{"vendor": "toy", "operation": OPERATION, "request": "", "answers": BROKEN["answers"]}],
}


def test_a_verdict_of_format_1_is_read() -> None:
    result = Verdict.from_json(OLD)
    [finding] = result.failing
    assert (finding.side, finding.key[3:5], finding.count) == (Side.CLIENT, ("type", ("body", "email")), 2)
    assert (finding.first.id, finding.first.response) == ("a-1", "400 invalid")
    assert (result.word, result.coverage.covered, result.operations[0].count) == ("broken", 2, 4)
    assert result.refused[0].first.request == "curl x"
    assert result.unused[0].response == "409"
    assert result.resolved == (BaselineEntry(OPERATION, "enum", ("body", "kind")),)


@pytest.mark.parametrize(
    ("change", "expected"),
    [({"known": True}, Standing.KNOWN), ({"allowed": 2}, Standing.ALLOWED), ({}, Standing.FAILS)],
)
def test_findings_of_format_1_keep_their_standing(change: dict[str, object], expected: Standing) -> None:
    [finding] = Verdict.from_json({**OLD, "broken": [BROKEN | change]}).findings
    assert finding.standing is expected


def test_it_can_be_merged_with_one_of_format_2(toy: Api) -> None:
    create(toy, 5)
    merged = merge([Verdict.from_json(OLD), Verdict.from_json(verdict(toy).as_json())])
    [finding] = merged.findings
    assert (finding.count, merged.exchanges, merged.faulty) == (3, 4, 3)
    assert {occurrence.id for occurrence in finding.occurrences} == {"a-1", "default-1"}


@pytest.mark.parametrize(
    "change", [{"broken": {}}, {"broken": [5]}, {"operations": [{"outcomes": 5}]}, {"exchanges": "3"}]
)
def test_a_malformed_verdict_of_format_1_is_rejected(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        Verdict.from_json({**OLD, **change})


def test_a_baseline_of_format_1_is_read(tmp_path: Path, toy: Api) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(
        '{"format": "crm-mocks baseline 1", "broken": [{"operation": "toy.createContact", "rule": "type", '
        '"location": ["body", "email"], "request": ""}]}'
    )
    create(toy, 5)
    assert baseline.apply(verdict(toy), baseline.read(path)).failing == ()
