"""Every generated answer is what it says to be: allowed, or forbidden, by the judge of recorded traffic."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from crm_contracts.fuzz import answers
from crm_contracts.fuzz.example_responses import example_responses, mock_app
from crm_contracts.fuzz.mutation_pool import mutation_pool
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchange_judge import ExchangeJudge
from crm_mocks.contract.outcome import to_bytes
from crm_mocks.vendor import vendor_names

OPERATIONS = [operation for name in vendor_names() for operation in mock_app(name).contracts[name].operations.values()]
JUDGES = {name: ExchangeJudge((name,), {}) for name in vendor_names()}
cheap = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
by_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.key)


def breaks(operation, answer) -> bool:
    """Tell whether the judge finds a fault in an answer, to a request that is good."""
    request = next(iter(operation.body.examples.values()), None) if operation.body else None
    media_type, value = (request[0].name, request[1]) if request else ("", None)
    exchange = Exchange(
        operation.method,
        f"http://crm.example{operation.path}",
        (("Content-Type", media_type),) if media_type else (),
        b"" if request is None or media_type.endswith("urlencoded") else to_bytes(media_type, value),
        answer.status,
        answer.headers,
        answer.body,
    )
    return any(each.rule != "accepted-invalid" for each in JUDGES[operation.vendor].answer(operation, exchange))


@by_operation
@pytest.mark.parametrize("from_schema", [False, True], ids=["altered", "built"])
def test_what_is_allowed_keeps_the_contract(operation, from_schema):
    @cheap
    @given(answer=answers(operation.key, allowed=True, from_schema=from_schema))
    def holds(answer):
        assert answer.allowed
        assert not breaks(operation, answer), answer.unusual

    holds()


@by_operation
@pytest.mark.parametrize("from_schema", [False, True], ids=["altered", "built"])
def test_what_is_forbidden_breaks_the_contract_or_the_wire(operation, from_schema):
    @cheap
    @given(answer=answers(operation.key, allowed=False, from_schema=from_schema))
    def holds(answer):
        assert not answer.allowed
        assert answer.unusual
        assert answer.fault is not None or breaks(operation, answer), answer.unusual

    holds()


@by_operation
def test_each_alteration_of_each_outcome_is_sorted_rightly(operation):
    for outcome in operation.outcomes:
        (start,) = example_responses(operation.key, None, outcome)
        found = mutation_pool(start)
        assert found.allowed, outcome
        assert found.forbidden, outcome
        for kind, mutations in found.allowed.items():
            assert not start.violations(mutations[-1].apply(start.builder)), (outcome, kind)
        for kind, mutations in found.forbidden.items():
            builder = mutations[-1].apply(start.builder)
            assert builder.fault or start.violations(builder), (outcome, kind)
