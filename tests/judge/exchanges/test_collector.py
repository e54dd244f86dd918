"""Verdicts on exchanges: confirmed and contradicted statuses, and findings by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.judge.coverage import CONFIRMED, CONTRADICTED, NOT_REACHED, StatusCount
from crm_contracts.judge.exchange import Exchange, Part
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.exchanges.secrets import Secrets
from crm_contracts.judge.finding import Side
from crm_contracts.judge.verdict import Verdict
from crm_mocks.vendor import Vendor
from crm_mocks.violations import Violation
from tests.judge.conftest import GOOD, JSON, JudgeExchanges

BAD = replace(GOOD, request_body=b'{"email": 5}', status=400, response_body=b'{"error": "email"}')
"""The refusal of an invalid request."""

INVALID_RESPONSE = replace(GOOD, response_body=b'{"id": "1"}')


def status_count(verdict: Verdict, status: int) -> StatusCount:
    [count] = [each for each in verdict.operations[0].statuses if each.status == status]
    return count


def broken(verdict: Verdict) -> list[tuple[str, str, str, int]]:
    return [(finding.side, finding.rule, ".".join(finding.location), finding.count) for finding in verdict.findings]


def test_a_good_exchange_confirms_its_status(judge_exchanges: JudgeExchanges) -> None:
    result = judge_exchanges([GOOD, GOOD])
    assert (result.word, result.exit_code(), result.findings) == ("kept", 0, ())
    assert (status_count(result, 201).word, status_count(result, 201).count, status_count(result, 201).date) == (
        CONFIRMED,
        2,
        "2026-01-31",
    )
    assert status_count(result, 409).word == NOT_REACHED


def test_an_invalid_response_contradicts_its_status(judge_exchanges: JudgeExchanges) -> None:
    result = judge_exchanges([GOOD, INVALID_RESPONSE])
    assert (result.word, result.exit_code()) == ("broken", 1)
    assert (status_count(result, 201).word, status_count(result, 201).contradicted) == (CONTRADICTED, 1)
    assert {finding.side for finding in result.findings} == {Side.PROVIDER}


def test_an_undocumented_status_is_listed(judge_exchanges: JudgeExchanges) -> None:
    result = judge_exchanges([replace(GOOD, status=418)])
    assert (status_count(result, 418).word, status_count(result, 418).documented) == (CONTRADICTED, False)


def test_a_refusal_of_an_invalid_request_is_only_the_clients_fault(judge_exchanges: JudgeExchanges) -> None:
    result = judge_exchanges([BAD])
    assert broken(result) == [("client", "type", "body.email", 1)]
    assert status_count(result, 400).word == CONFIRMED
    assert result.refused == ()


def test_repeated_findings_are_counted(judge_exchanges: JudgeExchanges) -> None:
    [finding] = judge_exchanges([BAD, replace(BAD, source="traffic.har, entry 2")]).findings
    assert (finding.count, finding.first.source) == (2, "traffic.har, entry 1")


def test_a_client_finding_is_the_same_for_all_responses(judge_exchanges: JudgeExchanges) -> None:
    [finding] = judge_exchanges([BAD, replace(BAD, status=500, response_body=b'{"error": "oops"}')]).failing_of(
        Side.CLIENT
    )
    assert (finding.count, finding.status) == (2, 400)


def test_a_refusal_of_a_valid_request_is_listed_and_does_not_fail(judge_exchanges: JudgeExchanges) -> None:
    result = judge_exchanges([replace(GOOD, status=409, response_body=b'{"error": "known"}')])
    assert result.exit_code() == 0
    assert [(requests.operation, requests.status, requests.count) for requests in result.refused] == [
        ("toy.createContact", 409, 1)
    ]


def test_a_missing_response_is_the_providers_fault(judge_exchanges: JudgeExchanges) -> None:
    result = judge_exchanges([replace(GOOD, status=0, response_body=b"", failure="the connection was reset")])
    assert broken(result) == [("provider", "no-answer", "answer", 1)]
    assert result.findings[0].first.response == "the connection was reset"


def test_a_queued_response_is_not_judged(judge_exchanges: JudgeExchanges) -> None:
    result = judge_exchanges([replace(INVALID_RESPONSE, ordered=True)])
    assert (result.findings, status_count(result, 201).word) == ((), NOT_REACHED)


def test_a_response_chosen_by_the_request_need_not_refuse(judge_exchanges: JudgeExchanges) -> None:
    requested = replace(GOOD, request_body=b"{}", response_headers=(JSON, ("Preference-Applied", "code=201")))
    assert [finding.side for finding in judge_exchanges([requested]).findings] == ["client"]


@pytest.mark.parametrize("status", [201, 400])
def test_credentials_that_were_not_recorded_are_not_required(judge_exchanges: JudgeExchanges, status: int) -> None:
    without_credentials = replace(GOOD, request_headers=(JSON,), missing_parts=(Part.CREDENTIALS,), status=status)
    assert "credentials" not in {finding.rule for finding in judge_exchanges([without_credentials]).findings}


def test_credentials_rejected_by_the_provider_are_reported(judge_exchanges: JudgeExchanges) -> None:
    without_credentials = replace(
        GOOD, request_headers=(JSON,), missing_parts=(Part.CREDENTIALS,), status=401, response_body=b'{"error": "key"}'
    )
    assert broken(judge_exchanges([without_credentials])) == [("client", "credentials", "security", 1)]


@pytest.mark.parametrize(
    "exchange",
    [
        replace(GOOD, request_body=b"", missing_parts=(Part.REQUEST_BODY,)),
        replace(GOOD, response_body=b"", missing_parts=(Part.RESPONSE_BODY,)),
        replace(GOOD, status=0, response_body=b"", response_headers=(), missing_parts=(Part.RESPONSE,)),
        replace(GOOD, response_body=b'{"id": "***", "email": "***"}'),
    ],
)
def test_missing_parts_give_no_findings(judge_exchanges: JudgeExchanges, exchange: Exchange) -> None:
    assert judge_exchanges([exchange]).findings == ()


def test_a_redacted_value_gives_no_finding(judge_exchanges: JudgeExchanges) -> None:
    assert judge_exchanges([replace(BAD, request_body=b'{"email": "ada@example.com", "kind": "***"}')]).findings == ()


@pytest.mark.parametrize("status", [404, 405])
def test_a_path_that_the_provider_does_not_know_is_the_clients_fault(
    judge_exchanges: JudgeExchanges, status: int
) -> None:
    unknown_path = replace(GOOD, url=GOOD.url.replace("contacts", "contact"), status=status)
    result = judge_exchanges([unknown_path, GOOD])
    assert broken(result) == [("client", "path", "path", 1)]
    assert result.findings[0].request == "POST https://crm.example.com/toy/contact"
    assert result.findings[0].near_misses[0].operation == "toy.createContact"
    assert result.faulty == 1


def test_a_method_that_the_provider_does_not_take_is_the_clients_fault(judge_exchanges: JudgeExchanges) -> None:
    assert broken(judge_exchanges([GOOD, replace(GOOD, method="PUT", status=405)])) == [
        ("client", "method", "method", 1)
    ]


def test_operations_outside_the_contract_are_no_mistakes(judge_exchanges: JudgeExchanges) -> None:
    result = judge_exchanges([GOOD, replace(GOOD, url="https://crm.example.com/toy/others", status=200)])
    assert result.findings == ()
    assert [(each.request, each.vendor) for each in result.unmatched] == [
        ("POST https://crm.example.com/toy/others", "toy")
    ]


def test_requests_to_other_hosts_are_counted_and_listed(judge_exchanges: JudgeExchanges) -> None:
    elsewhere = replace(GOOD, url="https://user:pw@other.example.com/toy/nowhere?token=s3cret", status=404)
    result = judge_exchanges([elsewhere, elsewhere])
    assert (result.word, result.findings) == ("not checked", ())
    [requests] = result.unmatched
    assert (requests.request, requests.count) == ("POST https://other.example.com/toy/nowhere", 2)


def test_below_the_base_url_every_path_belongs_to_the_vendor(toy_vendor: Vendor) -> None:
    collector = Collector(ExchangeJudge([toy_vendor], {}, "https://crm.example.com/eu"), "t")
    [finding] = collector.add(replace(GOOD, url="https://crm.example.com/eu/nowhere", status=404))
    assert (finding.side, finding.rule) == (Side.CLIENT, "path")
    assert collector.add(replace(BAD, url="https://crm.example.com/eu/toy/contacts"))
    assert collector.add(replace(BAD, url="https://crm.example.com/toy/contacts")) == []


def test_a_malformed_url_is_unmatched(judge_exchanges: JudgeExchanges) -> None:
    assert judge_exchanges([replace(GOOD, url="http://[toy/contacts")]).unmatched[0].count == 1


def test_one_side_can_be_judged_alone(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t", sides=[Side.PROVIDER])
    collector.add(BAD)
    collector.add(INVALID_RESPONSE)
    assert {finding.side for finding in collector.verdict().findings} == {Side.PROVIDER}


def test_violations_over_several_exchanges_can_be_added(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t")
    collector.add(GOOD)
    operation = judge.find(GOOD.method, GOOD.url)
    assert operation is not None
    collector.add_violations(
        GOOD, operation, Side.PROVIDER, [Violation(("body",), "repeated-batch", "must be the same again")]
    )
    result = collector.verdict()
    assert (result.exchanges, broken(result)) == (1, [("provider", "repeated-batch", "body", 1)])
    assert status_count(result, 201).word == CONTRADICTED


def test_a_complaint_fails_the_verdict(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t")
    collector.add(GOOD)
    for _ in range(2):
        collector.complain("half of it was not tried")
    assert (collector.verdict().exit_code(), collector.verdict().complaints) == (1, ("half of it was not tried",))


def test_adding_an_exchange_returns_its_findings(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t")
    assert [each.rule for each in collector.add(BAD)] == ["type"]
    assert collector.add(GOOD) == []


def test_known_secrets_are_redacted_everywhere(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t", secrets=Secrets(judge.redaction, known=["hunter22"]))
    collector.add(replace(GOOD, response_body=b'{"id": "hunter22"}'))
    [finding] = [each for each in collector.verdict().findings if each.location == ("body", "id")]
    assert (finding.first.response, finding.sent) == ('201 {"id": "***"}', '"***"')


def test_a_request_from_the_journal_is_reproduced_against_the_mocks(judge_exchanges: JudgeExchanges) -> None:
    [finding] = judge_exchanges([replace(BAD, url="/toy/contacts")]).findings
    assert finding.first.request.startswith('curl "$CRM_MOCKS_URL"/toy/contacts')
