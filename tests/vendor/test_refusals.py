"""Refusals of a vendor that overrides nothing: the first documented outcome of a fitting status."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from crm_mocks.errors import ContractError
from crm_mocks.vendor import DocumentedRefusal, RequestProblem, documented

CONTACT = {"email": "ada@example.com"}
PATH = "/toy/contacts"
KEY = {"X-Key": "demo-key"}


@pytest.mark.parametrize(
    ("arguments", "outcome"),
    [
        ({"json": {"email": 1}, "headers": KEY}, "invalid"),
        ({"content": b"{", "headers": {**KEY, "Content-Type": "application/json"}}, "invalid"),
        ({"content": b"x", "headers": {**KEY, "Content-Type": "text/plain"}}, "unsupported_media_type"),
        ({"json": CONTACT, "headers": {"X-Key": "wrong"}}, "no_key"),
        ({"json": CONTACT, "headers": KEY, "url": "/toy/companies"}, "not_found"),
        ({"headers": KEY, "method": "PUT"}, "method_not_allowed"),
    ],
)
def test_problems_get_the_outcome_of_a_fitting_status(toy, arguments, outcome):
    response = toy.request(**{"method": "POST", "url": PATH, **arguments})

    assert toy.last_entry().outcome == outcome
    documented_outcomes = toy.app.mock_app.contracts["toy"].operations["createContact"].outcomes
    assert response.status_code == documented_outcomes[outcome].status
    assert response.json() == documented_outcomes[outcome].value["application/json"]


def _context(vendor, operation_id="createContact"):
    contract = vendor.contract_file.in_force(vendor.settings_type())
    return SimpleNamespace(vendor=vendor, contract=contract, operation=contract.operations.get(operation_id))


def test_an_undocumented_problem_gets_its_status(toy_vendor, monkeypatch):
    context = _context(toy_vendor)
    monkeypatch.setattr(type(context.operation), "first_outcome", lambda *_: None)

    response = toy_vendor.refuse(context, RequestProblem.TIMEOUT)

    assert (response.status, response.outcome) == (408, "")


def test_an_outcome_of_another_operation_is_found(toy_vendor):
    assert documented(_context(toy_vendor, ""), "duplicate").status == 409


def test_an_unknown_outcome_is_an_error_of_the_contract(toy_vendor):
    with pytest.raises(ContractError, match="Toy CRM documents no outcome 'gone'"):
        documented(_context(toy_vendor), "gone")


def test_a_body_replaces_that_of_the_example(toy_vendor):
    refusal = DocumentedRefusal(_context(toy_vendor), "duplicate", body={"error": "there"})

    assert (refusal.response.status, refusal.response.body) == (409, {"error": "there"})


def test_a_response_leaves_the_header_allow_to_the_host(toy_vendor):
    assert documented(_context(toy_vendor), "method_not_allowed").headers == []
