"""Rules on what the mock noticed while it adapted the contract."""

from __future__ import annotations

from crm_contracts.lint.author.contract import AuthorContract
from crm_contracts.lint.registry import AUTHOR_RULES, Problems, Severity
from crm_mocks.contract.supplied_contract import Topic


@AUTHOR_RULES.rule(
    "operation-served",
    why="The mock answers an operation that it cannot serve with 404.",
    fix="Change what the message names; two operations cannot have the same method and path.",
)
def operation_served(contract: AuthorContract) -> Problems:
    """Find operations that the mock cannot serve."""
    for operation in contract.unserved:
        yield operation.location, f"{operation.method} {operation.path} is not served: {operation.reason}".lstrip()


@AUTHOR_RULES.rule(
    "reference-resolves",
    why="What is not there cannot be served or checked: every value is accepted in its place.",
    fix="Correct the reference, or add the component or file; files must be in the contract's folder.",
)
def reference_resolves(contract: AuthorContract) -> Problems:
    """Find references without target."""
    return _notes(contract, Topic.REFERENCE)


@AUTHOR_RULES.rule(
    "pattern-usable",
    why="Strings are not checked against a pattern that has no effect.",
    fix="Write it without look-around, back-references and the like; beside it, lengths or an enum can help.",
    severity=Severity.WARNING,
)
def pattern_usable(contract: AuthorContract) -> Problems:
    """Find patterns that cannot be compiled, or only by an engine that may take exponential time."""
    return _notes(contract, Topic.PATTERN)


@AUTHOR_RULES.rule(
    "schema-finite",
    why="A schema that contains itself at the same place describes no value, and is not checked.",
    fix="Remove the part, or move it into a member or the items of an array.",
)
def schema_finite(contract: AuthorContract) -> Problems:
    """Find schemas that contain themselves at the same place."""
    return _notes(contract, Topic.RECURSION)


@AUTHOR_RULES.rule(
    "type-known",
    why="A schema of an unknown type accepts everything.",
    fix="Write string, integer, number, boolean, object, array, or null (from 3.1 on).",
    severity=Severity.WARNING,
)
def type_known(contract: AuthorContract) -> Problems:
    """Find unknown types."""
    return _notes(contract, Topic.TYPE)


@AUTHOR_RULES.rule(
    "operation-id-unique",
    why="Overrides, reports and allow-lists name operations; only the first operation keeps the name.",
    fix="Give each operation an operationId of its own.",
    severity=Severity.WARNING,
)
def operation_id_unique(contract: AuthorContract) -> Problems:
    """Find operationIds that are written twice."""
    return _notes(contract, Topic.OPERATION_ID)


@AUTHOR_RULES.rule(
    "path-parameter-matches",
    why="A parameter that only the path or only the list of parameters knows is not checked.",
    fix="Declare each {name} of the path once, with `in: path`, `required: true` and a schema.",
    severity=Severity.WARNING,
)
def path_parameter_matches(contract: AuthorContract) -> Problems:
    """Find path parameters that are not declared, and declared ones that are not in the path."""
    return _notes(contract, Topic.PATH_PARAMETER)


@AUTHOR_RULES.rule(
    "security-scheme-known",
    why="Credentials of an unknown scheme are not checked.",
    fix="Define the scheme under components/securitySchemes, or correct its name or type.",
    severity=Severity.WARNING,
)
def security_scheme_known(contract: AuthorContract) -> Problems:
    """Find security schemes that are not defined, or of an unknown type."""
    return _notes(contract, Topic.SECURITY)


@AUTHOR_RULES.rule(
    "success-documented",
    why="Without a success the mock invents an empty 200, and clients and providers are not checked against it.",
    fix="Document the success with its status, schema and an example.",
    severity=Severity.WARNING,
)
def success_documented(contract: AuthorContract) -> Problems:
    """Find operations without a success."""
    return _notes(contract, Topic.SUCCESS)


@AUTHOR_RULES.rule(
    "part-effective",
    why="A part without effect is neither served nor checked.",
    fix="Correct what the message names, or express it otherwise.",
    severity=Severity.WARNING,
)
def part_effective(contract: AuthorContract) -> Problems:
    """Find other parts without effect."""
    return _notes(contract, Topic.PART)


def _notes(contract: AuthorContract, topic: Topic) -> Problems:
    return ((note.location, note.text) for note in contract.notes(topic))
