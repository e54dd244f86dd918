"""The basis of a failed check is that of its scenario, constraint or response."""

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.finding import Standing
from crm_contracts.judge.policy import DEFAULT
from crm_contracts.providers.verify.observation_judge import ObservationJudge
from crm_contracts.providers.verify.observations import CheckFailure
from crm_mocks.vendor import load_vendor

URL = "http://provider.example.com"
EXCHANGE = Exchange("POST", f"{URL}/activix/leads", status=200)


def findings_of(rule, *, basis="", exchange=EXCHANGE):
    judge = ObservationJudge("activix", URL, {}, {}, "a provider", DEFAULT)
    judge.add([CheckFailure("createLead", rule, "it must not be", exchange, basis=basis)])
    return [finding for finding in judge.verdict().findings if finding.rule == rule]


@pytest.mark.parametrize("rule", ["server-error", "undocumented-method", "allow-header"])
def test_rules_of_http_rest_on_http(rule):
    [finding] = findings_of(rule)
    assert (finding.basis.kind, finding.standing) == ("http", Standing.FAILS)


def test_a_scenario_rests_on_the_position_it_names():
    [finding] = findings_of("a-scenario", basis="activix-same-id-again")
    assert (finding.basis.position, finding.standing) == ("activix-same-id-again", Standing.ASSUMPTION)


def test_ignored_credentials_rest_on_the_security_requirement():
    contract = load_vendor("activix").contract_file.in_force(load_vendor("activix").settings_type())
    [finding] = findings_of("credentials-ignored")
    expected = contract.operations["createLead"].security_basis
    assert (finding.basis.position or finding.basis.kind) == expected


def test_an_accepted_violation_of_a_document_rests_on_the_document():
    headers = (("Content-Type", "application/json"), ("Authorization", "Basic YTpi"))
    exchange = Exchange("POST", f"{URL}/activix/leads", headers, b'{"account_id": "x"}', 201)
    judge = ObservationJudge("activix", URL, {}, {}, "a provider", DEFAULT)
    judge.add([exchange])
    finding = next(each for each in judge.verdict().findings if each.rule == "accepted-invalid")
    assert (finding.basis.kind, finding.standing) == ("document", Standing.FAILS)
