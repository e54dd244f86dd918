"""A journal is judged under the settings of its runs, and sessions of different runs are kept apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

import crm_mocks
from crm_contracts.judge.merge import merge
from crm_contracts.judge.sessions.session_verdicts import judge_sessions
from crm_contracts.judge.verdict import Verdict
from crm_contracts.recordings.journal import settings as journal_settings
from crm_contracts.recordings.journal.verdict import verdict_on_journal
from crm_mocks.cli import main
from crm_mocks.vendor import load_vendor

VENDOR = "leadbank"
LENIENT = {"leadbank.missing_members": "defaults"}
BODY = [{"IDLeadBank": 1000, "LeadEvents": [{"IDstatus": 2}]}]
"""An acknowledgement without a date, which breaks the contract under the default settings."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def acknowledge(mocks: Any, times: int = 1) -> None:
    for _ in range(times):
        httpx.post(f"{mocks.url}/api/leads/SendAcknos", json=BODY)


def recorded(path: Path, act: Callable[[Any], None], **settings: Any) -> Verdict:
    """Serve the mocks with settings while something sends requests; return the verdict of the mocks themselves."""
    with crm_mocks.serve([VENDOR], port=0, journal=path, settings=settings) as mocks:
        act(mocks)
        return judge_sessions(mocks.mock_app, mocks.mock_app.sessions, (), ())


def judged(path: Path) -> tuple[Verdict, list[str]]:
    notes: list[str] = []
    return verdict_on_journal(path, [load_vendor(VENDOR)], notes.append), notes


def counted(verdict: Verdict) -> Any:
    """Return what a verdict has but moments and the shown parts of exchanges."""
    return verdict.exchanges, verdict.faulty, verdict.operations, [each.key for each in verdict.findings]


def documents(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(each, separators=(",", ":")) + "\n" for each in lines))


def without_runs(path: Path) -> None:
    """Make of a journal what earlier versions wrote."""
    lines = [each for each in documents(path) if "request" in each]
    for each in lines:
        del each["run"]
    write(path, lines)


def test_a_run_begins_with_those_of_its_settings_that_bear_on_judging(path: Path) -> None:
    recorded(path, acknowledge, **LENIENT, **{"leadbank.latency_ms": 1, "host.values": 5000})
    head, exchange = documents(path)
    assert head["settings"] == {**LENIENT, "host.values": 5000}
    assert head["run"] == exchange["run"]


def test_the_verdict_on_a_journal_is_that_of_the_run(path: Path) -> None:
    verdict = recorded(path, acknowledge, **LENIENT)
    found, notes = judged(path)
    assert counted(found) == counted(verdict)
    assert notes == []
    without_runs(path)
    assert counted(judged(path)[0]) != counted(verdict)  # under the default settings


def test_a_journal_of_an_earlier_version_is_read(path: Path) -> None:
    verdict = recorded(path, acknowledge)
    without_runs(path)
    found, notes = judged(path)
    assert counted(found) == counted(verdict)
    assert notes == []


def test_sessions_of_two_runs_are_told_apart(path: Path) -> None:
    verdicts = [recorded(path, acknowledge, **settings) for settings in (LENIENT, {}, LENIENT)]
    found, notes = judged(path)
    assert counted(found) == counted(merge(verdicts))
    assert len({each["run"] for each in documents(path)}) == 3
    assert notes == []


def test_settings_that_a_session_changes_count_from_then_on(path: Path) -> None:
    def change(mocks: Any) -> None:
        acknowledge(mocks)
        changes = {VENDOR: {"missing_members": "defaults"}}
        httpx.put(f"{mocks.url}/__admin/settings", json=changes).raise_for_status()
        acknowledge(mocks, 2)

    verdict = recorded(path, change)
    found, notes = judged(path)
    assert counted(found) == counted(verdict)
    assert notes == []
    assert [each.get("settings") for each in documents(path)] == [{}, None, LENIENT, None, None]


def test_check_judges_under_the_settings_of_the_run_unless_others_are_given(path: Path) -> None:
    recorded(path, acknowledge, **LENIENT)

    def code(*options: str) -> int:
        return CliRunner().invoke(main, ["check", str(path), "--vendor", VENDOR, "--strict", *options]).exit_code

    assert code() == 0
    assert code("--set", "leadbank.missing_members=refused") == 1
    without_runs(path)
    assert code() == 1


def test_coverage_judges_an_exchange_with_a_provider_under_the_settings_of_the_proxy(path: Path) -> None:
    recorded(path, acknowledge, **LENIENT)
    lines = documents(path)
    lines[1]["provider"] = "http://crm.example.com"
    write(path, lines)
    assert judged(path)[0].findings == ()
    write(path, [lines[0] | {"settings": {}}, lines[1]])
    assert judged(path)[0].findings != ()


@pytest.mark.parametrize(
    ("settings", "note"),
    [
        ({"leadbank.missing_members": "elsewhere"}, "the setting 'leadbank.missing_members' takes one of refused"),
        ({"leadbank.missing_members": []}, "the setting 'leadbank.missing_members' takes one of refused"),
        ({"nobody.colour": "red"}, ""),
        ({"leadbank.colour": "red"}, ""),
        ({"host.spill_bytes": 0}, ""),
        ([], "it has no settings"),
        ("", "it has no settings"),
    ],
    ids=str,
)
def test_settings_that_cannot_be_used_are_left_out(settings: Any, note: str, path: Path) -> None:
    recorded(path, acknowledge)
    head, *lines = documents(path)
    write(path, [head | {"settings": settings}, *lines])
    found, notes = judged(path)
    assert found.exchanges == 1
    assert [note in each for each in notes] == ([True] if note else [])


def test_the_number_of_different_settings_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_settings, "MAX_SETTINGS", 2)
    recorded(path, acknowledge)
    head, exchange = documents(path)
    runs = []
    for number in range(5):
        run = {"run": str(number)}
        runs += [head | run | {"settings": {"host.values": 5000 + number}}, exchange | run]
    write(path, runs)
    found, notes = judged(path)
    assert found.exchanges == 5
    assert notes == ["journal.jsonl: it has more than 2 different settings: others count as the default ones"]
