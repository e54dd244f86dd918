"""Paths and URLs are shown without what is secret in them."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.contract import Contract, Operation
from crm_mocks.redaction import Redaction
from crm_mocks.violations import Violation
from tests.redaction.helpers import redacted

TOKEN = "9f86d081884c7d659a2feaa0c55ad015"
JWT = "eyJhbGciOiJub25lIn0.e30."


def _operation(path: str, *parameters: Any) -> dict[str, Any]:
    named = [{"required": True, **each} for each in parameters]
    return {"get": {"operationId": path, "parameters": named, "responses": {}}}


PATHS = {
    "/v1/contacts/{id}": _operation(
        "/v1/contacts/{id}",
        {"name": "id", "in": "path", "schema": {"type": "string"}},
        {"name": "page", "in": "query", "schema": {"type": "integer"}},
        {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
    ),
    "/v1/links/{token}": _operation("/v1/links/{token}", {"name": "token", "in": "path", "schema": {"type": "string"}}),
    "/v1/shares/{code}": _operation(
        "/v1/shares/{code}", {"name": "code", "in": "path", "schema": {"type": "string", "format": "password"}}
    ),
}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract("any", {"info": {"title": "T"}, "paths": PATHS}, "")


@pytest.fixture
def redaction(contract: Contract) -> Redaction:
    return Redaction([contract])


@pytest.mark.parametrize(
    ("template", "path", "shown"),
    [
        ("/v1/contacts/{id}", f"/v1/contacts/{TOKEN}", None),
        ("/v1/contacts/{id}", "/v1/contacts/42;state=abc", "/v1/contacts/42;state=***(3)"),
        ("/v1/contacts/{id}", f"/v1/contacts/{JWT}", f"/v1/contacts/***({len(JWT)})"),
        ("/v1/contacts/{id}", "/base/v1/contacts/42", None),
        ("/v1/links/{token}", "/v1/links/abc", "/v1/links/***"),
        ("/v1/shares/{code}", "/v1/shares/abc", "/v1/shares/***"),
    ],
)
def test_documented_parameters_are_shown_unless_they_are_credentials(
    redaction: Redaction, contract: Contract, template: str, path: str, shown: str | None
) -> None:
    assert redaction.path(path, contract.operations[template]) == (shown or path)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1/contacs/42", None),
        ("/v1/contacts/list/by-name", None),
        ("/oauth2/authorise", None),
        ("/V1/Contacts", None),
        (f"/v1/contact/{TOKEN}/notes", "/v1/contact/***(32)/notes"),
        ("/reset/hunter2", "/reset/***(7)"),
        ("/password/abc", "/password/***"),
        ("/x;jsessionid=abc;b=cd;e", "/x;jsessionid=***;b=***(2);e"),
        (f"/x/{JWT}", f"/x/***({len(JWT)})"),
        ("/x/%68unter2", "/x/***(9)"),
        ("*", None),
        ("", None),
    ],
)
def test_an_unknown_path_is_shown_segment_by_segment(redaction: Redaction, path: str, shown: str | None) -> None:
    assert redaction.path(path) == (path if shown is None else shown)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("page=2&page=3", None),
        ("filter[name]=Ada", "filter[name]=***(3)"),
        ("pgae=2", "pgae=***(1)"),
        ("api%5Fkey=x", "api%5Fkey=***"),
        ("page", None),
        ("hunter2", "***(7)"),
        ("a=", None),
    ],
)
def test_undocumented_parameters_are_shown_by_name_and_length(
    redaction: Redaction, contract: Contract, query: str, shown: str | None
) -> None:
    operation: Operation = contract.operations["/v1/contacts/{id}"]
    assert redacted(redaction, operation, query=query).query == (query if shown is None else shown)


def test_a_parameter_that_a_finding_is_about_is_shown(redaction: Redaction, contract: Contract) -> None:
    findings = [Violation(("query", name), "unknown", "unknown") for name in ("pgae", "sort")]
    operation = contract.operations["/v1/contacts/{id}"]
    entry = redacted(redaction, operation, query="pgae=2&sort=hunter2", violations=findings)
    assert entry.query == "pgae=2&sort=***(7)"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://ada:pw@crm.example.com/x?a=bc#d", "http://crm.example.com/x?a=***(2)"),
        ("/x?token=a", "/x?token=***"),
        ("http://[broken", "***"),
    ],
)
def test_a_url_is_shown_without_user_and_fragment(redaction: Redaction, url: str, shown: str) -> None:
    assert redaction.url(url) == shown
