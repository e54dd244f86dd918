"""Rules on what the mock noticed while it adapted the contract."""

from __future__ import annotations

from functools import partial
from typing import Final

from crm_contracts.lint.author.contract import AuthorContract
from crm_contracts.lint.registry import AUTHOR_RULES, Problems, Severity
from crm_mocks.contract.supplied_contract import Topic

_NOTED: Final = {
    Topic.REFERENCE: (
        "reference-resolves",
        Severity.ERROR,
        "What is not there cannot be served or checked: every value is accepted in its place.",
        "Correct the reference, or add the component or file; files must be in the contract's folder.",
    ),
    Topic.PATTERN: (
        "pattern-usable",
        Severity.WARNING,
        "Strings are not checked against a pattern that has no effect.",
        "Write it without look-around, back-references and the like; beside it, lengths or an enum can help.",
    ),
    Topic.RECURSION: (
        "schema-finite",
        Severity.ERROR,
        "A schema that contains itself at the same place describes no value, and is not checked.",
        "Remove the part, or move it into a member or the items of an array.",
    ),
    Topic.TYPE: (
        "type-known",
        Severity.WARNING,
        "A schema of an unknown type accepts everything.",
        "Write string, integer, number, boolean, object, array, or null (from 3.1 on).",
    ),
    Topic.OPERATION_ID: (
        "operation-id-unique",
        Severity.WARNING,
        "Overrides, reports and allow-lists name operations; only the first operation keeps the name.",
        "Give each operation an operationId of its own.",
    ),
    Topic.PATH_PARAMETER: (
        "path-parameter-matches",
        Severity.WARNING,
        "A parameter that only the path or only the list of parameters knows is not checked.",
        "Declare each {name} of the path once, with `in: path`, `required: true` and a schema.",
    ),
    Topic.SECURITY: (
        "security-scheme-known",
        Severity.WARNING,
        "Credentials of an unknown scheme are not checked.",
        "Define the scheme under components/securitySchemes, or correct its name or type.",
    ),
    Topic.SUCCESS: (
        "success-documented",
        Severity.WARNING,
        "Without a success the mock invents an empty 200, and clients and providers are not checked against it.",
        "Document the success with its status, schema and an example.",
    ),
    Topic.PART: (
        "part-effective",
        Severity.WARNING,
        "A part without effect is neither served nor checked.",
        "Correct what the message names, or express it otherwise.",
    ),
}
"""By topic of the notes: the rule, its severity, its reason and its fix."""


@AUTHOR_RULES.rule(
    "operation-served",
    why="The mock answers an operation that it cannot serve with 404.",
    fix="Change what the message names; two operations cannot have the same method and path.",
)
def operation_served(contract: AuthorContract) -> Problems:
    """Find operations that the mock cannot serve; it serves no contract without any."""
    if not contract.is_served and not contract.unserved:
        yield ("paths",), "no operation can be served"
    for operation in contract.unserved:
        yield operation.location, f"{operation.method} {operation.path} is not served: {operation.reason}".lstrip()


def _noted(contract: AuthorContract, topic: Topic) -> Problems:
    """Find what was noted on a topic."""
    return ((note.location, note.text) for note in contract.notes(topic))


for _topic, (_id, _severity, _why, _fix) in _NOTED.items():
    AUTHOR_RULES.rule(_id, why=_why, fix=_fix, severity=_severity)(partial(_noted, topic=_topic))
