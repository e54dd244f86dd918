"""Pushing leads: the documents' own example, and bodies on which real receivers broke."""

import json

import pytest

from tests.vendors.activix.causes import BASIC, LEADS, example, lead, push


def test_example_of_the_push_document_is_answered_with_an_empty_200(api):
    answer = push(api("activix"), example("createLead", "created"))
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")


def test_example_of_the_push_document_has_the_documented_members():
    body = example("createLead", "created")
    assert list(body) == [
        *("id", "first_name", "last_name", "civility", "second_contact", "second_contact_civility", "division", "type"),
        *("source", "address_line1", "address_line2", "postal_code", "city", "province", "country", "locale"),
        *("birth_date", "gender", "account", "advisor", "emails", "phones", "vehicles", "created_at", "updated_at"),
    ]
    linked = [body["account"], body["advisor"], body["emails"][0], body["phones"][0], body["vehicles"][0]]
    assert [each["id"] for each in (body, *linked)] == [3387562, 66, 51112, 3664451, 9465546, 4542214]


def test_unknown_account_is_answered_as_documented(api):
    answer = push(api("activix"), lead(account_id=1))
    assert (answer.status_code, answer.json()) == (422, {"message": "Unknown Account."})


def test_lead_is_stored_as_sent(api):
    mock = api("activix")
    body = lead(agreed_with_the_vendor={"a": [1]}, emails=[{"id": 1, "also_unknown": None}])
    push(mock, body)
    assert mock.records("leads") == [body]


def test_same_id_again_replaces_the_whole_lead(api):
    mock = api("activix")
    first = lead(city="Montreal")
    second = {"id": first["id"], "account_id": 44, "status": "lost"}
    assert [push(mock, body).status_code for body in (first, second)] == [200, 200]
    assert mock.records("leads") == [second]


def test_update_of_a_lead_never_seen_is_accepted(api):
    mock = api("activix")
    assert push(mock, lead(status="lost", updated_at="2026-01-30T09:00:00+00:00")).status_code == 200


@pytest.mark.parametrize(
    "attributes",
    [
        {"vehicles": [{"id": 1, "year": 2018}]},
        {"vehicles": [{"id": 1, "year": "2018"}]},
        {"vehicles": [{"id": 1, "year": None, "comment": None}]},
        {"vehicles": [{"id": 1, "trim": "long " * 40}]},
        {"vehicles": [{"id": 1, "category": "trsuvuck"}, {"id": 2, "category": "suv"}]},
        {"vehicles": [{"id": 1, "rate": 3.90}, {"id": 2, "rate": 4}]},
        {"unsubscribe_all_date": "", "unsubscribe_sms_date": None},
        {"created_at": "2018-04-09T18:05:00Z", "updated_at": "2018-04-09T18:05:00+00:00"},
        {"created_at": "2018-04-09T14:05:00.123-04:00"},
        {"emails": None, "phones": None, "vehicles": None, "account": None, "advisor": None},
        {"gender": 9, "service_interval_km": 25000, "segment": "other", "sex": "F"},
        {"rating": -7},
        {"lead_type": "web"},
        {"account": {"id": 66}},
        {"account": {"name": "no id here"}},
    ],
    ids=json.dumps,
)
def test_odd_lead_is_accepted(api, attributes):
    assert push(api("activix"), lead(**attributes)).status_code == 200


@pytest.mark.parametrize("attributes", [{"first_name": ""}, {"emails": [{"address": "no address"}, {"address": ""}]}])
def test_an_empty_string_and_any_address_are_values(api, attributes):
    assert push(api("activix"), {"id": 1, "account_id": 66, **attributes}).status_code == 200


@pytest.mark.parametrize("account", [{"account_id": 44}, {"account": {"id": 44}, "account_id": None}])
def test_account_stands_in_either_place(api, account):
    assert push(api("activix"), {"id": 1, **account}).status_code == 200


@pytest.mark.parametrize("account", [{}, {"account_id": None}, {"account": None}, {"account": {"name": "Riverwood"}}])
def test_lead_without_account_is_answered_as_unknown_account(api, account):
    mock = api("activix")
    answer = push(mock, {"id": 1, **account})
    assert (answer.status_code, answer.json()) == (422, {"message": "Unknown Account."})
    assert mock.last_entry().outcome == "account_missing"


