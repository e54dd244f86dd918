"""Forms, which the framework reads as the JSON that they stand for."""

from __future__ import annotations

import pytest

from crm_mocks.vendors.leadbank.forms import array_of, form_of

from .causes import GET, SEND, acknowledgement

DATE = "2026-01-31T10:00:00+01:00"
FORM = {
    "[0][IDLeadBank]": "1000",
    "[0][LeadEvents][0][IDstatus]": "2",
    "[0][LeadEvents][0][IDreason]": "",
    "[0][LeadEvents][0][DateAction]": DATE,
}


@pytest.mark.parametrize("form", [{"password": "hunter2"}, {"a": "1;token=hunter2"}, {'{"pin":"hunter2"}': ""}])
@pytest.mark.parametrize("path", [GET, SEND])
def test_what_a_form_does_not_document_is_not_shown(api, path, form):
    mock = api("leadbank")
    mock.post(path, data=form)
    assert "hunter2" not in mock.get("/__admin/requests").text


@pytest.mark.parametrize(
    "spelled",
    [str, str.lower, lambda name: name.replace("][", "].").removesuffix("]") if name.count("[") == 2 else name],
    ids=["jQuery", "small letters", "MVC"],
)
def test_acknowledgements_are_read_from_a_form(api, spelled):
    mock = api("leadbank")
    answer = mock.post(SEND, data={spelled(name): value for name, value in FORM.items()})
    assert (answer.status_code, answer.json()["Status"]) == (200, 1)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    event = {"IDstatus": 2, "IDreason": None, "DateAction": DATE}
    assert mock.records("acknowledgements") == [{"ID": 1, "IDLeadBank": 1000, "LeadEvents": [event]}]


@pytest.mark.parametrize("form", [{}, {"page": "1"}, {"": "1000"}, {"[1][IDLeadBank]": "1000"}])
def test_a_form_without_an_acknowledgement_leaves_nothing_to_do(api, form):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert api("leadbank").post(SEND, data=form, headers=headers).json()["Status"] == 2


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"[0][IDLeadBank]": "LC-1"}, "value[0].IDLeadBank"),
        ({"[0][IDLeadBank]": ""}, "value[0].IDLeadBank"),
        ({"[0][LeadEvents][0][IDstatus]": "done"}, "value[0].LeadEvents[0].IDstatus"),
        ({"[0][LeadEvents][0][DateAction]": "yesterday"}, "value[0].LeadEvents[0].DateAction"),
        ({"[0][LeadEvents][1][IDstatus]": "1"}, "value[0].LeadEvents[1].DateAction"),
    ],
)
def test_a_form_has_the_rules_of_its_json(api, change, path):
    answer = api("leadbank").post(SEND, data={**FORM, **change})
    assert answer.status_code == 400
    assert list(answer.json()["ModelState"]) == [path]


@pytest.mark.parametrize("name", ["[0][IDLeadBank", "[", "]", "S]=", "0", "1", ".0", "[0]" * 17, "a." * 40])
def test_a_name_that_is_no_path_is_ignored(api, name):
    mock = api("leadbank")
    assert mock.post(SEND, data={**FORM, name: "1000"}).json()["Status"] == 1
    assert mock.post(SEND, data={name: "1000", "page": "2"}).json()["Status"] == 2


def test_a_form_can_hold_a_magic_value(api):
    answer = api("leadbank").post(SEND, data={**FORM, "[0][IDLeadBank]": "999500"})
    assert answer.status_code == 500


def test_array_and_form_are_each_others_reverse():
    body = acknowledgement("1000", IDstatus="5") + acknowledgement("1001", IDstatus="2", IDreason="7")
    assert array_of(form_of(body)) == body
