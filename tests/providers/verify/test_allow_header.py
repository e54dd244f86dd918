"""Allow lists the methods of all paths of the contract that a URL matches."""

from __future__ import annotations

import pytest
import yaml

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.observation_judge import ObservationJudge
from crm_contracts.providers.verify.observations import CheckFailure
from crm_mocks.vendor_sources import VendorSources, activate, forget_sources

PATHS = {
    "/leads/{id}": {"get": "getLead", "put": "replaceLead"},
    "/leads/merge": {"post": "mergeLeads"},
    "/old/leads/{id}": {"delete": "deleteOldLead"},
}


@pytest.fixture(autouse=True)
def _contract(tmp_path):
    """Supply a contract in which one path matches a template of another."""
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {
        path: {
            method: {
                "operationId": operation,
                "parameters": [parameter] if "{id}" in path else [],
                "responses": {"200": {"description": "Done."}},
            }
            for method, operation in operations.items()
        }
        for path, operations in PATHS.items()
    }
    document = {"openapi": "3.0.3", "info": {"title": "Allow", "version": "1"}, "paths": paths}
    (tmp_path / "allow.yaml").write_text(yaml.safe_dump(document), "utf-8")
    restore = forget_sources()
    activate(VendorSources.parse([str(tmp_path / "allow.yaml")]))
    yield
    restore()


def rules(operation: str, path: str, allow: str, url: str = "http://provider.example.com") -> set[str]:
    """Return the rules that a 405 with an Allow header breaks, of which schemathesis reports a wrong header."""
    exchange = Exchange("PATCH", f"{url}{path}", (), b"", 405, (("allow", allow),))
    judge = ObservationJudge("allow", url, {}, {}, "a provider")
    judge.add([CheckFailure(operation, "allow-header", "Allow must list the methods of the path", exchange)])
    return {finding.rule for finding in judge.verdict().failing}


@pytest.mark.parametrize("allow", ["GET, POST, PUT", "put,get,post,head,OPTIONS"])
def test_the_methods_of_all_matching_paths_may_be_listed(allow):
    assert rules("mergeLeads", "/leads/merge", allow) == set()


@pytest.mark.parametrize("allow", ["", "GET, PUT", "GET, POST, PUT, DELETE"])
def test_missing_and_further_methods_are_found(allow):
    assert rules("mergeLeads", "/leads/merge", allow) == {"allow-header"}


def test_a_path_does_not_match_a_template_by_its_end():
    assert rules("deleteOldLead", "/old/leads/7", "DELETE, GET, PUT") == {"allow-header"}


def test_a_path_does_not_match_a_template_by_its_start():
    assert rules("getLead", "/leads/7/notes", "GET, PUT") == {"allow-header"}


def test_the_base_path_of_the_provider_is_not_part_of_the_path():
    assert rules("mergeLeads", "/leads/merge", "GET, POST, PUT", "http://provider.example.com/api/v2") == set()


def test_an_encoded_path_is_decoded():
    assert rules("mergeLeads", "/leads/me%72ge", "GET, POST, PUT") == set()
