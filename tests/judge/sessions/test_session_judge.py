"""Verdicts on the requests of a client."""

from __future__ import annotations

from typing import Any

import pytest

from crm_contracts.judge.coverage import Covered
from crm_contracts.judge.sessions.session_record import session_record
from tests.conftest import Api
from tests.judge.helpers import CONTACTS, OPERATION, create, only, outcome, queue, verdict


def test_a_client_that_keeps_the_contract_breaks_nothing(toy: Api) -> None:
    create(toy)
    result = verdict(toy)
    assert (result.findings, result.refused, result.exit_code()) == ((), (), 0)
    assert (result.exchanges, result.faulty) == (1, 0)
    assert outcome(result, "created").counts == {"mock": 1}


@pytest.mark.parametrize(
    ("request_", "rule", "location"),
    [
        ({"json": {"email": 5}}, "type", ("body", "email")),
        ({"json": {}}, "required", ("body", "email")),
        ({"json": {"email": "a@b.c", "born": "soon"}}, "format", ("body", "born")),
        ({"data": {"email": "a@b.c"}}, "mediaType", ("header", "content-type")),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, "syntax", ("body",)),
        ({"json": {"email": "a@b.c"}, "headers": {"X-Key": "wrong"}}, "credentials", ("security",)),
    ],
)
def test_a_wrong_request_breaks_the_contract(
    toy: Api, request_: dict[str, Any], rule: str, location: tuple[str, ...]
) -> None:
    toy.post(CONTACTS, **request_)
    result = verdict(toy)
    broken = only(result.failing)
    assert (broken.operation, broken.rule, broken.location, broken.count) == (OPERATION, rule, location, 1)
    assert broken.message
    assert result.exit_code() == 1


def test_the_first_occurrence_has_its_request_without_credentials(toy: Api) -> None:
    for number in (1, 2):
        create(toy, number, headers={"X-Key": "s3cret"})
    broken = next(finding for finding in verdict(toy).findings if finding.rule == "type")
    assert (broken.count, broken.first.id, broken.first.response) == (2, "default-1", "401 no_key")
    assert broken.first.request.splitlines()[0] == 'curl "$CRM_MOCKS_URL"/toy/contacts \\'
    assert '{"email":1}' in broken.first.request
    assert "x-key: ***" in broken.first.request
    assert "s3cret" not in broken.first.request


@pytest.mark.one_process
def test_bodies_of_responses_are_not_held_for_a_verdict(toy: Api) -> None:
    create(toy, 5)
    mock_app = toy.app.mock_app
    record = session_record(mock_app, mock_app.sessions.get("default"))
    (entry,) = record.entries(frozenset({1})).values()
    assert (entry.request_body, entry.response_body) == (b'{"email":5}', b"")
    assert toy.last_entry().response_body


def test_array_entries_share_one_location(api: Any) -> None:
    mock = api("leadbank")
    mock.post("/api/leads/SendAcknos", json=[{"IDLeadBank": 1, "LeadEvents": [{"IDstatus": 1}]}] * 2)
    broken = next(finding for finding in verdict(mock).findings if finding.rule == "required")
    assert (broken.location, broken.count) == (("body", "*", "LeadEvents", "*", "DateAction"), 2)


@pytest.mark.parametrize("path", ["/toy/contact", "/unknown"])
def test_a_wrong_path_breaks_the_contract(toy: Api, path: str) -> None:
    toy.post(path, json={})
    toy.post(path, json={})
    result = verdict(toy)
    broken = only(result.failing)
    assert (broken.operation, broken.rule, broken.request, broken.count) == ("", "path", f"POST {path}", 2)
    assert result.faulty == 2


def test_a_wrong_method_breaks_the_contract_and_names_the_right_one(toy: Api) -> None:
    toy.get(CONTACTS)
    broken = only(verdict(toy).failing)
    assert (broken.rule, broken.request, broken.message) == ("method", f"GET {CONTACTS}", "the path allows POST")
    assert [(near_miss.method, near_miss.path) for near_miss in broken.near_misses] == [("POST", CONTACTS)]


