"""A response that violates one constraint of its schema is reported with that constraint.

A mutant without findings is validated with an independent validator: if that accepts it, the mutant is equivalent, for
example because it violates an alternative but satisfies another one.
"""

from __future__ import annotations

from collections import Counter

import orjson
import pytest
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker

from crm_contracts.judge.basis import is_position
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_mocks.contract.outcome import is_json
from crm_mocks.contract.references import follow
from crm_mocks.vendor import load_vendor, vendor_names
from tests.vendors.discovery import Variant
from tests.vendors.mutants import Mutator, names
from tools.certify.variants import variants

EACH = [Variant(name, tuple(each.items())) for name in vendor_names() for each in variants(load_vendor(name))]


class Unfiltered(Mutator):
    """Yields a mutant for each constraint, even if the contract's own validator accepts it."""

    def _names(self, body, rule, location):  # noqa: ARG002  # as the base class calls it
        return body is not None or rule == "type"


def _documented_responses(variant):
    """Yield each documented JSON response with its schema."""
    contract = variant.contract()
    for operation in contract.operations.values():
        node = contract.document["paths"][operation.path][operation.method.lower()]
        for outcome in operation.outcomes.values():
            media_type = outcome.media_type
            if not is_json(media_type):
                continue
            response = follow(contract.document, node["responses"][str(outcome.status)])
            schema = next(media["schema"] for name, media in response["content"].items() if name.lower() == media_type)
            yield contract, operation, outcome, schema


def _is_equivalent(contract, schema, body):
    whole = {"allOf": [schema], "components": contract.document["components"]}
    return OAS30ReadValidator(whole, format_checker=oas30_format_checker).is_valid(body)


def _names_meant(violations, mutant):
    """Return whether a violation is at the place of the constraint or below: the constraint of another alternative."""
    place = ("body", *mutant.location)
    return any(each.location[: len(place)] == place for each in violations)


def _exchange(operation, outcome, body):
    headers = {"Content-Type": outcome.media_type, **outcome.headers}
    return Exchange(
        operation.method,
        f"http://127.0.0.1{operation.path}",
        status=outcome.status,
        response_headers=tuple(headers.items()),
        response_body=orjson.dumps(body),
    )


@pytest.mark.parametrize("variant", EACH, ids=str)
def test_every_constraint_of_a_response_is_enforced_and_named(variant, figures):
    judge = ExchangeJudge((variant.vendor,), variant.options)
    tried, killed = Counter(), Counter()
    survivors, unnamed, seen, equivalent, assumed = [], [], set(), 0, 0
    for contract, operation, outcome, schema in _documented_responses(variant):
        value = outcome.value[outcome.media_type]
        validator = operation.responses[outcome.status].validators[outcome.media_type]
        for mutant in Unfiltered(contract, schema, validator).mutants(value):
            key = (operation.id, outcome.status, str(mutant))
            if key in seen:  # of another example
                continue
            seen.add(key)
            found = judge.response_violations(operation, _exchange(operation, outcome, mutant.body))
            violations = [each for each in found if each.rule != "accepted-invalid"]
            if not violations and _is_equivalent(contract, schema, mutant.body):
                equivalent += 1
                continue
            tried[mutant.rule] += 1
            if not violations:
                survivors.append(f"{operation.key} {outcome.status} {outcome.name} {mutant}")
                continue
            killed[mutant.rule] += 1
            assumed += all(is_position(each.basis) for each in violations)
            if not names(violations, mutant) and not _names_meant(violations, mutant):
                unnamed.append(f"{operation.key} {outcome.status} {outcome.name} {mutant}: {violations}")
    total = sum(tried.values())
    rules = ", ".join(f"{rule} {number}" for rule, number in sorted(tried.items()))
    figures(
        f"{variant}: {sum(killed.values())} of {total} mutants of answers killed under --strict, {assumed} rest on "
        f"positions alone, {equivalent} break nothing ({rules})"
    )
    assert not survivors, "\n".join(survivors[:40])
    assert not unnamed, "\n".join(unnamed[:40])
    assert total
