"""Facts of the documents, each member and value by itself; tools/facts/config_api.yaml names the test of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crm_mocks import create_app
from crm_mocks.contract.references import follow
from tests.vendors.config_api.causes import KEY, call, create, lead

_CONTRACT = create_app(["config_api"]).mock_app.contracts["config_api"]
_SCHEMAS = _CONTRACT.document["components"]["schemas"]
_STATUSES = (400, 401, 403, 404, 409, 429, 500)
_TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}
_ERROR_MEMBERS = {name: each["type"] for name, each in _SCHEMAS["Error"]["properties"].items()}
_REQUIRED = {
    "address": {"street": "Am Bahnhof", "houseNumber": "90", "zipCode": "12133", "city": "Munich", "countryCode": "DE"},
    "language": {"languageCode": "de"},
    "channels": {"communicationChannel": "EMAIL"},
    "additionalInformation": {"additionalFieldId": 1246357240, "value": "Friends"},
}
"""The required members of each object of a lead, by the member that holds it."""

Path = tuple[str, ...]


def _members(schema: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield path and schema of each member of a lead that holds no object itself."""
    for name, member in follow(_CONTRACT.document, schema).get("properties", {}).items():
        inner = follow(_CONTRACT.document, member)
        items = follow(_CONTRACT.document, inner.get("items", {}))
        if "properties" in inner or "properties" in items:
            yield from _members(inner if "properties" in inner else items, (*path, name))
        else:
            yield (*path, name), inner


MEMBERS = dict(_members(_SCHEMAS["CreateLeadRequest"]))
VALUES = [(path, value) for path, schema in MEMBERS.items() for value in schema.get("enum", ())]


def _lead_with(path: Path, value: Any) -> dict[str, Any]:
    """Return a lead with the required members and one more, with those that must stand beside it."""
    body = lead()
    holder: Any = body
    for name in path[:-1]:
        inner = holder.get(name) or dict(_REQUIRED.get(name, {}))
        is_list = name in ("communicationPreferences", "channels", "additionalInformation")
        holder[name] = [inner] if is_list else inner
        holder = inner
    if path[-1] == "values":
        del holder["value"]
        holder["additionalFieldId"] = 1246357241
    holder[path[-1]] = value
    return body


def _stored(mock: Any, path: Path) -> Any:
    found = mock.records("leads")[-1]
    for name in path:
        found = found[0][name] if isinstance(found, list) else found[name]
    return found


@pytest.mark.parametrize("path", MEMBERS, ids=".".join)
def test_every_member_is_accepted_and_stored(api, path):
    mock = api("config_api")
    value = MEMBERS[path].get("example")

    assert create(mock, _lead_with(path, value)).status_code == 200
    assert _stored(mock, path) == value


@pytest.mark.parametrize(("path", "value"), VALUES, ids=lambda each: each if isinstance(each, str) else ".".join(each))
def test_every_listed_value_is_accepted(api, path, value):
    mock = api("config_api")

    assert create(mock, _lead_with(path, value)).status_code == 200
    assert _stored(mock, path) == value


def _error(api: Any, status: int) -> dict[str, Any]:
    answer = create(api("config_api"), headers={**KEY, "prefer": f"code={status}"})
    assert answer.status_code == status
    return answer.json()


def _validator(status: int) -> Any:
    return _CONTRACT.operations["createLead"].responses[status].validators["application/json"]


@pytest.mark.parametrize("member", sorted(_ERROR_MEMBERS.keys() - {"reference"}))
@pytest.mark.parametrize("status", _STATUSES)
def test_error_has_every_member(api, status, member):
    assert isinstance(_error(api, status)[member], _TYPES[_ERROR_MEMBERS[member]])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
def test_error_refers_to_a_member_or_header(api, status):
    assert isinstance(_error(api, status)["reference"], str)


@pytest.mark.parametrize("member", _ERROR_MEMBERS)
@pytest.mark.parametrize("status", _STATUSES)
def test_only_error_message_is_required_of_an_error(status, member):
    error = {"errorMessage": "x", "errorCode": "x", "traceId": "1", "reference": "parent.child", "args": ["x"]}
    del error[member if member in error else "args"]

    assert _validator(status).is_valid(error) == (member != "errorMessage")


@pytest.mark.parametrize("member", _ERROR_MEMBERS)
@pytest.mark.parametrize("status", _STATUSES)
def test_error_member_of_another_type_is_invalid(status, member):
    assert not _validator(status).is_valid({"errorMessage": "x", member: 5})


@pytest.mark.parametrize("value", [*_SCHEMAS["TypedArgument"]["properties"]["type"]["enum"], "CURRENCY"])
@pytest.mark.parametrize("status", _STATUSES)
def test_argument_has_a_listed_type(status, value):
    error = {"errorMessage": "x", "typedArgs": [{"value": {}, "type": value}]}

    assert _validator(status).is_valid(error) == (value != "CURRENCY")


@pytest.mark.parametrize("value", [{"a": 1}, "text", 5, 1.5, True, [], None])
@pytest.mark.parametrize("status", _STATUSES)
def test_argument_has_any_value(status, value):
    assert _validator(status).is_valid({"errorMessage": "x", "args": [value], "typedArgs": [{"value": value}]})


@pytest.mark.parametrize("member", ["id", "customerId", "uuid", "customerNumber"])
def test_created_lead_has_every_identifier(api, member):
    created = create(api("config_api")).json()
    expected = _SCHEMAS["CreatedLead"]["properties"][member]["type"]

    assert isinstance(created[member], _TYPES[expected])
    assert not _validator(200).is_valid({name: value for name, value in created.items() if name != member})


@pytest.mark.parametrize("schema", ["LeadConfig", "AdditionalField"])
def test_lead_config_needs_its_required_members(schema):
    validator = _CONTRACT.operations["getLeadConfig"].responses[200].validators["application/json"]
    modes = dict.fromkeys(("addressMode", "dateOfBirthMode", "genderMode", "telephoneMode"), "OPTIONAL")
    field = {"additionalFieldId": 1, "name": "x", "type": "TEXT", "allowMultiSelection": False, "mode": "OPTIONAL"}
    holder = modes if schema == "LeadConfig" else field
    assert validator.is_valid({**modes, "additionalInformation": [field]})
    for name in list(holder):
        value = holder.pop(name)
        assert not validator.is_valid({**modes, "additionalInformation": [field]}), name
        holder[name] = value


@pytest.mark.parametrize("mode", ["INACTIVE", "OPTIONAL", "MANDATORY"])
@pytest.mark.parametrize("name", ["addressMode", "dateOfBirthMode", "genderMode", "telephoneMode"])
def test_lead_config_has_every_mode(api, name, mode):
    modes = dict.fromkeys(("addressMode", "dateOfBirthMode", "genderMode", "telephoneMode"), "OPTIONAL")
    mock = api("config_api", settings={"config_api.lead_config": {**modes, name: mode}})

    assert call(mock, "getLeadConfig").json()[name] == mode
    assert create(mock).status_code == (400 if mode == "MANDATORY" else 200)


def test_arguments_are_deprecated_and_still_sent(api):
    mock = api("config_api")
    published = mock.get("/openapi/config_api.json").json()["components"]["schemas"]["Error"]["properties"]

    assert {name for name, member in published.items() if member.get("deprecated")} == {"args", "typedArgs"}
    assert {"args", "typedArgs"} <= create(mock, {}).json().keys()
