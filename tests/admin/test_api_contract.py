"""The contract of the control API: it is valid, has the routes of the code, and is served."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from crm_mocks.admin.api_contract import admin_contract
from crm_mocks.admin.application import create_admin_app
from crm_mocks.admin.page_access import OPEN
from crm_mocks.admin.page_routes import is_open_to_all
from crm_mocks.live_page.static_files import static_files
from tests.admin.api_contract import CONTRACT, OF_THE_SERVER
from tests.admin.conftest import Control

METHODS = {"get", "post", "put", "patch", "delete"}
PAGE_FILE = "/__admin/ui/{digest}/{file}"


def test_the_contract_is_valid_openapi() -> None:
    document = {**admin_contract(), "servers": [{"url": "http://127.0.0.1:4010"}]}
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_the_contract_has_exactly_the_routes_of_the_code(control: Control) -> None:
    flask = create_admin_app(control.mock_app, control.api.app.admin.direct_routes)
    routes = {
        (method.lower(), rule.rule) for rule in flask.url_map.iter_rules() for method in rule.methods - OF_THE_SERVER
    }
    assert {path for path in (OPEN, *static_files()) if is_open_to_all(path)} == {OPEN, *static_files()}
    documented = {
        (method, path) for path, item in CONTRACT.document["paths"].items() for method in METHODS & item.keys()
    }
    assert documented == routes | {("get", OPEN), ("get", PAGE_FILE)}
    assert all(CONTRACT.item(path) is CONTRACT.document["paths"][PAGE_FILE] for path in static_files())


def test_the_contract_is_served_with_this_server(control: Control) -> None:
    served = control.get("openapi.json").json()
    assert served.pop("servers") == [{"url": "http://127.0.0.1:4010"}]
    assert served == admin_contract()


def test_operation_ids_are_unique() -> None:
    ids = [
        item[method]["operationId"] for item in CONTRACT.document["paths"].values() for method in METHODS & item.keys()
    ]
    assert len(set(ids)) == len(ids)


def test_a_plug_in_adds_the_contract_of_its_routes(plugged: Control) -> None:
    paths = plugged.get("openapi.json").json()["paths"]
    assert paths["/__admin/plugged"]["get"]["responses"].keys() >= {"200", "401", "403"}


def test_a_broken_contract_of_a_plug_in_is_logged(plugged: Control, caplog: pytest.LogCaptureFixture) -> None:
    assert plugged.get("openapi.json").status_code == 200
    assert "the control API plug-in a_broken_contract (plugged_routes:broken_contract) failed" in caplog.text


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (200, {"status": "ready", "more": 1}, "Additional properties are not allowed ('more' was unexpected)"),
        (200, {}, '"status" is a required property'),
        (204, {}, "status 204 is not documented"),
    ],
)
def test_a_response_outside_the_contract_is_noticed(status: int, body: Any, problem: str) -> None:
    request = httpx.Request("GET", "http://127.0.0.1:4010/__admin/ready")
    assert CONTRACT.problems(httpx.Response(status, json=body, request=request)) == [problem]
