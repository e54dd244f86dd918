"""Of several errors in one request, the one that the position crmcom-order-of-checks names is reported."""

from __future__ import annotations

import pytest

from tests.vendors.crmcom.causes import PATHS
from tests.vendors.crmcom.helpers import ABSENT, outcome

TEXT = {"Content-Type": "text/plain"}
UNKNOWN_TYPE = {"type_identifier": {"name": "none"}}
UNKNOWN_GROUP = {"owned_by_group_identifier": {"name": "none"}}


def test_a_web_api_key_comes_before_the_media_type(api):
    mock = api("crmcom", settings={"crmcom.error_status": "4xx"})
    assert mock.post(PATHS["createTokenFromWebApiKey"], content=b"{}", headers=TEXT).status_code == 401


def test_the_media_type_comes_before_the_token(api):
    assert api("crmcom").post(PATHS["createLead"], content=b"{}", headers=TEXT).status_code == 415


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"token": ABSENT, "importance": "none"}, "token_missing"),
        ({"token": 5, "importance": "none"}, "string_invalid"),
        ({"token": "never issued", "importance": "none"}, "token_unknown"),
        ({"importance": "none", "priority": 9, **UNKNOWN_TYPE}, "importance_invalid"),
        ({**UNKNOWN_GROUP, **UNKNOWN_TYPE, "assigned_to": ABSENT}, "lead_type_unknown"),
        ({**UNKNOWN_GROUP, "assigned_to": ABSENT}, "group_unknown"),
    ],
)
def test_the_first_error_of_a_lead_is_reported(api, changes, first):
    assert outcome(api("crmcom"), **changes) == first


@pytest.mark.parametrize(
    ("wrong", "first"),
    [
        ({"organisation": "none", "password": "none", "unit": "none"}, "organisation_unknown"),
        ({"password": "none", "unit": "none"}, "credentials_invalid"),
        ({"unit": "none"}, "login_unit_unknown"),
    ],
)
def test_the_first_error_of_a_login_is_reported(api, wrong, first):
    mock = api("crmcom")
    mock.post(PATHS["createToken"], json={"username": "demo", "password": "demo", "organisation": "demo", **wrong})
    assert mock.last_entry().outcome == first