def test_a_forced_response_does_not_hide_violations(toy: Api) -> None:
    queue(toy, status=201)
    create(toy, 5)
    result = verdict(toy)
    assert only(result.failing).rule == "type"
    assert outcome(result, "created").counts == {"queue": 1}


def test_ignoring_retry_after_breaks_the_contract(toy: Api) -> None:
    queue(toy, status=429, headers={"Retry-After": "60"})
    create(toy)
    create(toy)
    assert only(verdict(toy).failing).rule == "retryAfter"


def test_a_refusal_is_covered_and_does_not_fail(toy: Api) -> None:
    create(toy)
    create(toy)
    result = verdict(toy)
    assert result.failing == ()
    assert [(requests.operation, requests.status, requests.outcome, requests.count) for requests in result.refused] == [
        (OPERATION, 409, "duplicate", 1)
    ]
    assert outcome(result, "duplicate").word == "covered"


def test_a_refusal_with_status_200_is_a_refusal(api: Any) -> None:
    mock = api("leadbank")
    mock.post("/api/leads/ValidateGetLeads", json=[99])
    result = verdict(mock)
    assert result.failing == ()
    assert [(requests.status, requests.outcome) for requests in result.refused] == [(200, "unknown_lead")]


def test_undocumented_members_are_notices(toy: Api) -> None:
    toy.post(CONTACTS, json={"email": "a@b.c", "shoe": 44})
    result = verdict(toy)
    assert result.failing == ()
    assert [(notice.kind, notice.location, notice.count) for notice in result.notices] == [
        ("undocumented", ("body", "shoe"), 1)
    ]


def test_coverage_counts_documented_outcomes_except_those_of_the_protocol(toy: Api) -> None:
    create(toy)
    toy.post(CONTACTS, content=b"x", headers={"Content-Type": "text/plain"})
    result = verdict(toy)
    [operation] = result.operations
    assert {outcome.name: outcome.word for outcome in operation.outcomes} == {
        "created": "covered",
        "invalid": "not tested",
        "no_key": "not tested",
        "duplicate": "not tested",
        "crash": "not tested",
        "unsupported_media_type": "protocol",
    }
    assert (result.coverage.covered, result.coverage.total) == (1, 2)
    assert (result.other_coverage.covered, result.other_coverage.total) == (0, 3)


def test_outcomes_of_mistakes_are_a_second_figure(toy: Api) -> None:
    toy.post(CONTACTS, json={"email": 5})
    result = verdict(toy)
    assert (result.coverage, result.other_coverage) == (Covered(0, 2), Covered(1, 3))


def test_outcomes_are_counted_by_what_chose_them(toy: Api) -> None:
    queue(toy, status=409)
    create(toy)
    create(toy, headers={"Prefer": "code=409"})
    create(toy, "ada+mock-duplicate@example.com")
    create(toy)
    create(toy)
    assert outcome(verdict(toy), "duplicate").counts == {"Prefer": 1, "magic": 1, "mock": 1, "queue": 1}


def test_undocumented_responses_are_listed_and_cover_nothing(toy: Api) -> None:
    queue(toy, status=418)
    queue(toy, example="created", status=202)
    create(toy)
    create(toy)
    result = verdict(toy)
    words = {outcome.label: outcome.word for op in result.operations for outcome in op.outcomes if outcome.counts}
    assert words == {"418": "not documented", "202 created": "not documented"}
    assert result.coverage.covered == 0


def test_faults_are_counted_and_cover_nothing(toy: Api) -> None:
    queue(toy, fault="EMPTY_RESPONSE", times=2)
    create(toy)
    create(toy)
    result = verdict(toy)
    assert result.operations[0].faults == {"EMPTY_RESPONSE": 2}
    assert result.coverage.covered == 0


