"""Which rules apply: documents and HTTP always, positions depending on the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from crm_contracts.judge import baseline
from crm_contracts.judge.allow import allow, check_names
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ACCEPTED_INVALID, ExchangeJudge
from crm_contracts.judge.finding import Side, Standing
from crm_contracts.judge.policy import DEFAULT, STRICT, Policy
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.verdict_entries import AllowedMistakes
from crm_contracts.providers.verify.scenarios import basis as scenario_basis
from crm_mocks.basis import Basis, BasisKind
from crm_mocks.errors import UsageError
from tests.conftest import Api
from tests.judge.conftest import GOOD
from tests.judge.exchanges.test_exchange_judge import exchange_of
from tests.vendors.discovery import causes

DATES = "activix-date-times"
"""Position on the form of dates and times."""

DOCUMENT = Basis(BasisKind.DOCUMENT, "a page")
HTTP = Basis(BasisKind.HTTP, "RFC 9110")
POSITION = Basis(BasisKind.POSITION, "a page", "a-position", "our choice")

FOREIGN_BODY = replace(GOOD, status=415, response_body=b'{"oops": 1}')
"""A body that breaks Toy CRM's position `toy-protocol` about bodies of protocol errors."""


@pytest.mark.parametrize(
    ("policy", "side", "basis", "succeeded", "expected"),
    [
        (DEFAULT, Side.CLIENT, DOCUMENT, True, Standing.FAILS),
        (DEFAULT, Side.CLIENT, HTTP, True, Standing.FAILS),
        (DEFAULT, Side.CLIENT, POSITION, False, Standing.FAILS),
        (DEFAULT, Side.CLIENT, POSITION, True, Standing.CONTRADICTED),
        (DEFAULT, Side.PROVIDER, DOCUMENT, False, Standing.FAILS),
        (DEFAULT, Side.PROVIDER, HTTP, False, Standing.FAILS),
        (DEFAULT, Side.PROVIDER, POSITION, False, Standing.ASSUMPTION),
        (STRICT, Side.CLIENT, POSITION, True, Standing.FAILS),
        (STRICT, Side.PROVIDER, POSITION, False, Standing.FAILS),
    ],
)
def test_what_a_finding_means(policy: Policy, side: Side, basis: Basis, succeeded: bool, expected: Standing) -> None:
    assert policy.standing(side, basis, succeeded=succeeded) is expected


@pytest.mark.parametrize(
    ("policy", "basis", "crashed", "expected"),
    [
        (DEFAULT, DOCUMENT, False, True),
        (DEFAULT, POSITION, False, False),
        (DEFAULT, POSITION, True, True),
        (STRICT, POSITION, False, True),
    ],
)
def test_a_case_whose_response_rests_on_a_position_counts_if_the_client_crashes(
    policy: Policy, basis: Basis, crashed: bool, expected: bool
) -> None:
    assert policy.counts_case(basis, crashed_or_hung=crashed) is expected


def judged(judge: ExchangeJudge, *exchanges: Exchange, policy: Policy = DEFAULT) -> Verdict:
    collector = Collector(judge, "t", policy=policy)
    for exchange in exchanges:
        collector.add(exchange)
    return collector.verdict()


def test_a_provider_that_differs_from_a_position_only_breaks_nothing(judge: ExchangeJudge) -> None:
    result = judged(judge, GOOD, FOREIGN_BODY)
    assumptions = result.standing(Standing.ASSUMPTION)
    assert {finding.basis.position for finding in assumptions} == {"toy-protocol"}
    assert assumptions
    assert (result.word, result.exit_code(), result.faulty, result.failing) == ("kept", 0, 0, ())
    [status] = [each for each in result.operations[0].statuses if each.status == 415]
    assert status.word == "confirmed"


def test_strict_positions_apply_to_providers(judge: ExchangeJudge) -> None:
    result = judged(judge, FOREIGN_BODY, policy=STRICT)
    assert (result.word, result.exit_code(), result.faulty) == ("broken", 1, 1)
    assert result.standing(Standing.ASSUMPTION) == ()


def test_a_verdict_can_be_made_strict_afterwards(judge: ExchangeJudge) -> None:
    result = judged(judge, GOOD, FOREIGN_BODY).as_strict()
    assert (result.word, result.exit_code()) == ("broken", 1)
    assert {finding.basis.position for finding in result.failing} == {"toy-protocol"}


@pytest.fixture
def dated(api: Callable[..., Api]) -> tuple[ExchangeJudge, Exchange]:
    """A judge, and an Activix client's lead with a date in another form, which the provider accepts."""
    mock = api("activix", settings={"host.redact": False})
    mock.request(**causes("activix").VALID["createLead"](mock))
    exchange = exchange_of(mock.last_entry())
    lead = orjson.loads(exchange.request_body) | {"created_at": "31/01/2026"}
    return ExchangeJudge(["activix"], {}), replace(exchange, request_body=orjson.dumps(lead))


