"""Convert JSON Schema validation errors to violations: one per cause, with readable messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.nested_errors import TOO_DEEP
from crm_mocks.contract.position_marks import ALTERNATIVES, CHOOSING, SchemaMarks
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import FORMAT_DESCRIPTIONS
from crm_mocks.location import Location
from crm_mocks.schema_errors.excerpt import MAX_MEMBERS
from crm_mocks.sent_value import sent_value
from crm_mocks.violations import Violation, type_name

_MESSAGES: Final = {
    "required": "member '{expected}' is required",
    "type": "must be of type {expected}, is {actual}",
    "enum": "must be one of {expected}",
    "format": "must be {expected}",
    "pattern": "must match {expected}",
    "minimum": "must be at least {expected}",
    "exclusiveMinimum": "must be more than {expected}",
    "maximum": "must be at most {expected}",
    "exclusiveMaximum": "must be less than {expected}",
    "minLength": "must have at least {expected} characters",
    "maxLength": "must have at most {expected} characters",
    "minItems": "must have at least {expected} entries",
    "maxItems": "must have at most {expected} entries",
    "minProperties": "must have at least {expected} members",
    "maxProperties": "must have at most {expected} members",
    "contains": "must have as many entries of the required kind as the contract says",
    "unevaluatedItems": "must not have these additional entries",
    TOO_DEEP: "breaks the contract more than {expected} levels deep",
}

_EMPTY_ARRAY: Final = "; some encoders, such as PHP's json_encode, write an empty object as []"

_MAX_NAMES, _MAX_NAME = 5, 80
"""Unknown members that a message names, and characters of each name: a client chooses them."""

_CLOSING: Final = ("additionalProperties", "unevaluatedProperties")
"""Rules against members that are not described."""

SCHEMA_RULES: Final = frozenset(
    {*_MESSAGES, *ALTERNATIVES, "not", "multipleOf", "uniqueItems", "propertyNames", *_CLOSING}
)
"""Rules that schemas state, which are keywords; all other rules are the CRM's own."""


def schema_violations(
    errors: Iterable[Any], root: Location, marks: SchemaMarks | None = None, *, resolve_choices: bool = False
) -> list[Violation]:
    """Return the violations for the errors of a jsonschema-rs validator.

    Errors that only follow from a wrong type are left out.

    Args:
        errors: `validator.iter_errors(…)`.
        root: location of the validated value, such as `("body",)`.
        marks: marks of the validator's schema, which give the basis of each violation; without them it is "document".
        resolve_choices: in place of a failed choice between alternatives, return the violations of the alternative that
            the value was meant for, if that is certain.
    """
    all_errors = list(errors)
    if marks is not None and resolve_choices:
        all_errors = list(_with_choices_resolved(all_errors, marks))
    mistyped = {tuple(error.instance_path) for error in all_errors if error.kind.name == "type"}
    return [
        _violation(error, root, marks)
        for error in all_errors
        if error.kind.name == "type" or not _follows(error, mistyped)
    ]


def _with_choices_resolved(errors: Iterable[Any], marks: SchemaMarks) -> Iterator[Any]:
    """Yield errors, with those of the only alternative that was meant in place of a failed choice."""
    for error in errors:
        is_choice = error.kind.name in ALTERNATIVES and len(error.kind.context) > 1 and all(error.kind.context)
        meant = marks.meant(error) if is_choice else []
        if len(meant) == 1:
            yield from _with_choices_resolved(meant[0], marks)
        else:
            yield error


def _follows(error: Any, mistyped: set[Location]) -> bool:
    """Return whether an error only follows from values of the wrong type."""
    if not mistyped:
        return False
    if error.kind.name not in ALTERNATIVES:
        return tuple(error.instance_path) in mistyped
    branches = [{tuple(inner.instance_path) for inner in branch} for branch in error.kind.context]
    return tuple(error.instance_path) in mistyped or any(branch and branch <= mistyped for branch in branches)


def _violation(error: Any, root: Location, marks: SchemaMarks | None) -> Violation:
    rule = _rule(error)
    location = (*root, *error.instance_path)
    basis = marks.basis(error) if marks else DOCUMENT
    if rule == "required":
        missing: str = error.kind.value
        return Violation((*location, missing), rule, _message(error), missing, basis)
    sent = sent_value(error.instance, location)
    if rule in ALTERNATIVES:
        return Violation(location, rule, _alternatives_message(error, marks), None, basis, sent)
    return Violation(location, rule, _message(error), _as_operand(_operand(error)), basis, sent)


def _rule(error: Any) -> str:
    """Return the broken keyword; jsonschema-rs has a name of its own for `additionalProperties` without properties."""
    name: str = error.kind.name
    return "additionalProperties" if name == "falseSchema" else name


def _operand(error: Any) -> Any:
    """Return the operand of the rule; formats are described in words."""
    value = error.kind.value
    return FORMAT_DESCRIPTIONS.get(value, f"of format {value}") if error.kind.name == "format" else value


