"""The receiver's own responses are exactly the contract's examples."""

import pytest

from crm_mocks.contract import ContractFile
from crm_mocks.vendors.activix.settings import ActivixSettings
from tests.vendors.activix.causes import CAUSES, SETTINGS

OPERATIONS = ContractFile("activix").in_force(ActivixSettings()).operations


@pytest.mark.parametrize("key", CAUSES)
def test_natural_answer_is_the_example_of_the_contract(api, key):
    operation, name = key.split(".")
    outcome = OPERATIONS[operation].outcomes[name]
    answer = CAUSES[key](api("activix", settings=SETTINGS.get(key, {})))
    assert (answer.status_code, answer.headers["content-type"]) == (outcome.status, outcome.media_type)
    assert {name: answer.headers[name] for name in outcome.headers} == outcome.headers
    expected = outcome.value[outcome.media_type]
    if name == "token_issued":
        expected = {**expected, "access_token": answer.json()["access_token"]}
    assert (answer.json() if outcome.media_type == "application/json" else answer.text) == expected