def test_an_unsupported_preference_is_not_counted_as_an_outcome(toy: Api) -> None:
    create(toy, headers={"Prefer": "code=499"})
    result = verdict(toy)
    assert (result.refused, result.coverage.covered) == ((), 0)
    assert all(outcome.word == "not tested" for op in result.operations for outcome in op.outcomes)
    assert [(notice.kind, notice.location) for notice in result.notices] == [("preference", ("header", "prefer"))]


def test_operations_not_called_are_counted_when_their_vendor_is_named(api: Any, toy_vendor: Any) -> None:
    mock = api(toy_vendor, "leadbank")
    mock.post("/api/leads", json=1)
    assert [operation.key for operation in verdict(mock).counted] == ["leadbank.getLeads"]
    named = verdict(mock, vendors=("toy",))
    assert [(operation.key, operation.counted) for operation in named.operations] == [
        ("leadbank.getLeads", False),
        (OPERATION, True),
    ]
    assert (named.coverage.covered, named.coverage.total) == (0, 2)


def test_members_of_requests_are_covered(toy: Api) -> None:
    create(toy)
    [operation] = verdict(toy).operations
    assert {member.place: member.seen for member in operation.members} == {
        ("body", "email"): True,
        ("body", "born"): False,
    }


def test_enum_values_of_requests_are_covered(api: Any) -> None:
    mock = api("config_api")
    lead = {"leadCustomer": {"firstname": "A", "lastname": "B", "email": "a@b.de", "gender": "MALE"}}
    mock.post("/v1/leads/create", json=lead, headers={"x-api-key": "demo-key"})
    [operation] = verdict(mock).operations
    gender = next(member for member in operation.members if member.place == ("body", "leadCustomer", "gender"))
    assert gender.values_seen == ("MALE",)
    assert set(gender.values) > {"MALE"}


def test_unused_queued_responses_are_listed(toy: Api) -> None:
    queue(toy, status=409, times=3)
    queue(toy, fault="TIMEOUT")
    queue(toy, example="duplicate", match={"email": "ada@example.com"}, times=None)
    create(toy, "bob@example.com")
    unused = [(each.response, each.used, each.times) for each in verdict(toy).unused]
    assert unused == [("409", 1, 3), ("TIMEOUT", 0, 1), ("duplicate", 0, None)]


def test_no_requests_give_no_coverage(toy: Api) -> None:
    result = verdict(toy)
    assert (result.exchanges, result.coverage.percent, result.exit_code(), result.exit_code(1)) == (0, 0.0, 0, 1)


def test_coverage_below_the_required_percentage_fails(toy: Api) -> None:
    create(toy)
    result = verdict(toy)
    assert (result.exit_code(50), result.exit_code(50.1)) == (0, 1)


def test_first_requests_are_read_from_the_spilled_journal(api: Any, toy_vendor: Any) -> None:
    mock = api(toy_vendor, settings={"host.journal_bytes": 1024**2})
    for number in range(900):
        mock.post(CONTACTS, json={"email": number}, headers={"X-Key": "demo-key", "User-Agent": "me/1 " * 200})
    assert mock.app.mock_app.sessions.get("default").journal.in_memory < 900
    broken = only(verdict(mock).findings)
    assert (broken.count, broken.first.id) == (900, "default-1")
    assert '{"email":0}' in broken.first.request


def test_dropped_journal_entries_are_still_counted(api: Any, toy_vendor: Any) -> None:
    mock = api(toy_vendor, settings={"host.journal_bytes": 1024**2, "host.spill_bytes": 0})
    for number in range(900):
        mock.post(CONTACTS, json={"email": number}, headers={"X-Key": "demo-key", "User-Agent": "me/1 " * 200})
    broken = only(verdict(mock).findings)
    assert (broken.count, broken.first.id, broken.first.request) == (900, "default-1", "")
    assert broken.message == "must be of type string, is integer"
