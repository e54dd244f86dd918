"""Ready, in progress, received: batches repeat until they are confirmed."""

from __future__ import annotations

import pytest

from crm_mocks.errors import UsageError

from .causes import GET, SEND, VALIDATE, acknowledgement


def ids(answer):
    return [lead["IDLeadBank"] for lead in answer.json()["Leads"]]


def states(mock):
    return {lead["IDLeadBank"]: lead["State"] for lead in mock.records("leads")}


def test_a_session_starts_with_25_ready_leads_and_one_received(api):
    mock = api("leadbank")
    mock.post(VALIDATE)
    assert states(mock) == {1000: 2, **dict.fromkeys(range(1001, 1026), 0)}


def test_leads_gives_as_many_as_asked_for_and_puts_them_in_progress(api):
    mock = api("leadbank")
    assert ids(mock.post(GET, json=2)) == [1001, 1002]
    assert [states(mock)[lead] for lead in (1001, 1002, 1003)] == [1, 1, 0]


def test_default_batch_is_ten(api):
    assert len(ids(api("leadbank").post(GET, json=0))) == 10


def test_default_batch_for_no_body_and_for_a_negative_number(api):
    assert len(ids(api("leadbank").post(GET))) == 10
    assert len(ids(api("leadbank").post(GET, json=-5))) == 10


def test_default_batch_follows_the_setting(api):
    assert len(ids(api("leadbank", settings={"leadbank.batch": 4}).post(GET))) == 4


def test_leads_ignores_the_amount_when_the_setting_says_so(api):
    mock = api("leadbank", settings={"leadbank.amount": "ignored"})
    assert len(ids(mock.post(GET, json=2))) == 10


def test_leads_gives_what_there_is(api):
    assert len(ids(api("leadbank").post(GET, json=2147483647))) == 25


def test_repeated_batch_is_the_same_whatever_is_asked_for(api):
    mock = api("leadbank")
    first = mock.post(GET, json=3)
    for amount in (3, 1, 0, 20):
        again = mock.post(GET, json=amount)
        assert again.json()["Leads"] == first.json()["Leads"]
        assert mock.last_entry().outcome == "repeated_batch"


def test_repeated_batch_takes_in_no_new_leads(api):
    mock = api("leadbank", settings={"leadbank.leads": 2}, records={"leadbank": {"leads": [{"IDLeadBank": 7000}]}})
    assert ids(mock.post(GET, json=2)) == [1001, 1002]
    assert ids(mock.post(GET, json=20)) == [1001, 1002]
    mock.post(VALIDATE)
    assert ids(mock.post(GET, json=20)) == [7000]


def test_confirmed_leads_give_way_to_the_next_batch(api):
    mock = api("leadbank")
    mock.post(GET, json=2)
    assert mock.post(VALIDATE).json() == {"Status": 1, "Message": "Reception confirmed."}
    assert states(mock)[1001] == 2
    assert ids(mock.post(GET, json=2)) == [1003, 1004]


def test_leads_not_named_in_a_confirmation_are_sent_again(api):
    mock = api("leadbank")
    mock.post(GET, json=3)
    mock.post(VALIDATE, json=[1001, "1003"])
    assert ids(mock.post(GET, json=3)) == [1002]


def test_confirmed_twice_is_no_error(api):
    mock = api("leadbank")
    mock.post(GET, json=1)
    mock.post(VALIDATE, json=[1001])
    assert mock.post(VALIDATE, json=[1001]).json()["Status"] == 1


def test_nothing_to_confirm_without_leads_in_progress(api):
    for body in (None, []):
        assert api("leadbank").post(VALIDATE, json=body).json()["Status"] == 2


def test_unknown_lead_leaves_the_others_in_progress(api):
    mock = api("leadbank")
    mock.post(GET, json=1)
    answer = mock.post(VALIDATE, json=[1001, 99])
    assert answer.status_code == 200
    assert answer.json() == {"Status": 3, "Message": "Lead 99 does not exist."}
    assert states(mock)[1001] == 1


def test_lead_not_in_progress_names_the_lead(api):
    answer = api("leadbank").post(VALIDATE, json=[1017])
    assert answer.json() == {"Status": 4, "Message": "Lead 1017 is not in progress."}


