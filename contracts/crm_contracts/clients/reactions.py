"""Requests of client programs that break the contract, each with the response that led to it.

Every request of a campaign is held to the contract as in `crm-mocks run`: a client that is good with the mock's own
responses may still retry with an old token, or call a wrong path after an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from crm_contracts.clients.observer import ObservedRequest
from crm_contracts.judge.codec import encode
from crm_contracts.judge.finding import MAX_OCCURRENCES, Finding, FindingKey, Side
from crm_contracts.judge.verdict import Verdict
from crm_mocks.schema_errors import SCHEMA_RULES
from crm_mocks.state.retry_after import RETRY_AFTER_RULE

BASELINE: Final = "the baseline run"
"""Source of the requests of the baseline run."""


@dataclass(frozen=True)
class Reaction:
    """A rule that requests of a client broke in its runs.

    Attributes:
        finding: the rule; its occurrences name the runs.
        after: for each of these, the response that the client had before, such as `400 invalid of toy.createContact`;
            empty for the first request of a run.
    """

    finding: Finding
    after: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the reaction as JSON."""
        encoded: dict[str, Any] = encode(self.finding)
        return {**encoded, "after": list(self.after)}


def reactions_in(verdict: Verdict, requests: Sequence[ObservedRequest], source: str) -> tuple[Reaction, ...]:
    """Return the rules that a client broke in a run.

    Args:
        verdict: verdict on the session of the run.
        requests: all requests of the session, oldest first.
        source: name of the run.
    """
    before = {each.id: previous.answer for previous, each in pairwise(requests)}
    given = frozenset(each.id for each in requests if each.uses_given)
    found = (_by_client(each, given) for each in verdict.failing_of(Side.CLIENT))
    return tuple(_reaction(each, before, source) for each in found if each is not None)


def _by_client(finding: Finding, given: frozenset[str]) -> Finding | None:
    """Return a finding without requests that the mock refused for a value that a forced response gave."""
    if finding.rule in SCHEMA_RULES or not finding.operation:
        return finding
    occurrences = tuple(each for each in finding.occurrences if each.id not in given)
    return replace(finding, occurrences=occurrences) if occurrences else None


def _reaction(finding: Finding, before: dict[str, str], source: str) -> Reaction:
    occurrences = tuple(replace(each, source=source) for each in finding.occurrences)
    return Reaction(replace(finding, occurrences=occurrences), tuple(before.get(each.id, "") for each in occurrences))


class ReactionCollector:
    """Collects the reactions of all runs of a campaign."""

    def __init__(self) -> None:
        """Start without any."""
        self._found: dict[FindingKey, Reaction] = {}

    def add(self, reactions: Sequence[Reaction], *, judged_by_case: bool = False) -> None:
        """Add the reactions of a run.

        Args:
            reactions: those of one run.
            judged_by_case: retries before Retry-After are failures of the case already.
        """
        for each in reactions:
            if judged_by_case and each.finding.rule == RETRY_AFTER_RULE:
                continue
            known = self._found.get(each.finding.key)
            self._found[each.finding.key] = each if known is None else _merged(known, each)

    @property
    def reactions(self) -> tuple[Reaction, ...]:
        """All reactions, ordered by operation, rule and location."""
        return tuple(self._found[key] for key in sorted(self._found))


def _merged(known: Reaction, other: Reaction) -> Reaction:
    first, second = known.finding, other.finding
    occurrences = (*first.occurrences, *second.occurrences)[:MAX_OCCURRENCES]
    counts = {(each.status, each.outcome): each for each in first.responses}
    for each in second.responses:
        before = counts.get((each.status, each.outcome), replace(each, count=0, allowed=0))
        total = replace(before, count=before.count + each.count, allowed=before.allowed + each.allowed)
        counts[each.status, each.outcome] = total
    finding = replace(
        first,
        count=first.count + second.count,
        occurrences=occurrences,
        responses=tuple(counts[key] for key in sorted(counts)),
    )
    return Reaction(finding, (*known.after, *other.after)[:MAX_OCCURRENCES])
