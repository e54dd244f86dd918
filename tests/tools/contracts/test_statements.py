import pytest

from crm_mocks.vendor import vendor_names
from tools.contracts.published_contract import published_contracts
from tools.contracts.statements import main_statements, statements


@pytest.fixture(params=vendor_names())
def contract(request, tmp_path):
    return published_contracts([request.param], tmp_path)[0]


def test_every_documented_outcome_has_a_statement(contract):
    outcomes = {
        (operation.id, name) for operation in contract.contract.operations.values() for name in operation.outcomes
    }
    assert {(each.operation.id, each.outcome.name) for each in statements(contract)} == outcomes


def test_every_request_keeps_the_contract(contract):
    for each in statements(contract):
        if each.operation.body is not None:
            assert each.operation.body.media_types[each.media_type].validator.is_valid(each.body), each.name


def test_clients_get_every_success_and_one_refusal_per_status(contract):
    chosen = list(main_statements(contract))
    refusals = [(each.operation.id, each.outcome.status) for each in chosen if each.outcome.is_refusal]
    documented = [each for each in statements(contract) if not each.outcome.is_refusal]
    assert [each for each in chosen if not each.outcome.is_refusal] == documented
    assert len(refusals) == len(set(refusals))
    assert set(refusals) == {
        (each.operation.id, each.outcome.status) for each in statements(contract) if each.outcome.is_refusal
    }
