"""ASP.NET Web API 2: each row of the facts' table, media types, letter case, integers, headers."""

from __future__ import annotations

import json

import pytest

from .causes import GET, SEND, VALIDATE, WRONG, acknowledgement

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
INVALID = {"Message": "The request is invalid.", "ModelState": {"value": ["An error has occurred."]}}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_method_not_allowed(api, method):
    answer = api("leadbank").request(method, GET)
    assert answer.status_code == 405
    assert answer.headers.get_list("Allow") == ["POST"]
    assert answer.json() == {"Message": f"The requested resource does not support http method '{method}'."}


def test_method_not_allowed_for_head_has_no_body(api):
    answer = api("leadbank").request("HEAD", GET)
    assert (answer.status_code, answer.content) == (405, b"")


@pytest.mark.parametrize("path", ["/api/lead", "/api/leads/1", "/API/nothing?a=b", "/api"])
def test_unknown_path_is_quoted(api, path):
    answer = api("leadbank").post(path, json=1)
    assert answer.status_code == 404
    uri = f"http://127.0.0.1:4010{path}"
    assert answer.json() == {"Message": f"No HTTP resource was found that matches the request URI '{uri}'."}


def test_unsupported_media_type_is_named(api):
    answer = api("leadbank").post(GET, content=b"1", headers={"Content-Type": "text/plain; charset=utf-8"})
    assert answer.status_code == 415
    text = "The request entity's media type 'text/plain' is not supported for this resource."
    assert answer.json() == {"Message": text}


def test_missing_content_type(api):
    mock = api("leadbank")
    answer = mock.post(GET, content=b"1")
    assert answer.status_code == 415
    assert answer.json()["Message"].endswith(
        "media type 'application/octet-stream' is not supported for this resource."
    )
    assert mock.last_entry().outcome == "missing_content_type"


def test_a_form_is_for_get_leads_only(api):
    mock = api("leadbank")
    assert len(mock.post(GET, content=b"=2", headers=FORM).json()["Leads"]) == 2
    assert mock.post(VALIDATE, content=b"=1001", headers=FORM).status_code == 415


@pytest.mark.parametrize("body", [b"one", b"a=1", b"=one", b"=1.0", b"=1&=2"])
def test_a_form_without_one_integer_is_refused(api, body):
    answer = api("leadbank").post(GET, content=body, headers=FORM)
    assert (answer.status_code, answer.json()) == (400, INVALID)


def test_an_empty_body_is_no_error_whatever_its_type(api):
    for headers in ({}, JSON, FORM, {"Content-Type": "text/plain"}):
        assert api("leadbank").post(GET, headers=headers).status_code == 200


@pytest.mark.parametrize("body", ["1", '"1"', '" 1 "', '"+1"', "-1", '"-2147483648"', "2147483647"])
def test_integers(api, body):
    assert api("leadbank").post(GET, content=body.encode(), headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        "1.0",
        "1.5",
        "true",
        "null",
        "[1]",
        "{}",
        '""',
        '"one"',
        '"1.0"',
        "2147483648",
        '"2147483648"',
        "1e2",
        "9" * 5000,
    ],
)
def test_wrong_type_of_integers(api, body):
    answer = api("leadbank").post(GET, content=body.encode(), headers=JSON)
    assert (answer.status_code, answer.json()) == (400, INVALID)


@pytest.mark.parametrize("body", [b"{", b"NaN", b"\xff", b"'1'", b" ", b"[" * 100_000])
def test_unreadable_body(api, body):
    mock = api("leadbank")
    answer = mock.post(GET, content=body, headers=JSON)
    assert (answer.status_code, answer.json()) == (400, INVALID)
    assert mock.last_entry().outcome == "unreadable_body"


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16", "utf-16le"),
        ("UTF-16LE", "utf-16le"),
        ("utf-16be", "utf-16be"),
        ("other", "utf-8"),
    ],
)
def test_charsets(api, charset, encoding):
    headers = {"Content-Type": f"application/json; charset={charset}"}
    mock = api("leadbank")
    assert len(mock.post(GET, content="1".encode(encoding), headers=headers).json()["Leads"]) == 1


def test_wrong_type_names_each_place_in_model_state(api):
    body = acknowledgement("x") + acknowledgement(IDstatus=True, DateAction="yesterday")
    body.append({})
    answer = api("leadbank").post(SEND, json=body)
    assert answer.status_code == 400
    occurred = ["An error has occurred."]
    assert answer.json()["ModelState"] == {
        "value[0].IDLeadBank": occurred,
        "value[1].LeadEvents[0].IDstatus": occurred,
        "value[1].LeadEvents[0].DateAction": occurred,
        "value[2].IDLeadBank": ["The IDLeadBank field is required."],
        "value[2].LeadEvents": ["The LeadEvents field is required."],
    }


