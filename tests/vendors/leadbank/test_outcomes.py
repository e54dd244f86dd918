"""Every outcome: by its natural cause, by its example request, by its magic integer."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from crm_mocks.vendor import load_vendor

from .causes import CAUSES, MAGIC, SETTINGS, VALID

CONTRACT = load_vendor("leadbank").contract_file
OPERATIONS = CONTRACT.in_force(load_vendor("leadbank").settings_type()).operations
EXAMPLES = [
    (operation, media_type, name)
    for operation in OPERATIONS.values()
    for media_type in operation.body.media_types.values()
    for name in media_type.examples
]
OUTCOMES = [(operation.id, outcome) for operation in OPERATIONS.values() for outcome in operation.outcomes.values()]


@pytest.mark.parametrize("key", CAUSES)
def test_natural_cause(api, key):
    mock = api("leadbank", settings=SETTINGS.get(key, {}))
    answer = CAUSES[key](mock)
    entry = mock.last_entry()
    assert f"{entry.operation}.{entry.outcome}" == f"leadbank.{key}", answer.text
    assert entry.chosen_by == "mock"


@pytest.mark.parametrize(("operation", "media_type", "name"), EXAMPLES, ids=lambda each: getattr(each, "name", each))
def test_example_request_gets_the_answer_of_its_name(api, operation, media_type, name):
    value = media_type.examples[name]
    mock = api("leadbank")
    headers = {"Content-Type": media_type.name}
    if "form" in media_type.name:
        mock.post(operation.path, content=urlencode(value), headers=headers)
    else:
        mock.post(operation.path, json=value, headers=headers)
    assert mock.last_entry().outcome == name


@pytest.mark.parametrize(("operation", "outcome"), OUTCOMES, ids=lambda each: getattr(each, "name", each))
def test_magic_integer_and_word(api, operation, outcome):
    mock = api("leadbank")
    for value in (outcome.magic, str(outcome.magic), f"mock-{outcome.name}"):
        answer = MAGIC[operation](mock, value)
        assert answer.status_code == outcome.status
        assert mock.last_entry().outcome == outcome.name
        assert mock.last_entry().chosen_by == "magic"
    adopted = {1} if operation == "getLeads" and outcome.name != "no_leads" and outcome.status == 200 else set()
    assert {lead["State"] for lead in mock.records("leads")} == {0, 2} | adopted


@pytest.mark.parametrize("operation", VALID)
def test_valid_request(api, operation):
    mock = api("leadbank")
    assert mock.request(**VALID[operation](mock)).json()["Status"] == 1
