"""Failed checks of schemathesis count where the contract says the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.observation_judge import ObservationJudge
from crm_contracts.providers.verify.observations import CheckFailure
from crm_mocks.vendor_sources import VendorSources, activate, forget_sources

URL = "http://provider.example.com"
JSON = (("Content-Type", "application/json"),)


@pytest.fixture(params=["3.0.3", "3.1.0"])
def version(request, tmp_path) -> Iterator[str]:
    """Supply a contract of a version of OpenAPI."""
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "since", "in": "query", "schema": {"type": "string", "format": "date"}},
    ]
    member = {"type": "object", "properties": {"x": {"type": "integer"}}}
    responses = {"200": {"description": "Done.", "content": {"application/json": {"schema": member}}}}
    operation = {"operationId": "getLead", "parameters": parameters, "responses": responses}
    info = {"title": "Leads", "version": "1"}
    document = {"openapi": request.param, "info": info, "paths": {"/leads/{id}": {"get": operation}}}
    (tmp_path / "leads.yaml").write_text(yaml.safe_dump(document), "utf-8")
    restore = forget_sources()
    activate(VendorSources.parse([str(tmp_path / "leads.yaml")]))
    yield request.param
    restore()


def rules(rule: str, path: str, status: int = 200, body: bytes = b"{}") -> set[str]:
    """Return the rules that a provider breaks by a failed check."""
    exchange = Exchange("GET", f"{URL}{path}", (), b"", status, JSON, body)
    judge = ObservationJudge("leads", URL, {}, {}, "a provider")
    judge.add([CheckFailure("getLead", rule, "it must not be", exchange)])
    return {finding.rule for finding in judge.verdict().failing}


@pytest.mark.usefixtures("version")
def test_the_refusal_of_a_request_that_breaks_the_contract_is_no_fault():
    assert rules("refused-valid", "/leads/7?since=soon", 400) == set()


@pytest.mark.usefixtures("version")
def test_the_refusal_of_a_request_that_keeps_the_contract_is_a_fault():
    assert rules("refused-valid", "/leads/7?since=2026-01-01", 400) == {"refused-valid"}


@pytest.mark.usefixtures("version")
def test_a_response_to_a_path_of_no_operation_is_not_held_against_one():
    assert rules("mediaType", "/leads/") == set()
    assert rules("mediaType", "/leads/7") == {"mediaType"}


@pytest.mark.usefixtures("version")
def test_a_response_is_judged_by_its_own_schema_alone():
    assert rules("schema", "/leads/7", body=b'{"x": 1}') == set()


@pytest.mark.usefixtures("version")
def test_the_schemas_say_which_values_a_discriminator_has():
    assert rules("discriminator", "/leads/7") == set()
