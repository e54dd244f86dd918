"""Findings of several operations merged by the rule of the contract that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, zip_longest

from crm_contracts.judge.finding import MAX_OCCURRENCES, Finding, Occurrence, ResponseCount


def merged_by_rule(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return one finding for each rule, whatever the operations and statuses that show it.

    A merged finding belongs to the first of its operations, and its cause names them all.

    Args:
        findings: those without `shared_rule` are left as they are.
    """
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        key = (finding.shared_rule, finding.standing) if finding.shared_rule else number
        groups.setdefault(key, []).append(finding)
    return tuple(_merged(group) for group in groups.values())


def _merged(findings: list[Finding]) -> Finding:
    first, *others = findings
    if not others:
        return replace(first, shared_rule="")
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
        shared_rule="",
    )


def _in_turn(occurrences: Iterable[tuple[Occurrence, ...]]) -> tuple[Occurrence, ...]:
    """Return occurrences of all findings in turn, at most `MAX_OCCURRENCES`."""
    rounds = chain.from_iterable(zip_longest(*occurrences))
    return tuple(occurrence for occurrence in rounds if occurrence is not None)[:MAX_OCCURRENCES]
