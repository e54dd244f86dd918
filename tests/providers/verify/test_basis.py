"""What a failed check rests on: the scenario, constraint or response that it comes from."""

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.finding import Standing
from crm_contracts.judge.policy import DEFAULT
from crm_contracts.providers.verify.observation_judge import ObservationJudge
from crm_contracts.providers.verify.observations import CheckFailure
from crm_mocks.vendor import load_vendor

URL = "http://provider.example.com"
EXCHANGE = Exchange("POST", f"{URL}/activix/leads", status=200)


def found(rule, *, basis="", exchange=EXCHANGE):
    judge = ObservationJudge("activix", URL, {}, {}, "a provider", DEFAULT)
    judge.take([CheckFailure("createLead", rule, "it must not be", exchange, basis=basis)])
    return [each for each in judge.verdict().findings if each.rule == rule]


@pytest.mark.parametrize("rule", ["server-error", "undocumented-method", "allow-header"])
def test_rules_of_http_rest_on_http(rule):
    [finding] = found(rule)
    assert (finding.basis.kind, finding.standing) == ("http", Standing.FAILS)


def test_a_scenario_rests_on_what_it_names():
    [finding] = found("a-scenario", basis="activix-same-id-again")
    assert (finding.basis.position, finding.standing) == ("activix-same-id-again", Standing.ASSUMPTION)


def test_ignored_credentials_rest_on_what_asks_for_them():
    contract = load_vendor("activix").contract_file.in_force(load_vendor("activix").settings_type())
    [finding] = found("credentials-ignored")
    wanted = contract.operations["createLead"].security_basis
    assert (finding.basis.position or finding.basis.kind) == wanted


def test_to_accept_what_breaks_a_document_rests_on_the_document():
    headers = (("Content-Type", "application/json"), ("Authorization", "Basic YTpi"))
    exchange = Exchange("POST", f"{URL}/activix/leads", headers, b'{"account_id": "x"}', 201)
    [finding] = found("accepted-invalid", exchange=exchange)
    assert (finding.basis.kind, finding.standing) == ("document", Standing.FAILS)
