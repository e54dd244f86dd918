"""What fuzzing came to, in words that all reports share."""

from __future__ import annotations

from collections import Counter

from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.clients.fuzz.model import CaseCounts, FlakyCase, FuzzOutcome, Weakness
from crm_contracts.reports.words import number, safe

Row = dict[int, CaseCounts]
"""Counts by status."""

_MOST_MEMBERS = 12


def summary(fuzz: FuzzOutcome) -> str:
    """Return what came of it, in a sentence."""
    if fuzz.complaint:
        return f"Not fuzzed: {safe(fuzz.complaint)}"
    flaky = f"; flaky with {number(len(fuzz.flaky), 'answer')}" if fuzz.flaky else ""
    answers = number(fuzz.answers, "answer")
    begun = "Interrupted. " if fuzz.interrupted else ""
    if fuzz.weaknesses:
        names = Counter(each.name for each in fuzz.weaknesses)
        listed = ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in names.items())
        return f"{begun}Broken by {len(fuzz.weaknesses)} of {answers}: {listed}{flaky}"
    return f"{begun}Survived: {answers}{flaky}"


def speed(fuzz: FuzzOutcome) -> str:
    """Return how much was done in which time."""
    rate = f", {fuzz.runs / fuzz.seconds:.0f} runs a second" if fuzz.seconds else ""
    return (
        f"{number(fuzz.answers, 'answer')} in {number(fuzz.runs, 'run')}, {fuzz.seconds:.1f} s{rate}; seed {fuzz.seed}"
    )


def reads(fuzz: FuzzOutcome, operation: str) -> str:
    """Return which members of an operation's answers the client's doings depend on."""
    places = fuzz.reads.get(operation, ())
    if not places:
        return "the client reads nothing of the body, as far as can be seen"
    more = f" and {len(places) - _MOST_MEMBERS} more" if len(places) > _MOST_MEMBERS else ""
    return f"the client reads {', '.join(places[:_MOST_MEMBERS])}{more}"


def table(fuzz: FuzzOutcome, operation: str) -> tuple[list[int], dict[MutationKind, Row]]:
    """Return the statuses of an operation that were tried, and the counts by kind and status."""
    rows: dict[MutationKind, Row] = {}
    for tried, counts in fuzz.tried.items():
        if tried.operation == operation:
            rows.setdefault(tried.kind, {})[tried.status] = counts
    statuses = sorted({status for row in rows.values() for status in row})
    return statuses, {kind: rows[kind] for kind in MutationKind if kind in rows}


def cell(counts: CaseCounts | None) -> str:
    """Return a cell of the table: how many were given, and how many broke the client."""
    if counts is None:
        return ""
    return f"{counts.given}, {counts.broke} broke" if counts.broke else f"{counts.given}"


def given(weakness: Weakness) -> str:
    """Return the answer that breaks the client."""
    answer = weakness.answer
    return f"{answer.operation}, {answer.status} {answer.outcome}: {safe(weakness.result.case.unusual)}"


def standing(weakness: Weakness) -> str:
    """Return whether the contract allows it, how it was found, and how small it is."""
    allowed = "the contract allows it" if weakness.answer.allowed else "the contract forbids it"
    if weakness.answer.fault is not None:
        allowed = "networks do that"
    if not weakness.found_by:
        return f"{allowed}; {'an earlier failure' if weakness.differences is None else 'found by a example answer'}"
    runs = f"shrunk in {number(weakness.runs, 'run')} to {number(weakness.differences or 0, 'difference')}"
    return f"{allowed}; found by answer {weakness.found_by} after {weakness.found_after:.1f} s, {runs}"


def flakiness(flaky: FlakyCase) -> str:
    """Return what broke a client at times."""
    answer = flaky.result.case.answer
    words = f"{answer.operation}, {answer.status} {answer.outcome}: {safe(flaky.result.case.unusual)}"
    return f"{words}: broke in {flaky.broke} of {number(flaky.runs, 'run')} ({safe('; '.join(flaky.result.failures))})"
