"""Refusals in the contract's own form, filled with what is wrong."""

from __future__ import annotations

import base64

import pytest

from crm_mocks.generic.error_bodies import RefusalReason, filled
from crm_mocks.violations import Violation
from tests.generic.small_crm import SMALL, body, path_parameter, response

WRONG = RefusalReason(
    422, "name: must be of type string, is integer", (Violation(("body", "name"), "type", "must be text"),)
)


def secured(*schemes, status_401=None):
    """Return a document with one operation that accepts any of the schemes."""
    responses = {"200": response({"type": "object"}, {"ok": True})}
    if status_401:
        responses["401"] = status_401
    named = {f"scheme{number}": each for number, each in enumerate(schemes)}
    return {
        "paths": {"/ping": {"get": {"security": [{name: []} for name in named], "responses": responses}}},
        "components": {"securitySchemes": named},
    }


def test_a_wrong_body_gets_the_documented_400_that_says_what_is_wrong(small):
    answer = small.post("/contacts", json={"email": 1})

    assert answer.status_code == 400
    assert answer.json() == {
        "code": "bad_request",
        "message": "email: must be of type string, is integer",
        "errors": [{"field": "email", "message": "must be of type string, is integer"}],
    }


def test_what_is_not_documented_gets_a_problem_document(small):
    answer = small.request("PATCH", "/contacts/999", json={})

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {"title": "Not Found", "status": 404, "detail": "there is no contact 999"}


def test_the_member_at_fault_is_named_or_left_out_of_generated_bodies():
    body = {"code": "x", "message": "x", "field": "juniper ember"}

    assert filled(body, WRONG, generated=True)["field"] == "name"
    assert "field" not in filled(body, RefusalReason(404, "there is no contact 999"), generated=True)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ({"method": "POST", "url": "/contacts", "content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"method": "POST", "url": "/contacts", "content": b"x", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"method": "PUT", "url": "/ping"}, 405),
    ],
)
def test_problems_of_the_protocol_get_their_status(small, arguments, status):
    assert small.request(**arguments).status_code == status


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ({"message": "bad"}, {"message": WRONG.message}),
        ({"error": "bad"}, {"error": WRONG.message}),
        ({"error": {"code": "E1", "message": "bad"}}, {"error": {"code": "E1", "message": WRONG.message}}),
        ({"errors": ["bad"]}, {"errors": ["name: must be text"]}),
        (
            {"errors": [{"code": "E1", "detail": "bad", "source": {"pointer": "/x"}}]},
            {"errors": [{"code": "E1", "detail": "must be text", "source": {"pointer": "/name"}}]},
        ),
        ({"errors": {"email": ["bad"]}}, {"errors": {"name": ["must be text"]}}),
        ({"status": 400, "title": "Bad", "detail": "bad"}, {"status": 400, "title": "Unprocessable Entity",
                                                            "detail": WRONG.message}),
        ([{"field": "x", "message": "bad"}], [{"field": "name", "message": "must be text"}]),
    ],
)  # fmt: skip  # a table reads better in rows
def test_examples_of_errors_are_filled_in_members_with_usual_names(example, expected):
    if isinstance(example, dict) and "title" in example:
        expected["title"] = filled(example, WRONG, generated=False)["title"]
    assert filled(example, WRONG, generated=False) == expected


def test_generated_errors_have_the_status_and_a_code():
    body_ = {"success": True, "status": 1, "code": "amber", "message": "birch"}

    assert filled(body_, WRONG, generated=True) == {
        "success": False,
        "status": 422,
        "code": "unprocessable_entity",
        "message": WRONG.message,
    }


def test_an_error_whose_schema_does_not_allow_the_message_keeps_it(serve):
    error = {"type": "object", "properties": {"message": {"type": "string", "enum": ["invalid"]}}}
    thing = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    operation = {"requestBody": body(thing), "responses": {"200": response(thing), "422": response(error)}}
    api = serve({"paths": {"/things": {"post": operation}}})

    answer = api.post("/things", json={})

    assert (answer.status_code, answer.json()) == (422, {"message": "invalid"})


API_KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
QUERY_KEY = {"type": "apiKey", "in": "query", "name": "key"}
COOKIE_KEY = {"type": "apiKey", "in": "cookie", "name": "session"}
BASIC = {"type": "http", "scheme": "basic"}
BEARER = {"type": "http", "scheme": "bearer"}
OAUTH = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://x.example/token", "scopes": {}}}}
OPENID = {"type": "openIdConnect", "openIdConnectUrl": "https://x.example/.well-known/openid-configuration"}
USER = f"Basic {base64.b64encode(b'ada:secret').decode()}"


