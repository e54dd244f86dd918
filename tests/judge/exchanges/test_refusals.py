"""Refusals in the body of a success."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from crm_contracts.judge.exchanges.refusals import Refusals
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Operation
from crm_mocks.errors import ContractError
from crm_mocks.options import AppOptions
from crm_mocks.vendor import Vendor
from tests.toy import FILES

OPERATION = "createContact"


def document(**results: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the contract of Toy CRM with more examples of its 201: result, and members that differ."""
    contract: dict[str, Any] = yaml.safe_load((FILES / "openapi" / "toy.yaml").read_text(encoding="utf-8"))
    content = contract["paths"]["/toy/contacts"]["post"]["responses"]["201"]["content"]["application/json"]
    created = content["examples"].pop("created")
    for name, (result, members) in results.items():
        value = {**created["value"], **members}
        content["examples"][name] = {"summary": name, "x-result": result, "value": value}
    return contract


def mocks(contract: dict[str, Any], folder: Path, toy_vendor: Vendor) -> MockApp:
    path = folder / "toy.yaml"
    path.write_text(yaml.safe_dump(contract, sort_keys=False), encoding="utf-8")
    return MockApp(AppOptions([type(toy_vendor)("toy", path)]))


def operation(mock_app: MockApp) -> Operation:
    return mock_app.contracts["toy"].operations[OPERATION]


@pytest.mark.parametrize(
    ("members", "refused"),
    [({"ok": 1}, False), ({"ok": 2}, True), ({"ok": 7}, True), ({}, True), ({"ok": 1, "note": "anything"}, False)],
)
def test_the_results_that_a_contract_states_distinguish_refusals_from_successes(tmp_path, toy_vendor, members, refused):
    contract = document(
        created=("success", {"note": "stored", "ok": 1}),
        full=("refusal", {"note": "full", "ok": 2}),
        closed=("refusal", {"note": "closed", "ok": 3}),
    )
    mock_app = mocks(contract, tmp_path, toy_vendor)
    assert (
        Refusals({name: mock_app.settings[name] for name in mock_app.vendors}).is_refusal(
            operation(mock_app), 201, members
        )
        is refused
    )


def test_a_value_beside_several_of_successes_is_no_refusal(tmp_path, toy_vendor):
    contract = document(
        created=("success", {"code": "CREATED"}),
        updated=("success", {"code": "UPDATED"}),
        full=("refusal", {"code": "FULL"}),
    )
    mock_app = mocks(contract, tmp_path, toy_vendor)
    refusals = Refusals({name: mock_app.settings[name] for name in mock_app.vendors})
    assert not refusals.is_refusal(operation(mock_app), 201, {"code": "MERGED"})
    assert refusals.is_refusal(operation(mock_app), 201, {"code": "FULL"})


def test_the_success_of_an_operation_is_no_refusal_even_if_that_comes_first(tmp_path, toy_vendor):
    mock_app = mocks(document(full=("refusal", {"ok": 2}), created=("success", {"ok": 1})), tmp_path, toy_vendor)
    assert operation(mock_app).success().name == "created"


def test_an_unknown_result_is_an_error_that_names_the_example(tmp_path, toy_vendor):
    with pytest.raises(ContractError, match=r"toy: x-result of 'created' is 'fine', but must be success or refusal"):
        mocks(document(created=("fine", {})), tmp_path, toy_vendor)
