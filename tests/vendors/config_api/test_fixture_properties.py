"""The records of the Config API agree with one another, whatever the seed."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_mocks.contract import ContractFile
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendors.config_api import fixtures
from crm_mocks.vendors.config_api.settings import ConfigApiSettings

CONTRACT = ContractFile("config_api").in_force(ConfigApiSettings())
CREATE = CONTRACT.operations["createLead"]
CONFIG = CONTRACT.operations["getLeadConfig"]
SEEDS = st.integers(0, 2**63).map(lambda seed: SeededValues(seed, "default"))
CASES = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@CASES
@given(SEEDS)
def test_no_two_customers_share_an_identifier_or_address(seeded: SeededValues) -> None:
    customers = [*fixtures.CATALOGUE["customers"], *(fixtures.customer(seeded, ordinal) for ordinal in range(1, 40))]

    for name in ("customerId", "customerNumber", "email"):
        assert len({each[name] for each in customers}) == len(customers)


@CASES
@given(SEEDS, st.integers(1, 1_000_000), st.integers(1, 1_000_000))
def test_identifiers_of_two_leads_differ_by_as_much(seeded: SeededValues, first: int, second: int) -> None:
    one, other = (fixtures.identifiers(CREATE.outcomes["created_full"], seeded, each) for each in (first, second))
    numbers = [int(each["customerNumber"].partition("-")[2]) for each in (one, other)]

    assert second - first == other["id"] - one["id"] == other["customerId"] - one["customerId"]
    assert second - first == numbers[1] - numbers[0]
    assert (one["uuid"] == other["uuid"]) is (first == second)


@CASES
@given(SEEDS, st.integers(1, 1000))
def test_generated_responses_fit_the_contract(seeded: SeededValues, ordinal: int) -> None:
    for operation in (CREATE, CONFIG):
        for outcome in operation.outcomes.values():
            example = outcome.value[outcome.media_type]
            body = fixtures.fabricate(CONTRACT, example, outcome, seeded, ordinal)
            validator = operation.responses[outcome.status].validators[outcome.media_type]
            assert [error.message for error in validator.iter_errors(body)] == []


@CASES
@given(SEEDS, st.integers(1, 1000))
def test_additional_fields_of_a_generated_lead_config_are_whole(seeded: SeededValues, ordinal: int) -> None:
    outcome = CONFIG.outcomes["lead_config"]
    config = fixtures.fabricate(CONTRACT, outcome.value[outcome.media_type], outcome, seeded, ordinal)
    fields = config["additionalInformation"]

    assert len({each["additionalFieldId"] for each in fields}) == len(fields) > 0
    for each in fields:
        assert (each["type"] == "LIST") is bool(each.get("selectionValues"))
        assert each["type"] == "LIST" or not each["allowMultiSelection"]
