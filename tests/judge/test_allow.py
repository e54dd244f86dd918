"""Mistakes allowed by name, and old debts."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_contracts.judge import baseline
from crm_contracts.judge.allow import allow as apply
from crm_contracts.judge.allow import check, parse
from crm_contracts.judge.finding import AllowedMistakes
from crm_contracts.judge.merge import merge
from crm_contracts.judge.verdict import Verdict
from crm_mocks.errors import UsageError
from tests.conftest import Api
from tests.judge.helpers import CONTACTS, OPERATION, create, only, verdict


@pytest.mark.parametrize("what", ["400", "invalid", "*"])
@pytest.mark.parametrize("whose", [OPERATION, "*"])
def test_allowed_mistakes_break_nothing(toy: Api, whose: str, what: str) -> None:
    create(toy, 5)
    found = verdict(toy, allow=(f"{whose}:{what}",))
    assert (found.failing, found.faulty, found.exit_code()) == ((), 0, 0)
    assert only(found.findings).allowed == 1
    assert found.allowed == (AllowedMistakes(f"{whose}:{what}", 1),)


def test_other_mistakes_of_the_same_operation_still_break(toy: Api) -> None:
    create(toy, 5)
    create(toy, 5, headers={"X-Key": "wrong"})
    found = verdict(toy, allow=(f"{OPERATION}:invalid",))
    assert {each.rule: (each.count, each.allowed) for each in found.failing} == {"type": (2, 1), "credentials": (1, 0)}
    assert found.faulty == 1


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
    found = verdict(toy, allow=(name,))
    assert (found.failing, found.faulty, found.allowed) == ((), 0, (AllowedMistakes(name, 2),))


@pytest.mark.parametrize("name", ["POST /toy/nowhere", "GET /toy", "GET /toy/nowhere/*", "GET /toy/no.here"])
def test_other_requests_without_operation_still_break(toy: Api, name: str) -> None:
    toy.get("/toy/nowhere")
    found = verdict(toy, allow=(name,))
    assert (only(found.failing).request, found.faulty) == ("GET /toy/nowhere", 1)


def test_mistakes_allowed_in_their_session_are_counted_once(toy: Api) -> None:
    toy.post("/__admin/sessions", json={"session": "lenient", "allow": [f"{OPERATION}:400"]})
    create(toy, 5, session="lenient")
    found = verdict(toy, "lenient", allow=(f"{OPERATION}:*",))
    assert found.allowed == (AllowedMistakes(f"{OPERATION}:*", 0), AllowedMistakes(f"{OPERATION}:400", 1))


def test_what_is_allowed_afterwards_is_as_if_allowed_at_once(toy: Api) -> None:
    create(toy, 5, session="a")
    create(toy, 5, headers={"X-Key": "wrong"}, session="b")
    toy.get("/toy/nowhere")
    names = (f"{OPERATION}:401", "GET /toy/nowhere")
    merged = merge(Verdict.from_json(verdict(toy, each).as_json()) for each in ("a", "b", "default"))
    assert apply(merged, names) == verdict(toy, allow=names)


def test_an_allowance_never_used_is_told(toy: Api) -> None:
    create(toy)
    assert verdict(toy, allow=(f"{OPERATION}:400",)).allowed == (AllowedMistakes(f"{OPERATION}:400", 0),)


@pytest.mark.parametrize(
    "name",
    ["", "toy", "toy.createContact", ":400", "GET", "GET toy", "/toy", "toy.createContact:", "toy.a.b:400", "a b:1"],
)
def test_a_name_of_another_form_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match="allows nothing: wants"):
        parse(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("toy.creatContact:400", "no operation 'toy.creatContact', there are toy.createContact"),
        ("toy.createContact:invald", "toy.createContact has no answer 'invald', it has 201 created"),
        ("toy:404", r"allowed by 'toy:\*'"),
        (f"POST {CONTACTS}", "that is toy.createContact, whose mistakes are allowed by their answers"),
    ],
)
def test_a_misspelt_name_is_a_usage_error(toy: Api, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check([name], toy.app.mock_app.contracts.values())


def test_statuses_that_only_a_test_forces_can_be_allowed(toy: Api) -> None:
    check([f"{OPERATION}:503"], toy.app.mock_app.contracts.values())


def test_a_baseline_forgives_what_it_knows(toy: Api, tmp_path: Path) -> None:
    create(toy, 5)
    toy.get(CONTACTS)
    path = tmp_path / "baseline.json"
    baseline.write_baseline(path, verdict(toy))
    debts = baseline.read(path)
    forgiven = baseline.apply(verdict(toy), debts)
    assert (forgiven.failing, len(forgiven.findings), forgiven.resolved) == ((), 2, ())


def test_new_debts_break_and_paid_ones_are_told(toy: Api, tmp_path: Path) -> None:
    create(toy, 5, session="old")
    path = tmp_path / "baseline.json"
    baseline.write_baseline(path, verdict(toy, "old"))
    toy.post(f"/~new{CONTACTS}", json={})
    found = baseline.apply(verdict(toy, "new"), baseline.read(path))
    assert only(found.failing).rule == "required"
    assert [debt.rule for debt in found.resolved] == ["type"]


def test_allowed_mistakes_are_no_debts(toy: Api, tmp_path: Path) -> None:
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


def test_a_baseline_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the baseline"):
        baseline.read(tmp_path / "none.json")
