"""Rules on form: what everything else builds on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_contracts.lint.places import references, walk
from crm_contracts.lint.registry import Found, rule
from crm_contracts.lint.subject import Subject
from crm_mocks.contract.references import follow
from crm_mocks.errors import ContractError, UsageError


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_mark(value: Any) -> bool:
    """Return whether a value maps parts to an id, a list of ids, or to these by member of the part."""
    return isinstance(value, Mapping) and all(
        _is_ids(each) or (isinstance(each, Mapping) and all(map(_is_ids, each.values()))) for each in value.values()
    )


def _is_ids(value: Any) -> bool:
    return isinstance(value, str) or (_is_texts(value) and bool(value))


_FORMS: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "x-in-force": ("an object of setting and value", lambda value: isinstance(value, Mapping)),
    "x-open-when": ("an object of setting and value", lambda value: isinstance(value, Mapping)),
    "x-position": ("an object of parts and ids of positions", _is_mark),
    "x-source": ("the title of a document", lambda value: isinstance(value, str) and bool(value.strip())),
    "x-releases": ("a list of releases", _is_texts),
    "x-positions": (
        "an object of objects",
        lambda value: isinstance(value, Mapping) and all(isinstance(each, Mapping) for each in value.values()),
    ),
}


@rule(
    "references-resolve",
    why="A reference that leads nowhere stops the mock at start; one out of the file cannot be served.",
    fix="Correct the name after `#/components/…`, or write the component.",
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
    fix="Do what the validator's message asks for; the OpenAPI 3.0.3 specification has the details.",
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


@rule(
    "marks-well-formed",
    why="The mock reads these marks at start, and the other rules do.",
    fix="Write the mark in the form that the message names.",
    first=True,
)
def marks_well_formed(subject: Subject) -> Found:
    """Find marks of ours that have another form than the host reads."""
    for place, node in walk(subject.document):
        for mark in _FORMS.keys() & node.keys() if isinstance(node, Mapping) else ():
            form, fits = _FORMS[mark]
            if not fits(node[mark]):
                yield (*place, mark), f"{mark} is not {form}"
