"""Every outcome of the contract comes about by its natural cause and by its magic value."""

import pytest

from crm_mocks.contract import ContractFile
from crm_mocks.vendors.activix.settings import ActivixSettings
from tests.vendors.activix.causes import CAUSES, MAGIC, SETTINGS

OPERATIONS = ContractFile("activix").in_force(ActivixSettings()).operations
OUTCOMES = [
    (operation.id, outcome)
    for operation in OPERATIONS.values()
    for outcome in operation.outcomes.values()
    if not outcome.protocol
]


def test_every_natural_outcome_has_a_cause():
    assert set(CAUSES) == {f"{operation}.{outcome.name}" for operation, outcome in OUTCOMES if outcome.cause}


@pytest.mark.parametrize("key", CAUSES)
def test_cause_brings_about_its_outcome(api, key):
    operation, name = key.split(".")
    outcome = OPERATIONS[operation].outcomes[name]
    mock = api("activix", settings=SETTINGS.get(key, {}))
    answer = CAUSES[key](mock)
    assert (answer.status_code, mock.entries()[-1].outcome) == (outcome.status, name)
    assert answer.headers["content-type"] == outcome.media_type
    for header, value in outcome.headers.items():
        assert answer.headers[header] == value
    if outcome.media_type == "text/plain":
        assert answer.text == outcome.value["text/plain"]
    elif name != "token_issued":  # its token is generated
        assert answer.json().keys() == outcome.value["application/json"].keys()
        assert answer.json().get("errors", {}).keys() == outcome.value["application/json"].get("errors", {}).keys()


@pytest.mark.parametrize("key", [key for key in CAUSES if key != "issueToken.token_issued"])
def test_body_is_the_example_of_the_contract(api, key):
    operation, name = key.split(".")
    example = OPERATIONS[operation].outcomes[name]
    answer = CAUSES[key](api("activix", settings=SETTINGS.get(key, {})))
    body = answer.json() if example.media_type == "application/json" else answer.text
    assert body == example.value[example.media_type]


@pytest.mark.parametrize(("operation", "outcome"), OUTCOMES, ids=lambda value: getattr(value, "name", value))
def test_magic_value_forces_the_outcome(api, operation, outcome):
    mock = api("activix")
    answer = MAGIC[operation](mock, f"mock-{outcome.name}")
    assert answer.status_code == outcome.status
    assert (mock.entries()[-1].outcome, mock.entries()[-1].chosen_by) == (outcome.name, "magic")
    assert mock.records("leads") == mock.records("tokens") == []
