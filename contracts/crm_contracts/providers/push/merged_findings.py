"""Merge the findings of an examination: one for each broken rule and place, however many cases show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from crm_contracts.judge.exchanges.exchange_judge import NO_RESPONSE
from crm_contracts.judge.finding import MAX_OCCURRENCES, Finding, ResponseCount, Standing
from crm_contracts.providers.push.acceptance import NOTHING_ACCEPTED
from crm_contracts.providers.push.causes import UNNAMED, Cause
from crm_mocks.basis import BasisKind

_MAX_NAMED: Final = 5
"""Cases that a finding names in addition to the first."""

_MAX_SUSPECTS: Final = 3
"""Features that a finding names."""

_OF_STATUS: Final = ("case", "status", "receiver")
"""Locations of findings about the status of a response."""

_SEVERITY: Final = {standing: number for number, standing in enumerate(Standing)}

CasesOf = Mapping[Any, Mapping[str, None]]
"""Names of the cases that show a finding, by its group."""


def merged(findings: Sequence[Finding], cases: CasesOf, causes: Iterable[Cause]) -> tuple[Finding, ...]:
    """Return findings of a receiver, those of the same cause merged.

    Cases that should have been accepted are merged by what their requests have in common, refusals that differ from
    one position by that position, and rules about headers and bodies by rule and location, whatever the status. If the
    receiver accepted nothing, all cases with the statuses of its refusals fail for that reason.
    """
    causes = list(causes)
    by_case = {name: cause for cause in causes for name in cause.cases}
    nothing = [finding.status for finding in findings if finding.rule == NOTHING_ACCEPTED]
    hopeless = {status for status in (*nothing, *(cause.status for cause in causes)) if nothing and status >= 400}
    order = {key: number for number, key in enumerate(cases)}
    groups: dict[Any, list[Finding]] = {}
    for finding in sorted(findings, key=lambda each: order.get((each.group, each.standing), len(order))):
        is_hopeless = finding.status in hopeless and finding.location[0] in _OF_STATUS
        groups.setdefault(NOTHING_ACCEPTED if is_hopeless else _key(finding, by_case), []).append(finding)
    return tuple(sorted((_joined(group, cases, by_case) for group in groups.values()), key=lambda item: item.group))


def _key(finding: Finding, by_case: Mapping[str, Cause]) -> Any:
    """Return what findings of the same cause have in common."""
    place = finding.location[0]
    if place == "case" and finding.location[1] in by_case:
        return "cause", id(by_case[finding.location[1]])
    if place == "case" and finding.basis.kind is BasisKind.POSITION:
        return "position", finding.rule, finding.status, finding.basis.position
    if place == "case" and finding.rule == NO_RESPONSE:
        return finding.rule, finding.message
    if place in ("header", "body"):
        return finding.operation, finding.rule, finding.location
    return finding.group, finding.standing


def _joined(group: list[Finding], cases: CasesOf, by_case: Mapping[str, Cause]) -> Finding:
    """Return one finding for a group."""
    nothing = next((finding for finding in group if finding.rule == NOTHING_ACCEPTED), None)
    of_case = nothing is None and group[0].location[0] == "case"
    cause = by_case.get(group[0].location[1]) if of_case else None
    first = nothing or _most_telling(group, cause)
    names = dict.fromkeys(name for each in (first, *group) for name in cases.get((each.group, each.standing), ()))
    if first.location == ("status",):
        shared = {id(by_case.get(name)): by_case.get(name) for name in names}
        cause = shared.popitem()[1] if len(shared) == 1 else None
    occurrences = [*first.occurrences, *(each for other in group if other is not first for each in other.occurrences)]
    return replace(
        first,
        message=first.message + _common(cause) + _also(list(names)),
        count=sum(each.count for each in group),
        occurrences=tuple(occurrences[:MAX_OCCURRENCES]),
        responses=_summed(group),
    )


def _most_telling(group: list[Finding], cause: Cause | None) -> Finding:
    """Return the most severe finding: the one of the cause's first case, or the first."""

    def rank(finding: Finding) -> tuple[int, int]:
        place = cause.cases.index(finding.location[1]) if cause is not None else 0
        return _SEVERITY[finding.standing], place

    return min(group, key=rank)


def _summed(group: list[Finding]) -> tuple[ResponseCount, ...]:
    counts: dict[int, int] = {}
    for finding in group:
        for response in finding.responses:
            counts[response.status] = counts.get(response.status, 0) + response.count
    return tuple(ResponseCount(status, "", count) for status, count in sorted(counts.items()))


def _common(cause: Cause | None) -> str:
    """Return the end of a sentence with what the requests that failed have in common."""
    if cause is None or not 0 < len(cause.suspects) <= _MAX_SUSPECTS or cause.suspects <= UNNAMED:
        return ""
    return f"; only requests with this fail: {', '.join(sorted(cause.suspects))}"


def _also(names: list[str]) -> str:
    """Return the names of the cases that show a finding, except for the first, in parentheses."""
    others = names[1:]
    if not others:
        return ""
    more = f" and {len(others) - _MAX_NAMED} more" if len(others) > _MAX_NAMED else ""
    return f" (also: {', '.join(others[:_MAX_NAMED])}{more})"
