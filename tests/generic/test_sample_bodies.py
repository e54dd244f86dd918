"""Bodies of outcomes apart from any request, from which `fuzz` starts."""

from __future__ import annotations

import pytest

from tests.generic.small_crm import SMALL, vendor


def sample(operation_id: str, name: str):
    crm = vendor(SMALL)
    operation = crm.contract_file.in_force(None).operations[operation_id]
    outcome = operation.outcomes[name]
    validator = operation.responses[outcome.status].validators[outcome.media_type]
    return crm.sample_body(operation, outcome, outcome.media_type), validator


def test_the_example_is_the_body():
    assert sample("getContact", "status_200")[0] == {"id": 7, "email": "ada@example.com", "status": "open"}


@pytest.mark.parametrize(("operation", "outcome"), [("listContacts", "status_200"), ("createContact", "status_400")])
def test_without_an_example_the_body_is_made_from_the_schema(operation, outcome):
    body, validator = sample(operation, outcome)
    assert body
    assert validator.is_valid(body)


def test_a_body_of_a_response_has_no_member_of_requests_even_if_the_schema_requires_it():
    content = {"application/json": {"schema": {
        "type": "object", "required": ["pin", "name"],
        "properties": {"pin": {"type": "string", "writeOnly": True}, "name": {"type": "string"}}}}}  # fmt: skip
    responses = {"200": {"description": "fine", "content": content}}
    crm = vendor({**SMALL, "paths": {"/ping": {"get": {"operationId": "ping", "responses": responses}}}})
    operation = crm.contract_file.in_force(None).operations["ping"]
    outcome = operation.outcomes["status_200"]
    assert list(crm.sample_body(operation, outcome, outcome.media_type)) == ["name"]
