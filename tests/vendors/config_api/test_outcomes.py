from __future__ import annotations

import pytest

from crm_mocks import create_app
from tests.vendors.config_api.causes import CAUSES, call, example

_CONTRACT = create_app(["config_api"]).mock_app.contracts["config_api"]
_REQUESTS = [
    (operation.id, name)
    for operation in _CONTRACT.operations.values()
    if operation.body is not None
    for name in operation.body.examples
]
_GENERATED = {"traceId", "id", "customerId", "customerNumber", "uuid"}


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


def test_first_lead_gets_the_numbers_of_the_document(api):
    answer = CAUSES["createLead.created_full"](api("config_api")).json()

    assert (answer["id"], answer["customerId"], answer["customerNumber"]) == (1246358530, 9876543210, "1-4139")