def test_missing_member(api):
    answer = api("leadbank").post(SEND, json=[{"IDLeadBank": 1000, "LeadEvents": [{"IDstatus": 1}]}])
    required = {"value[0].LeadEvents[0].DateAction": ["The DateAction field is required."]}
    assert (answer.status_code, answer.json()["ModelState"]) == (400, required)


def test_a_refused_request_changes_nothing(api):
    mock = api("leadbank")
    mock.post(GET, json="many")
    mock.post(SEND, json=[*acknowledgement(), {}])
    assert {lead["State"] for lead in mock.records("leads")} == {0, 2}
    assert mock.records("acknowledgements") == []


@pytest.mark.parametrize("path", ["/API/LEADS", "/Api/Leads", "/api/leads/"])
def test_routes_ignore_letter_case(api, path):
    assert len(api("leadbank").post(path, json=1).json()["Leads"]) == 1


def test_members_ignore_letter_case_and_unknown_ones_are_ignored(api):
    body = [{"idleadbank": 1000, "LEADEVENTS": [{"idStatus": 1, "DATEACTION": "2026-01-31T10:00:00Z"}], "Extra": 1}]
    mock = api("leadbank")
    assert mock.post(SEND, json=body).json()["Status"] == 1
    assert mock.records("acknowledgements")[0]["LeadEvents"][0]["IDstatus"] == 1


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-31T10:00:00",
        "2026-01-31T10:00:00.1",
        "2026-01-31T10:00:00.1234567Z",
        "2026-01-31T10:00:00.1234567+01:00",
    ],
)
def test_dates_of_every_form_are_read(api, moment):
    assert api("leadbank").post(SEND, json=acknowledgement(DateAction=moment)).json()["Status"] == 1


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/json", "text/json"),
        ("application/xml", "application/json"),
        ("text/html, text/json;q=0.5", "text/json"),
        ("text/json;q=0.5, application/json", "application/json"),
        ("text/json;q=0, application/json;q=x", "application/json"),
        ("text/*", "text/json"),
        ("*/*", "application/json"),
        ("nonsense", "application/json"),
    ],
)
def test_accept_is_honoured_and_never_406(api, accept, expected):
    mock = api("leadbank")
    for path in (GET, "/api/lead"):
        answer = mock.post(path, json=1, headers={"Accept": accept})
        assert answer.headers["Content-Type"] == f"{expected}; charset=utf-8"


def test_without_a_useful_accept_the_requests_own_type_is_answered(api):
    headers = {"Content-Type": "text/json", "Accept": "application/xml"}
    answer = api("leadbank").post(GET, content=b"1", headers=headers)
    assert answer.headers["Content-Type"].startswith("text/json")


def test_answers_are_not_to_be_cached(api):
    mock = api("leadbank")
    answers = [mock.post(GET, json=1), mock.post(GET, json="x"), mock.get(GET), mock.post("/api/lead")]
    answers.append(mock.post(GET, headers={"Prefer": "code=500"}))
    for answer in answers:
        names = ("Cache-Control", "Pragma", "Expires")
        assert [answer.headers.get_list(name) for name in names] == [["no-cache"], ["no-cache"], ["-1"]]


def test_unauthorized_only_when_the_setting_asks_for_it(api):
    assert api("leadbank").post(GET, json=1, headers=WRONG).status_code == 200
    mock = api("leadbank", settings={"leadbank.auth": "basic"})
    for options in ({}, {"headers": WRONG}, {"headers": {"Authorization": "Bearer x"}}):
        answer = mock.post(GET, json="x", **options)
        assert answer.status_code == 401
        assert answer.json() == {"Message": "Authorization has been denied for this request."}
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="LeadBank"'
    assert mock.post(GET, json=1, auth=("leadbank", "leadbank-secret")).status_code == 200


def test_a_forced_answer_still_notes_missing_credentials(api):
    mock = api("leadbank", settings={"leadbank.auth": "basic"})
    mock.post(GET, json=999500)
    assert [violation.rule for violation in mock.last_entry().violations] == ["credentials"]


def test_sl_violations_says_integer_rather_than_a_pattern(api):
    [violation] = json.loads(api("leadbank").post(GET, json="one").headers["sl-violations"])
    assert violation["message"] == "must be an integer of 32 bits, or a string that contains one"


def test_sl_violations_lists_what_is_wrong(api):
    answer = api("leadbank").post(SEND, json=[{"LeadEvents": 1}])
    found = {tuple(each["location"]): each["code"] for each in json.loads(answer.headers["sl-violations"])}
    assert found == {
        ("request", "body", 0, "LeadEvents"): "type",
        ("request", "body", 0, "IDLeadBank"): "required",
    }
