"""`crm-mocks verify` finds each of many defects of a Config API in one run, and names it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

import crm_mocks
from crm_contracts.commands.verify import command
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_problem import RequestProblem
from crm_mocks.vendors.config_api import ConfigApiVendor
from tests.extras import needs_verify

pytestmark = needs_verify
SECRET = "s3cret-of-the-studio"


class Flawed(ConfigApiVendor):
    """A Config API that does nearly everything wrong."""

    def handler(self, operation_id):
        right = super().handler(operation_id)

        async def config(call):
            answer = await right(call)
            body = {name: value for name, value in answer.body.items() if name != "addressMode"}
            return replace(answer, body={**body, "genderMode": "SOMETIMES", "telephoneMode": 5})

        async def validate(call):
            if "externalIdentifier" not in call.body:
                return MockResponse(500, "internal_error", {"errorMessage": "crash"})
            return replace(await right(call), body={"status": "PERHAPS"})

        async def create(call):
            if "dateOfBirth" not in call.body["leadCustomer"]:
                return MockResponse(400, "validation_failed", {"errorMessage": "no"})
            if len(call.body) > 6:  # members that the contract does not name
                return MockResponse(418, "", {"errorMessage": "teapot"})
            return MockResponse(200, "created", "created")

        return {"getLeadConfig": config, "validateLead": validate, "createLead": create}[operation_id]

    async def check_key(self, call, key):
        return await super().check_key(call, SECRET if call.operation and call.operation.id == "createLead" else key)

    async def respond_without_operation(self, call):
        return MockResponse(200, "") if call.method == "HEAD" else None

    def refuse(self, call, problem):
        named = call.operation.id if call.operation else ""
        if problem is RequestProblem.VIOLATIONS and named == "validateLead":
            return MockResponse(400, "validation_failed", {"message": "no errorMessage"})
        if problem is RequestProblem.UNAUTHENTICATED and named == "getLeadConfig":
            return MockResponse(401, "key_missing", "<html>", "text/html")
        return super().refuse(call, problem)


DEFECTS = {
    "a member left out": ("getLeadConfig", 200, "required", ("body", "addressMode")),
    "an undocumented value": ("getLeadConfig", 200, "enum", ("body", "genderMode")),
    "a value of another type": ("getLeadConfig", 200, "type", ("body", "telephoneMode")),
    "a page for people": ("getLeadConfig", 401, "mediaType", ("header", "content-type")),
    "keys that HEAD does not check": ("getLeadConfig", 200, "head-checks-the-key", ("scenario",)),
    "an undocumented outcome": ("validateLead", 200, "enum", ("body", "status")),
    "an error without its member": ("validateLead", 400, "required", ("body", "errorMessage")),
    "a crash": ("validateLead", 500, "server-error", ("status",)),
    "a valid lead refused": ("createLead", 400, "refused-valid", ("status",)),
    "a text for an object": ("createLead", 200, "type", ("body",)),
    "an undocumented status": ("createLead", 418, "undocumented-status", ("status",)),
    "keys that nobody checks": ("createLead", 200, "credentials-ignored", ("status",)),
    "a duplicate accepted": ("createLead", 200, "duplicate-customers-are-refused", ("scenario",)),
}


@pytest.fixture(scope="module")
def verified(tmp_path_factory):
    """Output of the command for the flawed mock, and the folder with its reports."""
    folder = tmp_path_factory.mktemp("verified")
    files = [word for kind in ("json", "junit", "html", "markdown") for word in (f"--{kind}", str(folder / kind))]
    keys = {"config_api": {"api_keys": [{"key": SECRET, "scopes": ["LEAD_READ", "LEAD_WRITE"]}]}}
    asked = [
        "--phases",
        "scenarios,examples,fuzzing",
        "--examples",
        "200",
        "--tag",
        "x",
        "--update-fidelity",
        str(folder / "fidelity"),
    ]
    settings = {"config_api.rate_limit": "off"}
    with crm_mocks.serve([Flawed("config_api")], port=0, settings=settings, records=keys) as mocks:
        done = CliRunner().invoke(
            command,
            ["config_api", "--url", mocks.config_api.url, *asked, *files],
            env={"CRM_MOCKS_CONFIG_API_X_API_KEY": SECRET},
            standalone_mode=False,
        )
    assert done.exception is None, done.output
    return done, folder


@pytest.fixture(scope="module")
def found(verified):
    _, folder = verified
    findings = json.loads((folder / "json").read_text())["findings"]
    return {(each["operation"], each["status"], each["rule"], tuple(each["location"])): each for each in findings}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_reported_with_the_request_that_shows_it(defect, found):
    operation, *rest = DEFECTS[defect]
    finding = found[(f"config_api.{operation}", *rest)]
    assert finding["side"] == "provider"
    assert "curl" in finding["occurrences"][0]["request"]


def test_it_fails_and_prints_what_it_found(verified):
    done, _ = verified
    assert done.return_value == 1
    assert "Broken by the provider" in done.output


def test_the_credentials_stand_nowhere(verified):
    done, folder = verified
    assert SECRET not in done.output
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {
        *("json", "junit", "html", "markdown", "config_api.md")
    }
    assert not [path for path in folder.rglob("*") if path.is_file() and SECRET in path.read_text()]


def test_the_fidelity_page_lists_contradictions(verified):
    _, folder = verified
    page = (folder / "fidelity" / "config_api.md").read_text()
    assert "| config_api.createLead | 200 | contradicted on " in page
    assert "| config_api.createLead | 418, not documented | contradicted on " in page
    assert "### config_api.getLeadConfig 200: enum at body.genderMode" in page
