"""The rule on results: a contract states which of its 2xx examples are refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.context import ContractVariant, LintContext
from crm_contracts.lint.operations import ExampleNode, OperationNode
from crm_contracts.lint.registry import Problems, rule
from crm_mocks.contract.operation import RESULT
from crm_mocks.contract.outcome import OutcomeResult
from crm_mocks.location import Location

_INDICATORS: Final = frozenset({"success", "ok", "error", "errorcode", "statuscode", "resultcode", "status", "result"})
"""Members, in lower case and without underscores, by which CRMs refuse in the body of a success."""

_NO_TEXT: Final = frozenset({"status", "result"})
"""Of these, those that are often the state of a record if they are text."""


@rule(
    "result-stated",
    why="A CRM may refuse in the body of a 2xx, and only the contract can say which example is a success.",
    fix="Add `x-result: success` or `x-result: refusal` to every example of the 2xx response.",
)
def result_stated(context: LintContext) -> Problems:
    """Find examples whose result neither the status nor the example states, or whose result contradicts the status."""
    errors = {each for variant in context.variants for each in _errors(variant)}
    for operation in context.operations:
        for example in operation.response_examples():
            stated = example.node.get(RESULT)
            if stated is not None and stated not in tuple(OutcomeResult):
                yield example.location, f"{RESULT} of '{example.name}' is '{stated}', neither success nor refusal"
            elif stated == OutcomeResult.SUCCESS and (operation.id, example.name) in errors:
                yield example.location, f"'{example.name}' is a success, but also an example of an error status"
        for examples in _by_success(operation):
            stated_or_error = (each.node.get(RESULT) or (operation.id, each.name) in errors for each in examples)
            if any(stated_or_error) or _differ(each.node.get("value") for each in examples):
                for each in examples:
                    if each.node.get(RESULT) is None:
                        yield each.location, f"the 2xx example '{each.name}' has no {RESULT}, but refusals are 2xx too"


def _errors(variant: ContractVariant) -> Iterator[tuple[str, str]]:
    """Yield operation and name of the examples that are of error statuses only."""
    for operation in variant.operations:
        statuses: dict[str, set[str]] = {}
        for example in operation.response_examples():
            statuses.setdefault(example.name, set()).add(example.response.status[0] if example.response else "")
        yield from ((operation.id, name) for name, classes in statuses.items() if classes <= {"4", "5"})


def _by_success(operation: OperationNode) -> Iterable[list[ExampleNode]]:
    """Return the examples of each 2xx response."""
    found: dict[Location, list[ExampleNode]] = {}
    for example in operation.response_examples():
        if example.response and example.response.status.startswith("2"):
            found.setdefault(example.response.location, []).append(example)
    return found.values()


def _differ(values: Iterable[Any]) -> bool:
    """Return whether a member by which CRMs refuse differs between bodies."""
    seen: dict[str, set[str]] = {}
    for value in values:
        for name, indicator in _indicators(value):
            seen.setdefault(name, set()).add(repr(indicator))
    return any(len(found) > 1 for found in seen.values())


def _indicators(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the members of a body by which CRMs refuse, such as `"success": false` or `"status": {"code": "OK"}`."""
    for member, indicator in value.items() if isinstance(value, Mapping) else ():
        name = member.lower().replace("_", "")
        if name == "status" and isinstance(indicator, Mapping):
            yield "status.code", indicator.get("code")
        elif name in _INDICATORS and isinstance(indicator, int if name in _NO_TEXT else int | str):
            yield name, indicator