def test_a_position_that_the_real_provider_contradicts_breaks_nothing(dated: tuple[ExchangeJudge, Exchange]) -> None:
    result = judged(*dated)
    [mistake] = [finding for finding in result.findings if finding.side is Side.CLIENT]
    assert (mistake.standing, mistake.basis.position) == (Standing.CONTRADICTED, DATES)
    assert mistake.basis.text
    assert (result.failing, result.exit_code()) == ((), 0)


def test_accepting_a_violation_of_a_position_rests_on_that_position(dated: tuple[ExchangeJudge, Exchange]) -> None:
    [accepted] = [finding for finding in judged(*dated).findings if finding.rule == ACCEPTED_INVALID]
    assert (accepted.standing, accepted.basis.position) == (Standing.ASSUMPTION, DATES)


def test_a_position_that_the_provider_enforces_fails_the_client(dated: tuple[ExchangeJudge, Exchange]) -> None:
    judge, exchange = dated
    refused = replace(exchange, status=422, response_body=b"{}")
    result = judged(judge, exchange, refused)
    assert [(finding.standing, finding.count) for finding in result.findings if finding.side is Side.CLIENT] == [
        (Standing.FAILS, 1),
        (Standing.CONTRADICTED, 1),
    ]
    assert [each.basis.position for each in result.failing_of(Side.CLIENT)] == [DATES]


def test_strict_positions_apply_even_if_the_provider_contradicts_them(dated: tuple[ExchangeJudge, Exchange]) -> None:
    judge, exchange = dated
    result = judged(judge, exchange, policy=STRICT)
    assert {finding.side for finding in result.failing} == {Side.CLIENT, Side.PROVIDER}


def test_findings_can_be_allowed_by_position(dated: tuple[ExchangeJudge, Exchange]) -> None:
    result = allow(judged(*dated, policy=STRICT), [f"position:{DATES}"])
    assert (result.failing, result.faulty) == ((), 0)
    assert result.allowed == (AllowedMistakes(f"position:{DATES}", 2),)
    assert {finding.standing for finding in result.findings} == {Standing.ALLOWED}


@pytest.mark.parametrize("rule", ["accepted-invalid", "acceptedInvalid"])
def test_findings_of_a_provider_can_be_allowed_by_rule(dated: tuple[ExchangeJudge, Exchange], rule: str) -> None:
    result = allow(judged(*dated, policy=STRICT), [f"activix.createLead:{rule}"])
    assert {finding.side for finding in result.failing} == {Side.CLIENT}
    assert result.faulty == 1


def test_a_misspelt_position_is_a_usage_error(dated: tuple[ExchangeJudge, Exchange]) -> None:
    contracts = list(dated[0].contracts.values())
    check_names([f"position:{DATES}", "position:*"], contracts)
    with pytest.raises(UsageError, match=rf"no such position \(did you mean '{DATES}'\?\)"):
        check_names(["position:activix-datetimes"], contracts)
    with pytest.raises(UsageError, match=f"no such position, known are .*{DATES}"):
        check_names(["position:zzz"], contracts)


def test_a_baseline_knows_findings_of_both_sides(judge: ExchangeJudge, tmp_path: Path) -> None:
    result = judged(judge, replace(GOOD, request_body=b'{"email": 5}'))
    assert {finding.side for finding in result.failing} == set(Side)
    path = tmp_path / "baseline.json"
    baseline.write_baseline(path, result)
    again = baseline.apply(result, baseline.read(path))
    assert (again.failing, again.resolved, again.exit_code()) == ((), (), 0)
    assert {finding.standing for finding in again.findings} == {Standing.KNOWN}


def test_assumptions_are_not_in_the_baseline(judge: ExchangeJudge, tmp_path: Path) -> None:
    baseline.write_baseline(tmp_path / "baseline.json", judged(judge, FOREIGN_BODY))
    assert baseline.read(tmp_path / "baseline.json") == ()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("Two calls return the same leads (document).", "document"),
        ("Leads that are sent are in progress (document; position leadbank-state-values).", "document"),
        ("Rejected leads come again (position leadbank-batch).", "leadbank-batch"),
        ("Tokens are issued (RFC 6749, section 4.4; position activix-token-endpoint).", "activix-token-endpoint"),
        ("Leads come in order.", "document"),
    ],
)
def test_a_scenario_rests_on_what_its_docstring_names(rule: str, expected: str) -> None:
    assert scenario_basis(rule) == expected