@pytest.mark.parametrize(
    ("scheme", "good", "bad"),
    [
        (API_KEY, {"headers": {"X-Key": "any"}}, {"headers": {"X-Key": " "}}),
        (QUERY_KEY, {"params": {"key": "any"}}, {"params": {"key": ""}}),
        (COOKIE_KEY, {"headers": {"Cookie": "session=any"}}, {"headers": {"Cookie": "other=any"}}),
        (BASIC, {"headers": {"Authorization": USER}}, {"headers": {"Authorization": "Basic %%%"}}),
        (BEARER, {"headers": {"Authorization": "Bearer a.b-c"}}, {"headers": {"Authorization": "Bearer ä b"}}),
        (OAUTH, {"headers": {"Authorization": "bearer abc"}}, {"headers": {"Authorization": "Token abc"}}),
        (OPENID, {"headers": {"Authorization": "Bearer abc"}}, {"headers": {}}),
    ],
)
def test_any_credential_of_the_right_form_is_accepted(serve, scheme, good, bad):
    api = serve(secured(scheme))
    if "Authorization" in bad.get("headers", {}):
        bad = {"headers": {"Authorization": bad["headers"]["Authorization"].encode("utf-8")}}

    assert (api.get("/ping", **good).status_code, api.get("/ping", **bad).status_code) == (200, 401)


def test_one_of_several_schemes_is_enough(serve):
    api = serve(secured(API_KEY, BEARER))

    assert api.get("/ping", headers={"Authorization": "Bearer abc"}).status_code == 200


@pytest.mark.parametrize("sent", ["invalid-key", "aBinvalidatedKey"])
def test_the_value_of_a_credential_does_not_matter_unless_credentials_are_listed(serve, sent):
    api = serve(secured(API_KEY))

    assert api.get("/ping", headers={"X-Key": sent}).status_code == 200


def test_a_listed_credential_may_call_itself_invalid(serve):
    api = serve(secured(API_KEY), settings={"small.credentials": "invalid-key"})

    assert api.get("/ping", headers={"X-Key": "invalid-key"}).status_code == 200


@pytest.mark.parametrize(("sent", "status"), [("good", 200), ("other", 401)])
def test_only_listed_credentials_are_accepted_if_some_are(serve, sent, status):
    api = serve(secured(API_KEY), settings={"small.credentials": "good,ada:secret"})

    assert api.get("/ping", headers={"X-Key": sent}).status_code == status


def test_listed_credentials_may_be_those_of_a_user(serve):
    api = serve(secured(BASIC), settings={"small.credentials": ["ada:secret"]})

    assert api.get("/ping", headers={"Authorization": USER}).status_code == 200


def test_missing_credentials_get_the_documented_401(serve):
    error = {"type": "object", "properties": {"error": {"type": "string"}}}
    api = serve(secured(API_KEY, status_401=response(error)))

    answer = api.get("/ping")

    assert answer.status_code == 401
    assert "X-Key" in answer.json()["error"]


def test_a_token_endpoint_answers_as_documented(serve):
    document = secured(OAUTH)
    token = {"type": "object", "required": ["access_token", "token_type", "expires_in"],
             "properties": {"access_token": {"type": "string"}, "token_type": {"type": "string"},
                            "expires_in": {"type": "integer"}}}  # fmt: skip  # a table reads better in rows
    document["paths"]["/token"] = {"post": {"responses": {"200": response(token)}}}
    api = serve(document)

    answer = api.post("/token").json()

    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
    assert api.get("/ping", headers={"Authorization": f"Bearer {answer['access_token']}"}).status_code == 200


@pytest.mark.parametrize("value", ["mock-status_409", {"deep": ["mock-status_409@example.com"]}])
def test_a_magic_value_in_any_string_of_the_body_forces_an_outcome(serve, value):
    thing = {"type": "object", "properties": {"value": {}}}
    operation = {"requestBody": body(thing), "responses": {"200": response(thing), "409": response(thing, {"a": 1})}}
    api = serve({"paths": {"/things/{id}": {"parameters": [path_parameter("id")], "post": operation}}})

    assert api.post("/things/1", json={"value": value}).status_code == 409


def test_the_unknown_scheme_of_a_contract_is_no_reason_to_fail(serve):
    api = serve(secured({"type": "http", "scheme": "digest"}))

    assert api.get("/ping", headers={"Authorization": "Digest username=ada"}).status_code == 200


def test_a_refusal_names_the_parameter_at_fault(serve):
    api = serve(SMALL)

    answer = api.get("/contacts?limit=many")

    assert answer.status_code in (400, 422)
    assert "limit" in answer.json()["detail"]
