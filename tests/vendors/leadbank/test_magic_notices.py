"""Numbers that are nearly magic get a notice; ordinary ids, of which a request has thousands, are not compared."""

from __future__ import annotations

import pytest

from crm_mocks.asgi import steering_notices

from .causes import GET, VALIDATE


def notices(mock):
    return [notice.message for entry in mock.entries() for notice in entry.notices]


@pytest.mark.parametrize("number", [999201, 99920, 9992000, 989200])
def test_a_number_that_is_nearly_magic_gets_a_notice(api, number):
    mock = api("leadbank")
    mock.post(GET, json=number)
    assert [message for message in notices(mock) if f"'{number}' is no magic value of leadbank.getLeads" in message]


def test_a_magic_number_gets_none(api):
    mock = api("leadbank")
    mock.post(GET, json=999200)
    assert notices(mock) == []


def test_ordinary_ids_are_not_compared(api, monkeypatch):
    compared = []
    monkeypatch.setattr(
        steering_notices, "nearest", lambda number, known, *_: compared.extend((number, each) for each in known) or ""
    )
    api("leadbank").post(VALIDATE, json=list(range(1001, 3001)))
    assert compared == []
