"""Mistakes allowed by name, and baselines."""

from __future__ import annotations

from copy import copy
from pathlib import Path
from typing import Any

import pytest

from crm_contracts.judge import baseline
from crm_contracts.judge.allow import allow as apply
from crm_contracts.judge.allow import check_names, names_for
from crm_contracts.judge.allowance import parse
from crm_contracts.judge.finding import Finding, ResponseCount, Side
from crm_contracts.judge.merge import merge
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.verdict_entries import AllowedMistakes
from crm_mocks.errors import UsageError
from tests.conftest import Api
from tests.judge.helpers import CONTACTS, OPERATION, create, only, verdict
from tests.vendors.discovery import Variant


@pytest.mark.parametrize("what", ["400", "invalid", "*"])
@pytest.mark.parametrize("owner", [OPERATION, "*"])
def test_allowed_mistakes_break_nothing(toy: Api, owner: str, what: str) -> None:
    create(toy, 5)
    result = verdict(toy, allow=(f"{owner}:{what}",))
    assert (result.failing, result.faulty, result.exit_code()) == ((), 0, 0)
    assert only(result.findings).allowed == 1
    assert result.allowed == (AllowedMistakes(f"{owner}:{what}", 1),)


def test_other_mistakes_of_the_same_operation_still_break(toy: Api) -> None:
    create(toy, 5)
    create(toy, 5, headers={"X-Key": "wrong"})
    result = verdict(toy, allow=(f"{OPERATION}:invalid",))
    assert {finding.rule: (finding.count, finding.allowed) for finding in result.failing} == {
        "type": (2, 1),
        "credentials": (1, 0),
    }
    assert result.faulty == 1


def test_a_session_allows_its_own_mistakes_only(toy: Api) -> None:
    toy.post("/__admin/sessions", json={"session": "lenient", "allow": [f"{OPERATION}:400"]})
    for session in ("lenient", "strict"):
        create(toy, 5, session=session)
    assert verdict(toy, "lenient").failing == ()
    assert only(verdict(toy, "strict").failing).count == 1
    assert (only(verdict(toy).failing).count, only(verdict(toy).failing).allowed) == (2, 1)


def test_requests_without_operation_are_allowed_by_their_vendor(toy: Api) -> None:
    toy.get(CONTACTS)
    assert verdict(toy, allow=("toy:*",)).failing == ()
    toy.get("/elsewhere")
    assert only(verdict(toy, allow=("toy:*",)).failing).request == "GET /elsewhere"
    assert verdict(toy, allow=("*:*",)).failing == ()


@pytest.mark.parametrize("name", ["GET /toy/nowhere", "* /toy/nowhere", "GET /toy/*", "GET *"])
def test_requests_without_operation_are_allowed_by_method_and_path(toy: Api, name: str) -> None:
    toy.get("/toy/nowhere")
    toy.get("/toy/nowhere")
    result = verdict(toy, allow=(name,))
    assert (result.failing, result.faulty, result.allowed) == ((), 0, (AllowedMistakes(name, 2),))


@pytest.mark.parametrize("name", ["POST /toy/nowhere", "GET /toy", "GET /toy/nowhere/*", "GET /toy/no.here"])
def test_other_requests_without_operation_still_break(toy: Api, name: str) -> None:
    toy.get("/toy/nowhere")
    result = verdict(toy, allow=(name,))
    assert (only(result.failing).request, result.faulty) == ("GET /toy/nowhere", 1)


def test_mistakes_allowed_in_their_session_are_counted_once(toy: Api) -> None:
    toy.post("/__admin/sessions", json={"session": "lenient", "allow": [f"{OPERATION}:400"]})
    create(toy, 5, session="lenient")
    result = verdict(toy, "lenient", allow=(f"{OPERATION}:*",))
    assert result.allowed == (AllowedMistakes(f"{OPERATION}:*", 0), AllowedMistakes(f"{OPERATION}:400", 1))


def test_allowing_afterwards_equals_allowing_at_once(toy: Api) -> None:
    create(toy, 5, session="a")
    create(toy, 5, headers={"X-Key": "wrong"}, session="b")
    toy.get("/toy/nowhere")
    names = (f"{OPERATION}:401", "GET /toy/nowhere")
    merged = merge(Verdict.from_json(verdict(toy, each).as_json()) for each in ("a", "b", "default"))
    assert apply(merged, names) == verdict(toy, allow=names)


