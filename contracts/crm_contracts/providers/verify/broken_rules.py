"""Findings of a verification merged by the rule of the contract that is broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any, Final

from crm_contracts.judge.exchange_judge import ACCEPTED_INVALID
from crm_contracts.judge.finding import MAX_OCCURRENCES, Finding, Occurrence, ResponseCount
from crm_contracts.judge.response_rules import UNDOCUMENTED_STATUS
from crm_contracts.judge.verdict import Verdict
from crm_mocks.contract import Contract
from crm_mocks.contract.members import ENTRY
from crm_mocks.contract.references import follow

_OF_A_REQUEST: Final = frozenset({"refused-valid", "server-error"})
"""Rules on the response to a request whose violated constraint is unknown."""

_BRANCHES: Final = ("allOf", "oneOf", "anyOf")


def merged_by_rule(verdict: Verdict, contract: Contract) -> Verdict:
    """Return a verdict with one finding for each broken rule, whatever the operations and statuses that show it.

    Operations share rules: the error body, the credentials, the schema of a record that one operation validates and
    another creates. A merged finding belongs to the first of its operations, and its cause names them all.

    Args:
        verdict: on a provider, with allowed and known findings marked.
        contract: in force.
    """
    groups: dict[object, list[Finding]] = {}
    for finding in verdict.findings:
        groups.setdefault(_rule(finding, contract), []).append(finding)
    return replace(verdict, findings=tuple(_merged(findings) for findings in groups.values()))


def _rule(finding: Finding, contract: Contract) -> object:
    """Return the identity of the broken rule in the contract."""
    scope: object = finding.expected
    if finding.rule in _OF_A_REQUEST:
        scope = _request_node(finding, (), contract)
    elif finding.rule == ACCEPTED_INVALID:
        scope = _request_node(finding, finding.location[1:], contract)
    elif finding.rule == UNDOCUMENTED_STATUS:
        scope = finding.status
    basis = finding.basis.kind, finding.basis.position
    return finding.side, finding.rule, finding.location, finding.request, finding.standing, basis, scope


def _request_node(finding: Finding, path: Iterable[str], contract: Contract) -> str:
    """Return the schema at a path in the request body, or the operation if there is none."""
    operation = contract.operations.get(finding.operation.partition(".")[2])
    if operation is None or operation.body is None:
        return finding.operation
    node: Any = next(iter(operation.body.media_types.values())).schema
    for name in path:
        node = _child(contract.document, node, name)
        if node is None:
            return finding.operation
    return repr(node)


def _child(document: Mapping[str, Any], schema: Any, name: str) -> Any:
    """Return the schema of a member or of the entries, or `None` if the schema has none."""
    node = follow(document, schema)
    own = node.get("items") if name == ENTRY else node.get("properties", {}).get(name)
    if own is not None:
        return own
    inner = (_child(document, branch, name) for keyword in _BRANCHES for branch in node.get(keyword, ()))
    return next((found for found in inner if found is not None), None)


def _merged(findings: list[Finding]) -> Finding:
    first, *others = findings
    if not others:
        return first
    counts = Counter[tuple[int, str]]()
    allowed = Counter[tuple[int, str]]()
    for response in chain.from_iterable(finding.responses for finding in findings):
        counts[response.status, response.outcome] += response.count
        allowed[response.status, response.outcome] += response.allowed
    places = dict.fromkeys(f"{finding.operation} {finding.status}" for finding in findings)
    return replace(
        first,
        count=sum(finding.count for finding in findings),
        cause=f"{first.cause}, in {', '.join(places)}",
        operations=tuple(dict.fromkeys(finding.operation for finding in findings)),
        occurrences=_in_turn([finding.occurrences for finding in findings]),
        responses=tuple(ResponseCount(*key, counts[key], allowed[key]) for key in sorted(counts)),
    )


def _in_turn(occurrences: Iterable[tuple[Occurrence, ...]]) -> tuple[Occurrence, ...]:
    """Return occurrences of all findings in turn, at most `MAX_OCCURRENCES`."""
    rounds = chain.from_iterable(zip_longest(*occurrences))
    return tuple(occurrence for occurrence in rounds if occurrence is not None)[:MAX_OCCURRENCES]