def test_no_leads_is_an_empty_list_and_a_success(api):
    answer = api("leadbank", settings={"leadbank.leads": 0}).post(GET, json=1)
    assert answer.status_code == 200
    assert answer.json() == {"Status": 1, "Message": "No lead is ready to be sent.", "Leads": []}


def test_all_leads_are_given_once(api):
    mock = api("leadbank")
    seen = []
    while batch := ids(mock.post(GET, json=7)):
        seen += batch
        mock.post(VALIDATE)
    assert seen == list(range(1001, 1026))


def test_a_lead_of_the_user_is_completed(api):
    given = {"IDLeadBank": 7000, "NameProvider": "Garage Dupont", "ExternalLeadID": None}
    mock = api("leadbank", settings={"leadbank.leads": 0}, records={"leadbank": {"leads": [given]}})
    [lead] = mock.post(GET, json=1).json()["Leads"]
    assert lead.items() >= {**given, "State": 1}.items()
    assert lead["Contents"]


def test_acknowledged_events_are_records(api):
    mock = api("leadbank")
    body = acknowledgement("1000", IDstatus="5", IDreason=None)
    assert mock.post(SEND, json=body * 2).json() == {"Status": 1, "Message": "Acknowledgements recorded."}
    event = {"IDstatus": 5, "IDreason": None, "DateAction": "2026-01-31T10:00:00+01:00"}
    assert mock.records("acknowledgements") == [
        {"ID": 1, "IDLeadBank": 1000, "LeadEvents": [event]},
        {"ID": 2, "IDLeadBank": 1000, "LeadEvents": [event]},
    ]


def test_a_lead_can_be_acknowledged_again(api):
    mock = api("leadbank")
    for body in (acknowledgement() * 2, acknowledgement()):
        assert mock.post(SEND, json=body).json()["Status"] == 1
    assert [each["IDLeadBank"] for each in mock.records("acknowledgements")] == [1000] * 3


def test_no_acknos_for_an_empty_array_null_and_no_body(api):
    for options in ({"json": []}, {"content": b"null", "headers": {"Content-Type": "application/json"}}, {}):
        assert api("leadbank").post(SEND, **options).json()["Status"] == 2


def test_lead_not_received_is_a_violation_and_records_nothing(api):
    mock = api("leadbank")
    mock.post(GET, json=1)
    answer = mock.post(SEND, json=acknowledgement(1000) + acknowledgement(1001))
    assert answer.json() == {"Status": 4, "Message": "The reception of lead 1001 is not confirmed."}
    assert '"location":["request","body",1,"IDLeadBank"]' in answer.headers["sl-violations"]
    assert mock.records("acknowledgements") == []


def test_lead_not_received_is_allowed_by_the_setting(api):
    mock = api("leadbank", settings={"leadbank.acknos": "any"})
    assert mock.post(SEND, json=acknowledgement(1001)).json()["Status"] == 1


def test_unknown_lead_in_acknowledgements_breaks_no_rule(api):
    answer = api("leadbank").post(SEND, json=acknowledgement(99))
    assert answer.json()["Status"] == 3
    assert "sl-violations" not in answer.headers


@pytest.mark.parametrize(
    "lead",
    [
        {"IDLeadBank": "LC-1"},
        {"IDLeadBank": 2**31},
        {"IDLeadBank": 7000, "NameProvider": None},
        {"IDLeadBank": 7000, "State": "0"},
        {"IDLeadBank": 7000, "CreateDate": "yesterday"},
        {"IDLeadBank": 7000, "Contents": [{"ID": 1, "Key": "Email", "Value": 5, "Type": 1}]},
    ],
)
def test_a_supplied_lead_must_fit_the_contract(api, lead):
    mock = api("leadbank", settings={"leadbank.leads": 1})
    before = mock.records("leads")
    answer = mock.request("PUT", "/__admin/records?vendor=leadbank&kind=leads", json=[{"IDLeadBank": 7001}, lead])
    assert answer.status_code == 400
    assert f"the record '{lead['IDLeadBank']}' of 'leads' is invalid: " in answer.json()["detail"]
    assert mock.records("leads") == before
    with pytest.raises(UsageError, match="is invalid"):
        api("leadbank", records={"leadbank": {"leads": [lead]}})