def test_an_unused_allowance_is_listed(toy: Api) -> None:
    create(toy)
    assert verdict(toy, allow=(f"{OPERATION}:400",)).allowed == (AllowedMistakes(f"{OPERATION}:400", 0),)


@pytest.mark.parametrize(
    "name",
    ["", "toy", "toy.createContact", ":400", "GET", "GET toy", "/toy", "toy.createContact:", "toy.a.b:400", "a b:1"],
)
def test_a_malformed_name_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match="allows nothing: expected"):
        parse(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "toy.creatContact:400",
            r"operation 'toy.creatContact' \(did you mean 'toy.createContact'\?\), known are toy.createContact",
        ),
        (
            "toy.createContact:invald",
            r"has no response 'invald' \(did you mean 'invalid'\?\), known are 201 created",
        ),
        ("toy.createContact:9x", "toy.createContact has no response '9x', known are 201 created"),
        ("toy:404", r"allowed by 'toy:\*'"),
        (f"POST {CONTACTS}", "that is toy.createContact, whose mistakes are allowed by response"),
    ],
)
def test_a_misspelt_name_is_a_usage_error(toy: Api, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_names([name], toy.app.mock_app.contracts.values())


@pytest.mark.parametrize("rule", ["required", "accepted-invalid", "server-error", "EMPTY_RESPONSE"])
def test_rules_and_faults_are_not_taken_for_misspelt_outcomes(toy: Api, rule: str) -> None:
    check_names([f"{OPERATION}:{rule}"], toy.app.mock_app.contracts.values())


def test_every_suggested_entry_is_accepted_whatever_the_outcomes_are_called() -> None:
    contract = Variant("crmcom").contract()
    for rule in ("accepted-invalid", "credentials", "credentials-ignored", "documented-message", "format", "mediaType"):
        check_names([f"crmcom.createLead:{rule}"], [contract])


def test_a_recorded_request_is_allowed_by_its_path() -> None:
    finding = Finding(
        Side.CLIENT,
        "toy",
        "",
        "path",
        ("path",),
        "toy has no such path",
        responses=(ResponseCount(0, "", 1),),
        request="GET https://crm.example/toy/nope",
    )
    assert names_for(finding) == ("GET /toy/nope",)
    assert apply(Verdict(findings=(finding,)), names_for(finding)).exit_code() == 0


def test_undocumented_statuses_can_be_allowed(toy: Api) -> None:
    check_names([f"{OPERATION}:503"], toy.app.mock_app.contracts.values())


def test_known_findings_do_not_fail_the_verdict(toy: Api, tmp_path: Path) -> None:
    create(toy, 5)
    toy.get(CONTACTS)
    path = tmp_path / "baseline.json"
    baseline.write_baseline(path, verdict(toy))
    applied = baseline.apply(verdict(toy), baseline.read(path))
    assert (applied.failing, len(applied.findings), applied.resolved) == ((), 2, ())


def test_new_findings_fail_and_fixed_ones_are_listed(toy: Api, tmp_path: Path) -> None:
    create(toy, 5, session="old")
    path = tmp_path / "baseline.json"
    baseline.write_baseline(path, verdict(toy, "old"))
    toy.post(f"/~new{CONTACTS}", json={})
    result = baseline.apply(verdict(toy, "new"), baseline.read(path))
    assert only(result.failing).rule == "required"
    assert [entry.rule for entry in result.resolved] == ["type"]


def test_allowed_mistakes_are_not_in_the_baseline(toy: Api, tmp_path: Path) -> None:
    create(toy, 5)
    path = tmp_path / "baseline.json"
    baseline.write_baseline(path, verdict(toy, allow=(f"{OPERATION}:*",)))
    assert baseline.read(path) == ()


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"format": "crm-mocks baseline 1", "broken": [{}]}'])
def test_a_broken_baseline_is_a_usage_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=r"baseline\.json is no"):
        baseline.read(path)


def test_a_missing_baseline_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the baseline"):
        baseline.read(tmp_path / "none.json")


def test_operations_are_listed_once_however_many_names_are_checked(toy: Api) -> None:
    listed: list[str] = []

    class Counting(dict[str, Any]):
        def values(self) -> Any:
            listed.append("once")
            return super().values()

    counting = copy(toy.app.mock_app.contracts["toy"])
    counting.operations = Counting(counting.operations)
    check_names([f"{OPERATION}:{status}" for status in range(400, 500)], [counting])
    assert listed == ["once"]
