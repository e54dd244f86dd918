"""What a JSON Schema validator finds as violations: one cause for each member, in words that a person understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.position_marks import ALTERNATIVES, CHOOSING, SchemaMarks
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import FORMATS_IN_WORDS
from crm_mocks.sent_value import sent_value
from crm_mocks.violations import Violation, type_name

Path = tuple[str | int, ...]

_MESSAGES: Final = {
    "required": "member '{expected}' is required",
    "type": "must be of type {expected}, is {came}",
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
}


def from_schema_errors(errors: Iterable[Any], root: Path, marks: SchemaMarks | None = None) -> list[Violation]:
    """Return the violations that the errors of a jsonschema-rs validator stand for.

    A value of a wrong type breaks further rules as a matter of course, which are left out.

    Args:
        errors: what `validator.iter_errors(…)` yields.
        root: where the validated value stands in the request, such as `("body",)`.
        marks: of the validator's schema, by which the basis of each violation is found and alternatives are described
            by their members; without them the basis is "document".
    """
    found = list(errors)
    of_wrong_type = {tuple(error.instance_path) for error in found if error.kind.name == "type"}
    return [
        _violation(error, root, marks)
        for error in found
        if error.kind.name == "type" or not _follows(error, of_wrong_type)
    ]


def _follows(error: Any, of_wrong_type: set[Path]) -> bool:
    """Tell whether an error is there only because values are of a wrong type."""
    if not of_wrong_type:
        return False
    if error.kind.name not in ALTERNATIVES:
        return tuple(error.instance_path) in of_wrong_type
    branches = [{tuple(each.instance_path) for each in branch} for branch in error.kind.context]
    return tuple(error.instance_path) in of_wrong_type or any(branch and branch <= of_wrong_type for branch in branches)


def _violation(error: Any, root: Path, marks: SchemaMarks | None) -> Violation:
    rule: str = error.kind.name
    location = (*root, *error.instance_path)
    basis = marks.basis(error) if marks else DOCUMENT
    if rule == "required":
        missing: str = error.kind.value
        return Violation((*location, missing), rule, _message(error), missing, basis)
    sent = sent_value(error.instance, location)
    if rule in ALTERNATIVES:
        return Violation(location, rule, _of_alternatives(error, marks), None, basis, sent)
    return Violation(location, rule, _message(error), _plain(_operand(error)), basis, sent)


def _operand(error: Any) -> Any:
    """Return what the rule asks for; a format in words, as its name means nothing to most readers."""
    value = error.kind.value
    return FORMATS_IN_WORDS.get(value, f"of format {value}") if error.kind.name == "format" else value


def _of_alternatives(error: Any, marks: SchemaMarks | None) -> str:
    """Describe a failed oneOf or anyOf by the members at odds, or by what each branch wanted."""
    branches: list[list[Any]] = error.kind.context
    if not all(branches):
        return _too_many(error, marks)
    branches = _closest(_flat(marks.meant(error) if marks else branches), len(error.instance_path))
    names = [_needed(branch, len(error.instance_path)) for branch in branches]
    if len(names) > 1 and all(len(each) == 1 for each in names):
        count = "exactly" if error.kind.name == "oneOf" else "at least"
        return f"must have {count} one of the members {_listed([each[0] for each in names])}, has none"
    wanted = [_wanted(branch, len(error.instance_path)) for branch in branches]
    return "; or ".join(dict.fromkeys(wanted))


def _too_many(error: Any, marks: SchemaMarks | None) -> str:
    """Describe a oneOf of which several branches fit."""
    alternatives = _alternatives(error, marks) if marks else []
    if not (alternatives and isinstance(error.instance, Mapping) and all(len(names) == 1 for names in alternatives)):
        return "fits more than one of the alternatives, exactly one is wanted"
    names = [names[0] for names in alternatives]
    given = [name for name in names if name in error.instance]
    return f"must have exactly one of the members {_listed(names)}, has {_listed(given)}"


def _alternatives(error: Any, marks: SchemaMarks) -> list[list[str]]:
    """Return the members that each alternative of a failed oneOf requires."""
    branches = marks.node(error).get(error.kind.name, [])
    return [follow(marks.document, each).get("required", []) for each in branches]


def _flat(branches: list[list[Any]]) -> list[list[Any]]:
    """Return branches with those in place of one that are its alternatives and nothing else."""
    flat: list[list[Any]] = []
    for branch in branches:
        inner = branch[0].kind if len(branch) == 1 and branch[0].kind.name in ALTERNATIVES else None
        flat += _flat(inner.context) if inner is not None and all(inner.context) else [branch]
    return flat


def _closest(branches: list[list[Any]], depth: int) -> list[list[Any]]:
    """Return the branches that the value may have been meant for.

    Args:
        branches: errors of each.
        depth: how deep the value stands in what was validated.
    """
    not_null = [branch for branch in branches if not _wants_null(branch, depth)] or branches
    chosen = [branch for branch in not_null if not any(error.kind.name in CHOOSING for error in branch)]
    lacking = [branch for branch in chosen if all(error.kind.name == "required" for error in branch)]
    return lacking if lacking and len(lacking) == len(chosen) else not_null


def _wants_null(branch: list[Any], depth: int) -> bool:
    kind = branch[0].kind
    return len(branch) == 1 and kind.name == "type" and kind.types == ["null"] and len(branch[0].instance_path) == depth


def _needed(branch: list[Any], depth: int) -> list[str]:
    """Return the members that a branch lacks, if it fails for nothing else."""
    if any(error.kind.name != "required" for error in branch):
        return []
    return [_dotted((*error.instance_path[depth:], error.kind.value)) for error in branch]


def _wanted(branch: list[Any], depth: int) -> str:
    """Return what a branch wants of a value: members that are needed, and rules of those that are there."""
    needed = _needed([error for error in branch if error.kind.name == "required"], depth)
    words = [_placed(error, depth) for error in branch if error.kind.name != "required"]
    if len(needed) == 1:
        words.append(f"member '{needed[0]}' is required")
    elif needed:
        words.append(f"members {_listed(needed)} are required")
    return " and ".join(words)


def _placed(error: Any, depth: int) -> str:
    below = error.instance_path[depth:]
    return f"'{_dotted(below)}' {_message(error)}" if below else _message(error)


def _dotted(path: Iterable[str | int]) -> str:
    return ".".join(map(str, path))


def _message(error: Any) -> str:
    rule: str = error.kind.name
    if rule in ALTERNATIVES:
        return _of_alternatives(error, None)
    expected = _operand(error)
    if rule == "maxLength" and expected == 0:
        return "must be empty"
    template = _MESSAGES.get(rule, "breaks the rule '{rule}'")
    return template.format(rule=rule, expected=_either(expected), came=type_name(error.instance))


def _either(values: Any) -> str:
    if not isinstance(values, list):
        return str(values)
    null_last = sorted(values, key=lambda value: value in (None, "null"))
    words = [value if isinstance(value, str) else orjson.dumps(value).decode() for value in null_last]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | type(None)) else None
