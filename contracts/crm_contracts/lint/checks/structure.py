"""Structural rules, on which all others rely."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_contracts.lint.context import LintContext
from crm_contracts.lint.locations import references, walk
from crm_contracts.lint.registry import Problems, rule
from crm_mocks.contract.references import follow
from crm_mocks.contract.variant_problems import variant_problems
from crm_mocks.errors import ContractError, UsageError


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_mark(value: Any) -> bool:
    """Return whether a value maps parts to ids, or to a mapping of members to ids."""
    return isinstance(value, Mapping) and all(
        _is_ids(marked) or (isinstance(marked, Mapping) and all(map(_is_ids, marked.values())))
        for marked in value.values()
    )


def _is_ids(value: Any) -> bool:
    return isinstance(value, str) or (_is_strings(value) and bool(value))


_MARKS: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "x-in-force": ("an object of settings and values", lambda value: isinstance(value, Mapping)),
    "x-open-when": ("an object of settings and values", lambda value: isinstance(value, Mapping)),
    "x-open-pattern": ("a pattern", lambda value: isinstance(value, str)),
    "x-position": ("an object of parts and position ids", _is_mark),
    "x-source": ("the title of a document", lambda value: isinstance(value, str) and bool(value.strip())),
    "x-releases": ("a list of releases", _is_strings),
    "x-positions": (
        "an object of objects",
        lambda value: isinstance(value, Mapping) and all(isinstance(position, Mapping) for position in value.values()),
    ),
}


@rule(
    "conditions-match",
    why="A variant or condition that matches nothing leaves the contract as it is, without anybody noticing.",
    fix="Correct the keyword, name or index; a name stands under the keyword or in x-variant-<keyword>, not in both.",
    structural=True,
)
def conditions_match(context: LintContext) -> Problems:
    """Find variants and conditions that cannot be applied."""
    yield from variant_problems(context.published)


@rule(
    "references-resolve",
    why="An unresolvable reference prevents the mock from starting; a reference to another file cannot be served.",
    fix="Correct the name after `#/components/…`, or add the component.",
    structural=True,
)
def references_resolve(context: LintContext) -> Problems:
    """Find references that cannot be resolved."""
    for location, reference in references(context.document):
        try:
            follow(context.document, {"$ref": reference})
        except ContractError as error:
            yield location, str(error)


@rule(
    "valid-openapi",
    why="Users' tools expect valid OpenAPI.",
    fix="Follow the validator's message; the specification of the contract's version has the details.",
    structural=True,
)
def valid_openapi(context: LintContext) -> Problems:
    """Validate the contract against its version of OpenAPI, as it is and with all variants.

    The validator has rules beyond the meta-schema, such as unique operationIds.
    """
    try:
        from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
    except ImportError:
        raise UsageError("openapi-spec-validator is missing: install crm-mocks with the extra 'dev'") from None
    for document in (context.published, context.document):
        validator = OpenAPIV30SpecValidator(document) if context.is_30 else OpenAPIV31SpecValidator(document)
        for error in validator.iter_errors():
            yield tuple(getattr(error, "absolute_path", ())), error.message


@rule(
    "marks-well-formed",
    why="The mock and the other rules read these marks.",
    fix="Write the mark in the form given by the message.",
    structural=True,
)
def marks_well_formed(context: LintContext) -> Problems:
    """Find malformed extension members (`x-…`)."""
    for location, node in walk(context.document):
        for mark in _MARKS.keys() & node.keys() if isinstance(node, Mapping) else ():
            form, fits = _MARKS[mark]
            if not fits(node[mark]):
                yield (*location, mark), f"{mark} is not {form}"
