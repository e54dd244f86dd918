"""Settings that change what the receiver accepts and returns."""

import pytest

from crm_mocks.errors import UsageError
from tests.vendors.activix.causes import BASIC, LEADS, example, lead, push


def test_created_body_of_later_documents(api):
    mock = api("activix", settings={"activix.created_body": "2018-11"})
    body = lead()
    for outcome in ("created", "replaced"):
        assert push(mock, body).json() == {"message": "Lead created successfully"}
        assert mock.last_entry().outcome == outcome


def test_created_body_of_later_documents_on_request(api):
    answer = push(api("activix"), lead(), BASIC | {"Prefer": "example=created_message"})
    assert answer.json() == {"message": "Lead created successfully"}


def test_known_accounts(api):
    mock = api("activix", settings={"activix.known_accounts": "7, 8"})
    assert [push(mock, lead(account_id=account)).status_code for account in (7, 8, 44)] == [200, 200, 422]


@pytest.mark.parametrize(
    "attributes",
    [{"type": "web"}, {"gender": 5}, {"service_interval_km": 7}, {"vehicles": [{"fuel": "electric"}]}],
)
def test_open_enums_accept_other_values(api, attributes):
    assert push(api("activix"), lead(**attributes)).status_code == 422
    assert push(api("activix", settings={"activix.open_enums": "true"}), lead(**attributes)).status_code == 200


def test_open_enums_keep_the_types(api):
    mock = api("activix", settings={"activix.open_enums": "true"})
    assert push(mock, lead(type=1)).status_code == 422
    assert push(mock, lead(type=None)).status_code == 200


@pytest.mark.parametrize("province", ["QUE", "Q", "12", "QC"])
def test_iso_provinces_accept_every_form_of_the_standard(api, province):
    mock = api("activix", settings={"activix.iso_provinces": "true"})
    assert push(mock, lead(province=province)).status_code == 200


@pytest.mark.parametrize("province", ["", "qc", "QUEB", "CA-QC"])
def test_iso_provinces_keep_the_form_of_the_standard(api, province):
    mock = api("activix", settings={"activix.iso_provinces": "true"})
    assert push(mock, lead(province=province)).json()["errors"] == {"province": ["The province format is invalid."]}


def test_path(api):
    mock = api("activix", settings={"activix.path": "/hooks/crm"})
    assert mock.post("/hooks/crm", json=lead(), headers=BASIC).status_code == 200
    assert mock.post(LEADS, json=lead(), headers=BASIC).json() == {"message": "Not Found."}


@pytest.mark.parametrize("path", ["", "/", "hooks", "/a b", "/{id}", "/__admin/x", "/openapi/x.json", "/~s/x", "/a/"])
def test_path_must_be_one(api, path):
    with pytest.raises(UsageError, match="path of a URL"):
        api("activix", settings={"activix.path": path})


def test_path_must_not_be_the_token_endpoints(api):
    with pytest.raises(UsageError, match=r"the path /activix/oauth/token .* another operation has it"):
        api("activix", settings={"activix.path": "/activix/oauth/token"})


@pytest.mark.parametrize("path", ["/api/leads", "/API/Leads"])
def test_path_must_not_be_another_vendors_in_any_letter_case(api, path):
    with pytest.raises(UsageError, match="belongs to both activix and leadbank"):
        api("activix", "leadbank", settings={"activix.path": path})


def test_contract_in_force_follows_the_settings(api):
    document = api("activix", settings={"activix.open_enums": True}).get("/openapi/activix.json").json()
    assert "enum" not in document["components"]["schemas"]["Lead"]["properties"]["type"]
    assert example("createLead", "invalid_value")["type"] == "web"
    assert (
        "invalid_value"
        not in document["components"]["responses"]["LeadRefused"]["content"]["application/json"]["examples"]
    )


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", LEADS, 405, "Method Not Allowed."),
        ("DELETE", "/activix/oauth/token", 405, "Method Not Allowed."),
        ("POST", "/activix/lead", 404, "Not Found."),
        ("GET", "/activix", 404, "Not Found."),
    ],
)
def test_protocol_faults_have_the_vendors_shape(api, method, path, status, message):
    answer = api("activix").request(method, path)
    assert (answer.status_code, answer.json()) == (status, {"message": message})
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)


def test_too_large_a_body_has_the_vendors_shape(api):
    answer = api("activix").post(LEADS, content=b" " * (9 * 1024 * 1024), headers=BASIC)
    assert (answer.status_code, answer.json()) == (413, {"message": "Payload Too Large."})
