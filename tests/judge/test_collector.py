"""An examination says what is confirmed, contradicted and not reached, and who is at fault for what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.judge.collector import Collector
from crm_contracts.judge.coverage import CONFIRMED, CONTRADICTED, NOT_REACHED, StatusCount
from crm_contracts.judge.exchange import Exchange, Part
from crm_contracts.judge.exchange_judge import ExchangeJudge
from crm_contracts.judge.finding import Side
from crm_contracts.judge.secrets import Secrets
from crm_contracts.judge.verdict import Verdict
from crm_mocks.vendor import Vendor
from crm_mocks.violations import Violation
from tests.judge.conftest import GOOD, JSON, Examine

BAD = replace(GOOD, request_body=b'{"email": 5}', status=400, response_body=b'{"error": "email"}')
"""A refusal of a wrong request."""

WRONG_ANSWER = replace(GOOD, response_body=b'{"id": "1"}')


def seen(examination: Verdict, status: int) -> StatusCount:
    [found] = [each for each in examination.operations[0].statuses if each.status == status]
    return found


def broken(examination: Verdict) -> list[tuple[str, str, str, int]]:
    return [(each.side, each.rule, ".".join(each.location), each.count) for each in examination.findings]


def test_a_good_exchange_confirms_its_status(examine: Examine) -> None:
    found = examine([GOOD, GOOD])
    assert (found.word, found.exit_code(), found.findings) == ("kept", 0, ())
    assert (seen(found, 201).word, seen(found, 201).count, seen(found, 201).date) == (CONFIRMED, 2, "2026-01-31")
    assert seen(found, 409).word == NOT_REACHED


def test_a_wrong_answer_contradicts_its_status(examine: Examine) -> None:
    found = examine([GOOD, WRONG_ANSWER])
    assert (found.word, found.exit_code()) == ("broken", 1)
    assert (seen(found, 201).word, seen(found, 201).contradicted) == (CONTRADICTED, 1)
    assert {each.side for each in found.findings} == {Side.PROVIDER}


def test_an_undocumented_status_is_listed(examine: Examine) -> None:
    found = examine([replace(GOOD, status=418)])
    assert (seen(found, 418).word, seen(found, 418).documented) == (CONTRADICTED, False)


def test_a_refusal_of_a_wrong_request_is_the_clients_fault_alone(examine: Examine) -> None:
    found = examine([BAD])
    assert broken(found) == [("client", "type", "body.email", 1)]
    assert seen(found, 400).word == CONFIRMED
    assert found.refused == ()


def test_what_is_found_again_is_counted(examine: Examine) -> None:
    [one] = examine([BAD, replace(BAD, source="traffic.har, entry 2")]).findings
    assert (one.count, one.first.source) == (2, "traffic.har, entry 1")


def test_a_mistake_of_the_client_is_one_whatever_it_is_answered(examine: Examine) -> None:
    [one] = examine([BAD, replace(BAD, status=500, response_body=b'{"error": "oops"}')]).failing_of(Side.CLIENT)
    assert (one.count, one.status) == (2, 400)


def test_a_refusal_without_fault_is_told_and_breaks_nothing(examine: Examine) -> None:
    found = examine([replace(GOOD, status=409, response_body=b'{"error": "known"}')])
    assert found.exit_code() == 0
    assert [(each.operation, each.status, each.count) for each in found.refused] == [("toy.createContact", 409, 1)]


def test_no_answer_is_the_providers_fault(examine: Examine) -> None:
    found = examine([replace(GOOD, status=0, response_body=b"", failure="the connection was reset")])
    assert broken(found) == [("provider", "no-answer", "answer", 1)]
    assert found.findings[0].first.response == "the connection was reset"


def test_an_ordered_answer_says_nothing(examine: Examine) -> None:
    found = examine([replace(WRONG_ANSWER, ordered=True)])
    assert (found.findings, seen(found, 201).word) == ((), NOT_REACHED)


def test_an_answer_that_was_asked_for_need_not_refuse(examine: Examine) -> None:
    asked = replace(GOOD, request_body=b"{}", response_headers=(JSON, ("Preference-Applied", "code=201")))
    assert [each.side for each in examine([asked]).findings] == ["client"]


@pytest.mark.parametrize("status", [201, 400])
def test_credentials_that_were_not_recorded_are_not_missed(examine: Examine, status: int) -> None:
    bare = replace(GOOD, request_headers=(JSON,), missing_parts=(Part.CREDENTIALS,), status=status)
    assert "credentials" not in {each.rule for each in examine([bare]).findings}


def test_credentials_that_the_provider_missed_are_missed(examine: Examine) -> None:
    bare = replace(
        GOOD, request_headers=(JSON,), missing_parts=(Part.CREDENTIALS,), status=401, response_body=b'{"error": "key"}'
    )
    assert broken(examine([bare])) == [("client", "credentials", "security", 1)]


@pytest.mark.parametrize(
    "exchange",
    [
        replace(GOOD, request_body=b"", missing_parts=(Part.REQUEST_BODY,)),
        replace(GOOD, response_body=b"", missing_parts=(Part.RESPONSE_BODY,)),
        replace(GOOD, status=0, response_body=b"", response_headers=(), missing_parts=(Part.RESPONSE,)),
        replace(GOOD, response_body=b'{"id": "***", "email": "***"}'),
    ],
)
def test_nothing_is_found_of_what_is_not_known(examine: Examine, exchange: Exchange) -> None:
    assert examine([exchange]).findings == ()


def test_a_value_that_was_struck_out_may_have_been_right(examine: Examine) -> None:
    assert examine([replace(BAD, request_body=b'{"email": "ada@example.com", "kind": "***"}')]).findings == ()


@pytest.mark.parametrize("status", [404, 405])
def test_a_path_that_the_provider_does_not_know_is_the_clients_fault(examine: Examine, status: int) -> None:
    stray = replace(GOOD, url=GOOD.url.replace("contacts", "contact"), status=status)
    found = examine([stray, GOOD])
    assert broken(found) == [("client", "path", "path", 1)]
    assert found.findings[0].request == "POST https://crm.example.com/toy/contact"
    assert found.findings[0].near_misses[0].operation == "toy.createContact"
    assert found.faulty == 1


def test_a_method_that_the_provider_does_not_take_is_the_clients_fault(examine: Examine) -> None:
    assert broken(examine([GOOD, replace(GOOD, method="PUT", status=405)])) == [("client", "method", "method", 1)]


def test_what_the_provider_has_beside_the_contract_is_nobodys_fault(examine: Examine) -> None:
    found = examine([GOOD, replace(GOOD, url="https://crm.example.com/toy/others", status=200)])
    assert found.findings == ()
    assert [(each.request, each.vendor) for each in found.unmatched] == [
        ("POST https://crm.example.com/toy/others", "toy")
    ]


def test_requests_elsewhere_are_counted_and_named(examine: Examine) -> None:
    elsewhere = replace(GOOD, url="https://user:pw@other.example.com/toy/nowhere?token=s3cret", status=404)
    found = examine([elsewhere, elsewhere])
    assert (found.word, found.findings) == ("not checked", ())
    [stray] = found.unmatched
    assert (stray.request, stray.count) == ("POST https://other.example.com/toy/nowhere", 2)


def test_below_the_url_of_a_provider_every_path_is_its_own(toy_vendor: Vendor) -> None:
    collector = Collector(ExchangeJudge([toy_vendor], {}, "https://crm.example.com/eu"), "t")
    [found] = collector.add(replace(GOOD, url="https://crm.example.com/eu/nowhere", status=404))
    assert (found.side, found.rule) == (Side.CLIENT, "path")
    assert collector.add(replace(BAD, url="https://crm.example.com/eu/toy/contacts"))
    assert collector.add(replace(BAD, url="https://crm.example.com/toy/contacts")) == []


def test_a_url_that_is_none_is_nobodys(examine: Examine) -> None:
    assert examine([replace(GOOD, url="http://[toy/contacts")]).unmatched[0].count == 1


def test_one_side_may_be_examined_alone(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t", sides=[Side.PROVIDER])
    collector.add(BAD)
    collector.add(WRONG_ANSWER)
    assert {each.side for each in collector.verdict().findings} == {Side.PROVIDER}


def test_what_shows_over_several_exchanges_can_be_added(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t")
    collector.add(GOOD)
    operation = judge.find(GOOD.method, GOOD.url)
    assert operation is not None
    collector.find(GOOD, operation, Side.PROVIDER, [Violation(("body",), "repeated-batch", "must be the same again")])
    found = collector.verdict()
    assert (found.exchanges, broken(found)) == (1, [("provider", "repeated-batch", "body", 1)])
    assert seen(found, 201).word == CONTRADICTED


def test_a_complaint_fails_the_examination(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t")
    collector.add(GOOD)
    for _ in range(2):
        collector.complain("half of it was not tried")
    assert (collector.verdict().exit_code(), collector.verdict().complaints) == (1, ("half of it was not tried",))


def test_what_comes_in_is_what_is_found_in_it(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t")
    assert [each.rule for each in collector.add(BAD)] == ["type"]
    assert collector.add(GOOD) == []


def test_known_secrets_are_redacted_wherever_they_stand(judge: ExchangeJudge) -> None:
    collector = Collector(judge, "t", secrets=Secrets(judge.contracts.values(), known=["hunter22"]))
    collector.add(replace(GOOD, response_body=b'{"id": "hunter22"}'))
    [found] = [each for each in collector.verdict().findings if each.location == ("body", "id")]
    assert (found.first.response, found.sent) == ('201 {"id": "***"}', '"***"')


def test_a_request_of_the_mocks_journal_is_sent_to_the_mocks(examine: Examine) -> None:
    [found] = examine([replace(BAD, url="/toy/contacts")]).findings
    assert found.first.request.startswith('curl "$CRM_MOCKS_URL"/toy/contacts')
