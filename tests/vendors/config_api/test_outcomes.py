from __future__ import annotations

import pytest

from crm_mocks import create_app
from tests.vendors.config_api.causes import CAUSES, MAGIC, SETTINGS, call, example

_CONTRACT = create_app(["config_api"]).suite.contracts["config_api"]
_REQUESTS = [
    (operation.id, name)
    for operation in _CONTRACT.operations.values()
    if operation.body is not None
    for name in operation.body.examples
]
_GENERATED = {"traceId", "id", "customerId", "customerNumber", "uuid"}


def test_every_outcome_has_a_natural_cause():
    wanted = {
        f"{operation.id}.{outcome.name}"
        for operation in _CONTRACT.operations.values()
        for outcome in operation.outcomes.values()
        if not (outcome.protocol or outcome.only_on_request)
    }
    assert set(CAUSES) == wanted


@pytest.mark.parametrize("key", CAUSES)
def test_natural_cause_leads_to_its_outcome(api, key):
    mock = api("config_api", settings=SETTINGS.get(key, {}))
    operation, _, name = key.partition(".")

    answer = CAUSES[key](mock)

    assert answer.status_code == _CONTRACT.operations[operation].outcomes[name].status
    assert name in {entry.outcome for entry in mock.entries()}


@pytest.mark.parametrize(("operation", "name"), _REQUESTS)
def test_example_request_gets_its_example_answer(api, operation, name):
    mock = api("config_api")
    outcome = _CONTRACT.operations[operation].outcomes[name]
    documented = outcome.value["application/json"]

    answer = call(mock, operation, json=example(mock, operation, name))

    assert answer.status_code == outcome.status
    assert answer.json().keys() == documented.keys()
    for member in documented.keys() - _GENERATED:
        assert answer.json()[member] == documented[member]


@pytest.mark.parametrize("operation", MAGIC)
def test_magic_word_leads_to_each_outcome(api, operation):
    for outcome in _CONTRACT.operations[operation].outcomes.values():
        answer = MAGIC[operation](api("config_api"), f"mock-{outcome.name}")
        assert answer.status_code == outcome.status
        assert answer.json() == outcome.value["application/json"]


def test_first_lead_gets_the_numbers_of_the_document(api):
    answer = CAUSES["createLead.created_full"](api("config_api")).json()

    assert (answer["id"], answer["customerId"], answer["customerNumber"]) == (1246358530, 9876543210, "1-4139")
