"""The vendors' scenarios hold for their mocks, and failures and gaps are reported."""

from __future__ import annotations

import orjson
import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap
from crm_contracts.providers.verify.scenarios import ScenarioSession, play
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.vendor.sample_requests import SampleRequests
from crm_mocks.vendor.scenario import scenarios_of
from tests.docs.snippets import ROOT
from tests.judge.exchanges.test_refusals import document, mocks
from tests.providers.verify.scripted import ScriptedScenarios
from tools.certify.variants import variants

EACH = [
    pytest.param(vendor, variant, id="-".join((vendor, *variant.values())))
    for vendor in vendor_names()
    for variant in variants(load_vendor(vendor))
]


@pytest.mark.parametrize(("vendor", "variant"), EACH)
def test_every_scenario_holds_for_the_mock(vendor, variant, api):
    scripted = ScriptedScenarios(api, vendor, variant)
    results = {name: scripted.play(name) for name in scenarios_of(vendor)}
    assert results == dict.fromkeys(results)
    assert results


@pytest.mark.parametrize("vendor", vendor_names())
def test_every_scenario_states_its_rule_and_source(vendor):
    for name, scenario in scenarios_of(vendor).items():
        assert "(" in scenario.__doc__ or "[D" in scenario.__doc__, name


@pytest.mark.parametrize("vendor", vendor_names())
def test_a_malformed_response_is_reported_and_raises_nothing(vendor, api):
    scripted = ScriptedScenarios(api, vendor)
    results = [scripted.play(name, lambda *_: "<html>", status=502) for name in scenarios_of(vendor)]
    assert all(each is None or isinstance(each, CheckFailure | CoverageGap) for each in results)
    assert any(results)


@pytest.mark.parametrize("vendor", vendor_names())
def test_only_allowed_operations_are_called(vendor, api):
    scripted = ScriptedScenarios(api, vendor)
    results = [scripted.play(name, only=frozenset()) for name in scenarios_of(vendor)]
    assert all(each is None or isinstance(each, CoverageGap) for each in results)
    assert {each.method for each in scripted.exchanges} <= {"HEAD"}


def test_the_scenario_of_the_docs_holds_for_the_toy_crm(toy):
    page = (ROOT / "docs" / "verify.md").read_text("utf-8")
    names = {}
    exec(page.partition("scenarios.py`\n\n```python\n")[2].partition("```")[0], names)
    vendor = toy.app.mock_app.vendors[toy.vendor]
    contract = toy.app.mock_app.contracts[toy.vendor]

    def deliver(method, path, body, headers):
        response = toy.request(method, path, content=body, headers=headers)
        return Exchange(method, path, status=response.status_code, response_body=response.content)

    session = ScenarioSession(contract, vendor.settings_type(), SampleRequests(None, {}, None), deliver, only=None)
    assert play("contacts", names["contacts_are_known_once_created"], session) is None


def session_of(mock_app, status, body):
    def deliver(method, path, _body, _headers):
        return Exchange(method, path, status=status, response_body=orjson.dumps(body))

    contract, settings = mock_app.contracts["toy"], mock_app.settings["toy"]
    return ScenarioSession(contract, settings, SampleRequests(None, {}, None), deliver, only=None)


def test_a_refusal_in_a_201_is_one_if_the_contract_says_so(tmp_path, toy_vendor):
    results = {"full": ("refusal", {"ok": 2}), "created": ("success", {"ok": 1})}
    mock_app = mocks(document(**results), tmp_path, toy_vendor)
    refused = [session_of(mock_app, 201, {"ok": ok}).call("createContact", {"name": "a"}).refused for ok in (1, 2)]
    assert refused == [False, True]


def test_a_request_of_no_operation_is_refused_by_its_status(toy):
    refused = [session_of(toy.app.mock_app, status, {}).ask("HEAD", "/unknown").refused for status in (200, 404)]
    assert refused == [False, True]


def test_a_vendor_without_scenarios_has_none():
    assert scenarios_of("nobody") == {}