@pytest.mark.parametrize(
    ("attributes", "errors"),
    [
        ({"id": None}, {"id": ["The id field is required."]}),
        ({"id": ""}, {"id": ["The id field is required."]}),
        ({"id": "1"}, {"id": ["The id must be an integer."]}),
        ({"id": 1.0}, {"id": ["The id must be an integer."]}),
        ({"id": 2**63}, {"id": ["The id must be an integer."]}),
        ({"account_id": "66"}, {"account_id": ["The account id must be an integer."]}),
        ({"birth_date": "1990-02-30"}, {"birth_date": ["The birth date is not a valid date."]}),
        ({"birth_date": ""}, {"birth_date": ["The birth date is not a valid date."]}),
        ({"csi_date": 20180409}, {"csi_date": ["The csi date must be a string."]}),
        ({"csi_date": "2018-04-09T18:05:00"}, {"csi_date": ["The csi date is not a valid date."]}),
        ({"gender": 3}, {"gender": ["The selected gender is invalid."]}),
        ({"gender": "1"}, {"gender": ["The gender must be an integer."]}),
        *(
            ({"province": code}, {"province": ["The province format is invalid."]})
            for code in ("QUE", "Q", "12", "qc", "CA-QC", "")
        ),
        *(
            ({"vehicles": [{"year": year}]}, {"vehicles.0.year": ["The vehicles.0.year format is invalid."]})
            for year in ("soon", "18", "20180", "", " 2018", 18, 20180, -2018)
        ),
        ({"vehicles": [{"year": 2018.5}]}, {"vehicles.0.year": ["The vehicles.0.year must be a string."]}),
        ({"locale": "EN"}, {"locale": ["The locale format is invalid."]}),
        ({"business": 1}, {"business": ["The business field must be true or false."]}),
        ({"advisor": []}, {"advisor": ["The advisor must be an object."]}),
        ({"phones": {}}, {"phones": ["The phones must be an array."]}),
        ({"phones": [None]}, {"phones.0": ["The phones.0 must be an object."]}),
        ({"vehicles": [{}, {"year": True}]}, {"vehicles.1.year": ["The vehicles.1.year must be a string."]}),
        ({"vehicles": [{"rate": "3.90"}]}, {"vehicles.0.rate": ["The vehicles.0.rate must be a number."]}),
        (
            {"vehicles": [{"verified_by": {"email": 1}}]},
            {"vehicles.0.verified_by.email": ["The vehicles.0.verified by.email must be a string."]},
        ),
    ],
    ids=json.dumps,
)
def test_invalid_attribute_is_refused_by_name(api, attributes, errors):
    mock = api("activix")
    answer = push(mock, lead(**attributes))
    assert answer.status_code == 422
    assert answer.json() == {"message": "The given data was invalid.", "errors": errors}
    assert mock.records("leads") == []


def test_all_violations_are_listed(api):
    body = lead(rating="4", type="web", phones=[{"number": "none"}])
    answer = push(api("activix"), body)
    assert answer.json()["errors"].keys() == {"rating", "type", "phones.0.number"}
    listed = json.loads(answer.headers["sl-violations"])
    assert {tuple(each["location"][2:]) for each in listed} == {("rating",), ("type",), ("phones", 0, "number")}


@pytest.mark.parametrize("body", [b"", b"{", b'{"id": NaN}', b'{"first_name": "\xe9"}', b"[" * 100_000, b"id=1"])
def test_body_that_is_not_json_is_refused(api, body):
    mock = api("activix")
    answer = mock.post(LEADS, content=body, headers=BASIC)
    assert (answer.status_code, answer.json()) == (400, {"message": "The body is not valid JSON."})


@pytest.mark.parametrize("body", [b"null", b"[]", b'"lead"', b"0", b"true"])
def test_json_that_is_no_object_is_refused(api, body):
    answer = api("activix").post(LEADS, content=body, headers=BASIC)
    assert (answer.status_code, answer.json()["errors"]) == (422, {"lead": ["The lead must be an object."]})


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=UTF-8", None])
def test_content_type_may_be_missing(api, content_type):
    headers = BASIC | ({"Content-Type": content_type} if content_type else {})
    answer = api("activix").post(LEADS, content=b'{"id": 1, "account_id": 66}', headers=headers)
    assert answer.status_code == 200


def test_other_content_type_is_refused(api):
    answer = api("activix").post(LEADS, data={"id": "1"}, headers=BASIC)
    assert (answer.status_code, answer.json()) == (415, {"message": "Unsupported Media Type."})


def test_pushing_the_same_lead_twice_at_once_creates_it_once(api):
    mock = api("activix")
    request = {"method": "POST", "url": LEADS, "headers": BASIC, "json": lead()}
    assert [answer.status_code for answer in mock.send_together(request, request)] == [200, 200]
    assert sorted(entry.outcome for entry in mock.entries()) == ["created", "replaced"]
