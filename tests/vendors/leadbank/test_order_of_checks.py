"""Of several errors in one request, the one that the position leadbank-order-of-checks names is reported."""

from __future__ import annotations

from .causes import GET, SEND, VALIDATE, acknowledgement

TEXT = {"Content-Type": "text/plain"}


def test_credentials_come_before_the_media_type(api):
    mock = api("leadbank", settings={"leadbank.auth": "basic"})
    assert mock.post(GET, content=b"1", headers=TEXT).status_code == 401


def test_the_media_type_comes_before_the_form_of_the_body(api):
    assert api("leadbank").post(GET, content=b"one", headers=TEXT).status_code == 415


def test_the_form_of_the_body_comes_before_its_leads(api):
    assert api("leadbank").post(VALIDATE, json=[5, "one"]).status_code == 400


def test_an_unknown_lead_comes_before_one_that_is_not_received(api):
    body = [*acknowledgement(1001), *acknowledgement(5)]
    assert api("leadbank").post(SEND, json=body).json() == {"Status": 3, "Message": "Lead 5 does not exist."}


def test_the_first_lead_that_cannot_be_confirmed_is_reported(api):
    mock = api("leadbank")
    assert mock.post(VALIDATE, json=[1001, 5]).json()["Status"] == 4
    assert mock.post(VALIDATE, json=[5, 1001]).json()["Status"] == 3
