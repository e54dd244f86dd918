"""After a forced success, requests that refer to it are not refused."""

from __future__ import annotations

import pytest

from tests.vendors.forcing import WAYS, queue

from .causes import GET, SEND, VALIDATE, acknowledgement

GET_SUCCESSES = ("leads", "default_batch", "repeated_batch")
ODD_LEADS = [None, 5, {}, {"IDLeadBank": None}, {"IDLeadBank": "x"}, {"IDLeadBank": True}, {"IDLeadBank": 2.5}, []]


def outcomes(mock):
    return [entry.outcome for entry in mock.entries()]


def ids(answer):
    return [lead["IDLeadBank"] for lead in answer.json()["Leads"]]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("outcome", GET_SUCCESSES)
@pytest.mark.parametrize("named", [True, False])
def test_forced_leads_can_be_confirmed_and_acknowledged(api, way, outcome, named):
    mock = api("leadbank")
    sent = ids(mock.post(GET, json=2, headers=WAYS[way](mock, "leadbank.getLeads", outcome)))
    assert sent
    mock.post(VALIDATE, json=sent if named else [])
    mock.post(SEND, json=[each for lead in sent for each in acknowledgement(lead)])
    assert outcomes(mock)[1:] == ["confirmed", "acknowledged"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("body", [[1001, 1002], ["1001", 1002], [], None, [4711]])
def test_a_forced_confirmation_lets_leads_be_acknowledged(api, way, body):
    mock = api("leadbank")
    sent = ids(mock.post(GET, json=2))
    mock.post(VALIDATE, json=body, headers=WAYS[way](mock, "leadbank.validateGetLeads", "confirmed"))
    mock.post(SEND, json=acknowledgement(int(body[0]) if body else sent[0]))
    assert outcomes(mock)[1:] == ["confirmed", "acknowledged"]


def test_the_cycle_goes_on_after_forced_leads(api):
    mock = api("leadbank")
    queue(mock, "leadbank.getLeads", example="leads")
    forced = ids(mock.post(GET, json=1))
    assert set(ids(mock.post(GET, json=5))) == set(forced)
    mock.post(VALIDATE, json=forced)
    assert ids(mock.post(GET, json=2)) == [1001, 1002]
    assert outcomes(mock)[2:] == ["confirmed", "leads"]


def test_a_forced_refusal_changes_nothing(api):
    mock = api("leadbank")
    mock.post(GET, json=1)
    queue(mock, "leadbank.validateGetLeads", example="unknown_lead")
    mock.post(VALIDATE, json=[1001])
    mock.post(SEND, json=acknowledgement(1001))
    assert outcomes(mock)[2:] == ["lead_not_received"]


@pytest.mark.parametrize("leads", [*([each] for each in ODD_LEADS), "x", 5, None, {}])
def test_odd_leads_are_ignored(api, leads):
    mock = api("leadbank")
    queue(mock, "leadbank.getLeads", body={"Status": 1, "Message": "", "Leads": leads})
    mock.post(GET, json=1)
    assert len(mock.records("leads")) == 26
    assert mock.post(GET, json=1).status_code == 200


def test_a_lead_that_the_mock_cannot_send_again_is_completed(api):
    mock = api("leadbank")
    queue(mock, "leadbank.getLeads", body={"Status": 1, "Message": "", "Leads": [{"IDLeadBank": 7, "CreateDate": 5}]})
    mock.post(GET, json=1)
    assert ids(mock.post(GET, json=1)) == [7]  # the fixture checks the answer against the contract


def test_adopted_leads_do_not_count_as_stored(api):
    mock = api("leadbank")
    records = mock.run(mock.app.mock_app.sessions.get("default").records("leadbank"))
    before = mock.run(records.count_stored("leads"))
    queue(mock, "leadbank.getLeads", example="leads")
    mock.post(GET, json=1)
    assert mock.run(records.count("leads")) > before
    assert mock.run(records.count_stored("leads")) == before


def test_acknowledgements_of_adopted_leads_do_not_count_as_stored(api):
    mock = api("leadbank")
    sent = ids(mock.post(GET, json=1))
    queue(mock, "leadbank.getLeads", example="leads")
    forced = [lead for lead in ids(mock.post(GET, json=1)) if lead not in sent]
    mock.post(VALIDATE, json=[*sent, *forced])
    mock.post(SEND, json=[each for lead in (*sent, *forced) for each in acknowledgement(lead)])
    records = mock.run(mock.app.mock_app.sessions.get("default").records("leadbank"))
    assert mock.run(records.count_stored("acknowledgements")) == len(acknowledgement(sent[0]))
    assert forced
