"""Natural cause of each outcome of the Config API, and its magic values."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import httpx

from tests.conftest import Api

KEY = {"x-api-key": "demo-key"}
URLS = {"getLeadConfig": "/v1/leads/config", "validateLead": "/v1/leads/validate", "createLead": "/v1/leads/create"}
METHODS = {"getLeadConfig": "GET", "validateLead": "POST", "createLead": "POST"}
_NUMBERS = count(1)

Cause = Callable[[Api], httpx.Response]


def lead(email: str = "max@example.com", **members: Any) -> dict[str, Any]:
    """Return a lead with the required members, and others."""
    return {"leadCustomer": {"firstname": "Max", "lastname": "Mustermann", "email": email}, **members}


def additional(id_: int, **value: Any) -> dict[str, Any]:
    """Return a lead with one additional field."""
    return lead(additionalInformation=[{"additionalFieldId": id_, **value}])


def call(api: Api, operation: str, headers: dict[str, str] | None = None, **kwargs: Any) -> httpx.Response:
    """Send a request to an operation, with the demo key unless other headers are given."""
    return api.request(METHODS[operation], URLS[operation], headers=KEY if headers is None else headers, **kwargs)


def create(api: Api, body: dict[str, Any] | None = None, **kwargs: Any) -> httpx.Response:
    """Create a lead."""
    return call(api, "createLead", json=lead() if body is None else body, **kwargs)


def example(api: Api, operation: str, name: str) -> dict[str, Any]:
    """Return an example request of the contract."""
    body = api.app.mock_app.contracts["config_api"].operations[operation].body
    return body.examples[name][1]


def _sends_example(operation: str, name: str) -> Cause:
    return lambda api: call(api, operation, json=example(api, operation, name))


def _exceeds_the_limit(operation: str) -> Cause:
    def cause(api: Api) -> httpx.Response:
        kwargs = {} if operation == "getLeadConfig" else {"json": lead()}
        answers = [call(api, operation, **kwargs) for _ in range(3)]
        assert [each.status_code for each in answers[:2]].count(429) == 0
        return answers[-1]

    return cause


def _creates_twice_at_once(api: Api) -> httpx.Response:
    request = {"method": "POST", "url": URLS["createLead"], "headers": KEY, "json": lead()}
    answers = api.send_together(request, request)
    return max(answers, key=lambda each: each.status_code)


def _with_key(operation: str, headers: dict[str, str]) -> Cause:
    kwargs: dict[str, Any] = {} if operation == "getLeadConfig" else {"json": lead()}
    return lambda api: call(api, operation, headers=headers, **kwargs)


def _sends_bytes(operation: str, content: bytes) -> Cause:
    return lambda api: call(api, operation, {**KEY, "content-type": "application/json"}, content=content)


def _sends_both(operation: str, id_: int) -> Cause:
    return lambda api: call(api, operation, json=additional(id_, value="Radio", values=["Radio"]))


CAUSES: dict[str, Cause] = {
    "getLeadConfig.lead_config": lambda api: call(api, "getLeadConfig"),
    "createLead.concurrent_modification": _creates_twice_at_once,
    "createLead.mandatory_address_missing": create,
    "createLead.mandatory_date_of_birth_missing": create,
    "createLead.mandatory_gender_missing": create,
    "createLead.mandatory_telephone_missing": create,
    "createLead.mandatory_additional_field_missing": create,
}
for _operation in URLS:
    _no_scope = {"x-api-key": "demo-key-write-only" if _operation == "getLeadConfig" else "demo-key-read-only"}
    CAUSES[f"{_operation}.key_missing"] = _with_key(_operation, {"api-key": "demo-key"})
    CAUSES[f"{_operation}.key_unknown"] = _with_key(_operation, {"x-api-key": "other-key"})
    CAUSES[f"{_operation}.permission_denied"] = _with_key(_operation, _no_scope)
    CAUSES[f"{_operation}.rate_limit_exceeded"] = _exceeds_the_limit(_operation)
    CAUSES[f"{_operation}.service_unavailable"] = _with_key(_operation, KEY)
for _operation in ("validateLead", "createLead"):
    CAUSES[f"{_operation}.body_missing"] = _sends_bytes(_operation, b"")
    CAUSES[f"{_operation}.body_unreadable"] = _sends_bytes(_operation, b'{"leadCustomer": {"firstname": "M')
    for _name in (
        "member_missing",
        "wrong_type",
        "unknown_enum_value",
        "wrong_date",
        "integer_out_of_range",
        "additional_value_missing",
    ):
        CAUSES[f"{_operation}.{_name}"] = _sends_example(_operation, _name)
CAUSES["validateLead.additional_value_expected"] = _sends_both("validateLead", 1246357240)
CAUSES["validateLead.additional_values_expected"] = _sends_both("validateLead", 1246357241)
for _name in ("possible", "invalid_lead_data", "duplicate_customer"):
    CAUSES[f"validateLead.{_name}"] = _sends_example("validateLead", _name)
for _name in (
    "created_full",
    "created_minimal",
    "additional_numeric_wrong",
    "additional_date_wrong",
    "additional_boolean_wrong",
    "additional_selection_unknown",
    "additional_value_expected",
    "additional_values_expected",
    "duplicate_customer",
    "unknown_campaign",
    "unknown_additional_field",
):
    CAUSES[f"createLead.{_name}"] = _sends_example("createLead", _name)


def config(**changes: Any) -> dict[str, Any]:
    """Return a lead config with every mode OPTIONAL but those given."""
    modes = dict.fromkeys(("addressMode", "dateOfBirthMode", "genderMode", "telephoneMode"), "OPTIONAL")
    return {**modes, "additionalInformation": [], **changes}


def field(type_: str, **changes: Any) -> dict[str, Any]:
    """Return an additional field with the id 7."""
    return {
        "additionalFieldId": 7,
        "name": "Seven",
        "type": type_,
        "allowMultiSelection": False,
        "mode": "OPTIONAL",
        **changes,
    }


def _lead_config(**changes: Any) -> dict[str, object]:
    return {"config_api.lead_config": config(**changes)}


SETTINGS: dict[str, dict[str, object]] = {
    "createLead.concurrent_modification": {"config_api.latency_ms": 20},
    "createLead.mandatory_address_missing": _lead_config(addressMode="MANDATORY"),
    "createLead.mandatory_date_of_birth_missing": _lead_config(dateOfBirthMode="MANDATORY"),
    "createLead.mandatory_gender_missing": _lead_config(genderMode="MANDATORY"),
    "createLead.mandatory_telephone_missing": _lead_config(telephoneMode="MANDATORY"),
    "createLead.mandatory_additional_field_missing": _lead_config(
        additionalInformation=[field("TEXT", mode="MANDATORY")]
    ),
    **{f"{operation}.rate_limit_exceeded": {"config_api.rate_limit": "2/60"} for operation in URLS},
    **{
        f"{operation}.service_unavailable": {"config_api.latency_ms": 2, "config_api.transaction_timeout_ms": 1}
        for operation in URLS
    },
}


def _by_key(api: Api, word: str) -> httpx.Response:
    return call(api, "getLeadConfig", {"x-api-key": f"demo-key+{word}"})


def _by_email(operation: str) -> Callable[[Api, str], httpx.Response]:
    return lambda api, word: call(api, operation, json=lead(f"max+{word}@example.com"))


MAGIC: dict[str, Callable[[Api, str], httpx.Response]] = {
    "getLeadConfig": _by_key,
    "validateLead": _by_email("validateLead"),
    "createLead": _by_email("createLead"),
}


def _valid(operation: str) -> Callable[[Api], dict[str, Any]]:
    def kwargs(_api: Api) -> dict[str, Any]:
        request = {"method": METHODS[operation], "url": URLS[operation], "headers": KEY}
        if operation != "getLeadConfig":
            request["json"] = lead(f"max.{next(_NUMBERS)}@example.com")
        return request

    return kwargs


VALID: dict[str, Callable[[Api], dict[str, Any]]] = {operation: _valid(operation) for operation in URLS}
