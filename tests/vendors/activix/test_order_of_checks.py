"""Of several errors in one push, the one that the position activix-order-of-checks names is reported."""

from __future__ import annotations

import pytest

from tests.vendors.activix.causes import BASIC, LEADS, WRONG_BASIC, lead, push

TEXT = {"Content-Type": "text/plain"}
UNKNOWN = {"account_id": 1}
DIFFERENT = {**UNKNOWN, "account": {"id": 2}}


def test_credentials_come_before_the_media_type(api):
    assert api("activix").post(LEADS, content=b"{", headers=WRONG_BASIC | TEXT).status_code == 401


def test_the_media_type_comes_before_the_json(api):
    assert api("activix").post(LEADS, content=b"{", headers=BASIC | TEXT).status_code == 415


@pytest.mark.parametrize(
    ("attributes", "outcome"),
    [
        ({**DIFFERENT, "rating": "four"}, "invalid_type"),
        (DIFFERENT, "accounts_differ"),
        (UNKNOWN, "unknown_account"),
    ],
)
def test_attributes_come_before_whether_the_accounts_agree_and_one_is_known(api, attributes, outcome):
    mock = api("activix")
    push(mock, lead(**attributes))
    assert mock.last_entry().outcome == outcome
