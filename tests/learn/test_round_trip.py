"""A contract that was learned from traffic finds nothing in the same traffic, and can be served."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

from crm_mocks.generic import GenericVendor
from crm_mocks.supplied import read_contract
from tests.conftest import Api
from tests.learn.collection import SECRET, write_collection
from tests.learn.invoking import invoke, learned
from tests.learn.traffic import WRITERS, bad_traffic, good_traffic
from tests.vendors.discovery import VENDORS

NO_FAULT_OF_THE_DRAFT = {"credentials", "syntax", "mediaType"}
"""What the provider itself refused, and no contract would accept."""


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("vendor", VENDORS)
def test_check_of_the_same_traffic_is_clean(vendor: str, form: str, api: Callable[..., Api], tmp_path: Path) -> None:
    mock = good_traffic(vendor, api, redact=form == "journal")
    recording = WRITERS[form](mock, tmp_path / f"{vendor}.{form}")
    contract = tmp_path / f"{vendor}_{form}.yaml"
    document = learned(contract, recording)
    validate(document)
    code, output = invoke("check", recording, "--vendor", contract)
    assert code == 0, output


def test_check_of_a_collection_is_clean(tmp_path: Path) -> None:
    recording, contract = write_collection(tmp_path), tmp_path / "of_collection.yaml"
    validate(learned(contract, recording))
    code, output = invoke("check", recording, "--vendor", contract)
    assert code == 0, output


@pytest.mark.parametrize("vendor", VENDORS)
def test_refused_requests_are_accepted_unless_nothing_can_be_learned_from_them(
    vendor: str, api: Callable[..., Api], tmp_path: Path
) -> None:
    recording = WRITERS["har"](bad_traffic(vendor, api), tmp_path / f"{vendor}.har")
    contract = tmp_path / f"{vendor}_refused.yaml"
    validate(learned(contract, recording))
    report = tmp_path / "report.json"
    invoke("check", recording, "--vendor", contract, "--json", report)
    found = {each["rule"] for each in yaml.safe_load(report.read_text())["findings"]}
    assert found - {"accepted-invalid"} <= NO_FAULT_OF_THE_DRAFT


def test_a_learned_contract_is_served(api: Callable[..., Api], tmp_path: Path) -> None:
    contract = tmp_path / "served.yaml"
    learned(contract, write_collection(tmp_path))
    supplied = read_contract(contract, "served")
    assert supplied.unserved == ()
    mock = api(GenericVendor("served", supplied))
    headers = {"X-Key": "k"}
    created = mock.post("/v1/contacts", json={"email": "grace@example.com"}, headers=headers)
    assert created.status_code == 201
    read = mock.get(f"/v1/contacts/{created.json()['id']}", headers=headers)
    assert read.json()["email"] == "grace@example.com"
    assert mock.get("/v1/contacts", headers=headers).json()["data"]
    assert mock.get("/v1/contacts").status_code == 401


def test_no_credential_enters_the_draft(tmp_path: Path) -> None:
    contract = tmp_path / "draft.yaml"
    learned(contract, write_collection(tmp_path))
    assert SECRET not in contract.read_text()
