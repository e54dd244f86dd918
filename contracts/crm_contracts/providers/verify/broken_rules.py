"""Findings of a verification merged by the rule of the contract that is broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from crm_contracts.judge import shared_rules
from crm_contracts.judge.exchanges.exchange_judge import ACCEPTED_INVALID
from crm_contracts.judge.exchanges.response_rules import UNDOCUMENTED_STATUS
from crm_contracts.judge.finding import Finding
from crm_contracts.judge.verdict import Verdict
from crm_mocks.contract import Contract
from crm_mocks.contract.members import ENTRY
from crm_mocks.contract.references import follow

_OF_A_REQUEST: Final = frozenset({"refused-valid", "server-error"})
"""Rules on the response to a request whose violated constraint is unknown."""

_BRANCHES: Final = ("allOf", "oneOf", "anyOf")


def with_shared_rules(verdict: Verdict, contract: Contract) -> Verdict:
    """Return a verdict whose findings name the rule that they share with findings of other operations.

    Operations share rules: the error body, the credentials, the schema of a record that one operation validates and
    another creates.

    Args:
        verdict: on a provider, with allowed and known findings marked.
        contract: in force.
    """
    named = (replace(each, shared_rule=_digest(_rule(each, contract))) for each in verdict.findings)
    return replace(verdict, findings=tuple(named))


def merged_by_rule(verdict: Verdict, contract: Contract) -> Verdict:
    """Return a verdict with one finding for each broken rule; see `with_shared_rules` and `shared_rules`."""
    return replace(verdict, findings=shared_rules.merged_by_rule(with_shared_rules(verdict, contract).findings))


def _digest(rule: object) -> str:
    return sha256(repr(rule).encode()).hexdigest()[:16]


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
