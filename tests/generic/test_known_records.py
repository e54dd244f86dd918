"""Paths of requests to a provider name records that exist."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crm_mocks.errors import CrmMocksError
from tests.generic.small_crm import SMALL, body, path_parameter, ref, response, vendor

NESTED: dict[str, Any] = {
    "paths": {
        **SMALL["paths"],
        "/contacts/{contactId}/calls": {
            "parameters": [path_parameter("contactId")],
            "post": {
                "operationId": "createCall",
                "requestBody": body({"type": "object", "properties": {"text": {"type": "string"}}}),
                "responses": {"201": response(ref("Call"))},
            },
        },
        "/contacts/{contactId}/calls/{callId}": {
            "parameters": [path_parameter("contactId"), path_parameter("callId", "string")],
            "get": {"operationId": "getCall", "responses": {"200": response(ref("Call"))}},
            "delete": {"operationId": "deleteCall", "responses": {"204": response()}},
        },
        "/tenants/{tenant}/report": {
            "parameters": [path_parameter("tenant", "string")],
            "get": {"operationId": "getReport", "responses": {"200": response({"type": "object"})}},
        },
    },
    "components": {
        "schemas": {
            **SMALL["components"]["schemas"],
            "Call": {"type": "object", "properties": {"id": {"type": "string"}, "text": {"type": "string"}}},
        }
    },
}


class Provider:
    """Creates contacts 1, 2, … and calls c1, c2, …, unless it refuses; lists contact 77.

    Attributes:
        sent: method and path of each request.
        refusing: refuses to create anything.
    """

    def __init__(self, *, refusing: bool = False) -> None:
        self.sent: list[str] = []
        self.refusing = refusing

    def __call__(self, method: str, path: str, **_: Any) -> Any:
        self.sent.append(f"{method} {path}")
        if method == "GET":
            return {"data": [{"id": 77, "email": "ada@example.com"}], "total": 1, "has_more": False}
        if self.refusing:
            raise CrmMocksError(f"{method} {path} got 403")
        number = len(self.sent)
        return {"id": f"c{number}"} if path.endswith("calls") else {"id": number, "email": "ada@example.com"}


def samples_of(provider: Provider) -> Any:
    served = vendor(NESTED)
    return served.samples_type(provider, {}, served.settings_type())


def test_a_record_is_created_by_the_post_of_its_collection():
    provider = Provider()

    assert samples_of(provider).path_parameters("getContact", {"contactId": 999}) == {"contactId": 1}
    assert provider.sent == ["POST /contacts"]


def test_nested_records_are_created_from_the_outside_in():
    provider = Provider()

    assert samples_of(provider).path_parameters("getCall", {}) == {"contactId": 1, "callId": "c2"}
    assert provider.sent == ["POST /contacts", "POST /contacts/1/calls"]


def test_a_record_is_named_several_times():
    samples = samples_of(Provider())

    assert {samples.path_parameters("getContact", {})["contactId"] for _ in range(5)} == {1}


def test_a_record_that_a_request_deletes_is_not_named_again():
    samples = samples_of(Provider())
    deleted = samples.path_parameters("deleteCall", {})

    again = samples.path_parameters("getCall", {})

    assert again["contactId"] == deleted["contactId"]
    assert again["callId"] != deleted["callId"]


def test_a_listed_record_is_named_if_none_can_be_created():
    provider = Provider(refusing=True)

    assert samples_of(provider).path_parameters("getContact", {}) == {"contactId": 77}


def test_what_can_be_neither_created_nor_found_is_said():
    with pytest.raises(
        CrmMocksError, match=re.escape("no call can be created or found: POST /contacts/77/calls got 403")
    ):
        samples_of(Provider(refusing=True)).path_parameters("getCall", {})


def test_a_refusing_provider_is_not_asked_again_and_again():
    provider = Provider(refusing=True)
    samples = samples_of(provider)
    for _ in range(10):
        with pytest.raises(CrmMocksError):
            samples.path_parameters("getCall", {})

    assert provider.sent.count("POST /contacts/77/calls") <= 4  # two bodies, twice


def test_a_parameter_that_identifies_no_record_keeps_its_value():
    provider = Provider()

    assert samples_of(provider).path_parameters("getReport", {"tenant": "blue"}) == {"tenant": "blue"}
    assert provider.sent == []


def test_values_that_the_user_names_are_used_instead():
    provider = Provider()
    samples = samples_of(provider)
    samples.use({"contactId": [5], "tenant": ["red"]})

    assert samples.path_parameters("getCall", {}) == {"contactId": 5, "callId": "c1"}
    assert samples.path_parameters("getReport", {"tenant": "blue"}) == {"tenant": "red"}
    assert provider.sent == ["POST /contacts/5/calls"]


def test_a_parameter_without_a_value_gets_one_that_fits():
    assert isinstance(samples_of(Provider()).path_parameters("getReport", {})["tenant"], str)
