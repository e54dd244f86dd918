"""Generated responses are allowed or forbidden as declared, according to the exchange judge."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from crm_contracts.fuzz import answers
from crm_contracts.fuzz.example_responses import example_responses, mock_app
from crm_contracts.fuzz.mutation_pool import mutation_pool
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_mocks.contract.outcome import to_bytes
from crm_mocks.vendor import vendor_names
from crm_mocks.vendor_sources import forget_sources, supply
from tests.supplied.documents import with_schema

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


def breaks_contract(operation, response) -> bool:
    """Return whether the judge finds a violation in a response to a valid request."""
    request = next(iter(operation.body.examples.values()), None) if operation.body else None
    media_type, value = (request[0].name, request[1]) if request else ("", None)
    exchange = Exchange(
        operation.method,
        f"http://crm.example{operation.path}",
        (("Content-Type", media_type),) if media_type else (),
        b"" if request is None or media_type.endswith("urlencoded") else to_bytes(media_type, value),
        response.status,
        response.headers,
        response.body,
    )
    return any(
        each.rule != "accepted-invalid" for each in JUDGES[operation.vendor].response_violations(operation, exchange)
    )


@by_operation
@pytest.mark.parametrize("from_schema", [False, True], ids=["mutated", "built"])
def test_allowed_responses_keep_the_contract(operation, from_schema):
    @cheap
    @given(response=answers(operation.key, allowed=True, from_schema=from_schema))
    def holds(response):
        assert response.allowed
        assert not breaks_contract(operation, response), response.unusual

    holds()


@pytest.fixture
def conditional(tmp_path):
    """Supply a contract whose responses drawn values rarely fit; return the name of its operation."""
    schema = {
        "type": "object",
        "required": ["kind", "tags", "host"],
        "properties": {
            "kind": {"enum": ["person", "firm"]},
            "tags": {"type": "array", "contains": {"const": "main"}},
            "host": {"type": "string", "format": "hostname"},
        },
        "if": {"properties": {"kind": {"const": "firm"}}},
        "then": {"required": ["vat"]},
        "propertyNames": {"maxLength": 4},
    }
    restore = forget_sources()
    path = tmp_path / "conditional.json"
    path.write_text(json.dumps(with_schema("3.1.0", schema)))
    yield f"{supply(str(path))}.createLead"
    restore()


def test_bodies_are_built_for_conditions_too(conditional):
    @cheap
    @given(response=answers(conditional, status=201, allowed=True, from_schema=True))
    def holds(response):
        made = json.loads(response.body)
        assert made["kind"] == "person" or "vat" in made
        assert "main" in made["tags"]

    holds()


@by_operation
@pytest.mark.parametrize("from_schema", [False, True], ids=["mutated", "built"])
def test_forbidden_responses_break_the_contract_or_the_connection(operation, from_schema):
    @cheap
    @given(response=answers(operation.key, allowed=False, from_schema=from_schema))
    def holds(response):
        assert not response.allowed
        assert response.unusual
        assert response.fault is not None or breaks_contract(operation, response), response.unusual

    holds()


@by_operation
def test_each_mutation_of_each_outcome_is_classified_correctly(operation):
    for outcome in operation.outcomes:
        (start,) = example_responses(operation.key, None, outcome)
        pool = mutation_pool(start)
        assert pool.allowed, outcome
        assert pool.forbidden, outcome
        for kind, mutations in pool.allowed.items():
            assert not start.violations(mutations[-1].apply(start.builder)), (outcome, kind)
        for kind, mutations in pool.forbidden.items():
            builder = mutations[-1].apply(start.builder)
            assert builder.fault or start.violations(builder), (outcome, kind)