def _alternatives_message(error: Any, marks: SchemaMarks | None) -> str:
    """Describe a failed oneOf or anyOf by its mutually exclusive members, or by the requirements of each branch."""
    branches: list[list[Any]] = error.kind.context
    if not all(branches):
        return _several_matches_message(error, marks)
    branches = _likely_branches(_flattened(marks.meant(error) if marks else branches), len(error.instance_path))
    names = [_missing_members(branch, len(error.instance_path)) for branch in branches]
    if len(names) > 1 and all(len(members) == 1 for members in names):
        count = "exactly" if error.kind.name == "oneOf" else "at least"
        return f"must have {count} one of the members {_join_and([members[0] for members in names])}, has none"
    requirements = [_requirements(branch, len(error.instance_path)) for branch in branches]
    return "; or ".join(dict.fromkeys(requirements))


def _several_matches_message(error: Any, marks: SchemaMarks | None) -> str:
    """Describe a oneOf of which several branches match."""
    alternatives = _alternatives(error, marks) if marks else []
    if not (alternatives and isinstance(error.instance, Mapping) and all(len(names) == 1 for names in alternatives)):
        return "matches more than one of the alternatives, expected exactly one"
    names = [names[0] for names in alternatives]
    present = [name for name in names if name in error.instance]
    return f"must have exactly one of the members {_join_and(names)}, has {_join_and(present)}"


def _alternatives(error: Any, marks: SchemaMarks) -> list[list[str]]:
    """Return the members that each alternative of a failed oneOf requires."""
    branches = marks.node(error).get(error.kind.name, [])
    return [follow(marks.document, branch).get("required", []) for branch in branches]


def _flattened(branches: list[list[Any]]) -> list[list[Any]]:
    """Return branches, with nested alternatives in place of a branch that consists only of them."""
    flat: list[list[Any]] = []
    for branch in branches:
        inner = branch[0].kind if len(branch) == 1 and branch[0].kind.name in ALTERNATIVES else None
        flat += _flattened(inner.context) if inner is not None and all(inner.context) else [branch]
    return flat


def _likely_branches(branches: list[list[Any]], depth: int) -> list[list[Any]]:
    """Return the branches that the value was probably meant for.

    Args:
        branches: errors of each branch.
        depth: depth of the value below the validated root.
    """
    not_null = [branch for branch in branches if not _requires_null(branch, depth)] or branches
    chosen = [branch for branch in not_null if not any(error.kind.name in CHOOSING for error in branch)]
    lacking = [branch for branch in chosen if all(error.kind.name == "required" for error in branch)]
    return lacking if lacking and len(lacking) == len(chosen) else not_null


def _requires_null(branch: list[Any], depth: int) -> bool:
    kind = branch[0].kind
    return len(branch) == 1 and kind.name == "type" and kind.types == ["null"] and len(branch[0].instance_path) == depth


def _missing_members(branch: list[Any], depth: int) -> list[str]:
    """Return the members missing for a branch, if it fails for no other reason."""
    if any(error.kind.name != "required" for error in branch):
        return []
    return [_dotted((*error.instance_path[depth:], error.kind.value)) for error in branch]


def _requirements(branch: list[Any], depth: int) -> str:
    """Describe what a branch requires: missing members, and broken rules of present ones."""
    missing = _missing_members([error for error in branch if error.kind.name == "required"], depth)
    words = [_path_message(error, depth) for error in branch if error.kind.name != "required"]
    if len(missing) == 1:
        words.append(f"member '{missing[0]}' is required")
    elif missing:
        words.append(f"members {_join_and(missing)} are required")
    return " and ".join(words)


def _path_message(error: Any, depth: int) -> str:
    below = error.instance_path[depth:]
    return f"'{_dotted(below)}' {_message(error)}" if below else _message(error)


def _dotted(path: Iterable[str | int]) -> str:
    return ".".join(map(str, path))


def _message(error: Any) -> str:
    rule = _rule(error)
    if rule in ALTERNATIVES:
        return _alternatives_message(error, None)
    if rule in _CLOSING:
        return _unknown_members(error)
    if rule == "propertyNames":
        return f"the name of a member {_message(error.kind.error)}"
    expected = _operand(error)
    if rule == "maxLength" and expected == 0:
        return "must be empty"
    template = _MESSAGES.get(rule, "breaks the rule '{rule}'")
    message = template.format(rule=rule, expected=_join_or(expected), actual=type_name(error.instance))
    is_empty_object = rule == "type" and error.instance == [] and "object" in expected
    return message + _EMPTY_ARRAY if is_empty_object else message


def _unknown_members(error: Any) -> str:
    """Return the message about members that a closed object does not have."""
    if error.kind.name == "falseSchema":
        return "must have no members"
    names: list[str] = error.kind.unexpected
    quoted = [f"'{name[:_MAX_NAME]}'" for name in names[:_MAX_NAMES]]
    count = f"{len(names) - _MAX_NAMES}" if len(names) < MAX_MEMBERS else f"at least {MAX_MEMBERS - _MAX_NAMES}"
    rest = [f"{count} more"] if len(names) > _MAX_NAMES else []
    return f"must not have the member{'s' if len(names) > 1 else ''} {_join_and(quoted + rest)}"


def _join_or(values: Any) -> str:
    if not isinstance(values, list):
        return str(values)
    null_last = sorted(values, key=lambda value: value in (None, "null"))
    words = [value if isinstance(value, str) else orjson.dumps(value).decode() for value in null_last]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _join_and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _as_operand(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | type(None)) else None
