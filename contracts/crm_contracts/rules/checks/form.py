"""Rules on form: what everything else builds on."""

from __future__ import annotations

from crm_contracts.rules.places import references
from crm_contracts.rules.registry import Found, rule
from crm_contracts.rules.subject import Subject
from crm_mocks.contract.references import follow
from crm_mocks.errors import ContractError, UsageError


@rule(
    "references-resolve",
    why="A reference that leads nowhere stops the mock at start; one out of the file cannot be served.",
    mend="Correct the name after `#/components/…`, or write the component.",
    first=True,
)
def references_resolve(subject: Subject) -> Found:
    """Find references that lead nowhere."""
    for place, reference in references(subject.document):
        try:
            follow(subject.document, {"$ref": reference})
        except ContractError as error:
            yield place, str(error)


@rule(
    "valid-openapi",
    why="Every tool that users point at the contract expects OpenAPI 3.0.",
    mend="Do what the validator's message asks for; the OpenAPI 3.0.3 specification has the details.",
    first=True,
)
def valid_openapi(subject: Subject) -> Found:
    """Hold the contract to OpenAPI 3.0: its meta-schema, and what that cannot say, such as unique operationIds."""
    try:
        from openapi_spec_validator import OpenAPIV30SpecValidator
    except ImportError:
        raise UsageError("openapi-spec-validator is missing: install crm-mocks with the extra 'dev'") from None
    for error in OpenAPIV30SpecValidator(subject.document).iter_errors():
        yield tuple(getattr(error, "absolute_path", ())), error.message
