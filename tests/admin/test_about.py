"""GET health, version and vendors."""

from __future__ import annotations

import pytest

from crm_mocks import __version__
from tests.admin.conftest import OPERATION, Control


def test_health_says_ok_and_names_the_vendors(control: Control) -> None:
    assert control.get("health").json() == {"status": "ok", "version": __version__, "vendors": ["toy"]}


def test_version_identifies_the_contracts(control: Control) -> None:
    answer = control.get("version").json()
    assert answer["version"] == __version__
    assert answer["contracts"]["toy"] == {"version": "1.0", "digest": control.mock_app.contracts["toy"].digest}


def test_vendors_lists_urls_credentials_and_outcomes(control: Control) -> None:
    toy = control.get("vendors").json()["vendors"]["toy"]
    assert (toy["title"], toy["url"], toy["credentials"]) == (
        "Toy CRM",
        "http://127.0.0.1:4010",
        {"X-Key": "demo-key"},
    )
    assert toy["records"] == ["contacts"]
    [operation] = toy["operations"]
    assert (operation["id"], operation["method"], operation["path"]) == (OPERATION, "POST", "/toy/contacts")
    outcomes = {each["name"]: each for each in operation["outcomes"]}
    assert outcomes["duplicate"]["status"] == 409
    assert outcomes["duplicate"]["cause"] == "the same e-mail address again"
    assert outcomes["timeout"]["protocol"] is True


def test_urls_use_the_host_name_of_the_client(control: Control) -> None:
    vendors = control.get("vendors", headers={"Host": "localhost:9999"}).json()["vendors"]
    assert vendors["toy"]["url"] == "http://localhost:9999"


def test_a_sample_request_is_made_from_the_schemas(control: Control) -> None:
    sample = control.get("sample", params={"operation": OPERATION}).json()
    assert sample["media_type"] == "application/json"
    assert "@" in sample["body"]["email"]


@pytest.mark.parametrize("operation", ["toy.nothing", "nobody.createContact", "toy"])
def test_an_unknown_operation_has_no_sample_request(operation: str, control: Control) -> None:
    assert control.get("sample", params={"operation": operation}).status_code == 404
