"""Texts about verdicts and findings, shared by reports and messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from crm_contracts.judge.coverage import OutcomeCount
from crm_contracts.judge.finding import Finding, NearMiss, Occurrence, Side, Standing
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.verdict_entries import UnmatchedRequests, UnusedResponse
from crm_contracts.report.spans import Code, Link, Note, Reference, Text
from crm_contracts.report.text import location_text, plural, times
from crm_mocks.basis import Basis, BasisKind
from crm_mocks.violations import HTTP_RULE

_PHP_HINT: Final = " (PHP's json_encode writes an empty array so: cast it to an object)"
_RFC_LINK: Final = re.compile(r"RFC (?P<number>\d+)(?:, section (?P<section>[\d.]+))?")


def summary(verdict: Verdict, provider: str = "the provider") -> str:
    """Summarize the verdict in one sentence.

    Args:
        verdict: the verdict.
        provider: words for the provider.
    """
    exchanges = plural(verdict.exchanges, "exchange")
    if not verdict.exchanges:
        return "no requests were received"
    if not verdict.is_checked:
        return f"{exchanges}, none of which matched an operation"
    parts = [
        f"{plural(len(findings), 'rule')} broken by {provider if side is Side.PROVIDER else f'the {side}'}"
        for side in Side
        if (findings := [finding for finding in verdict.failing_of(side) if not finding.request])
    ]
    unmatched = sum(1 for finding in verdict.failing if finding.request)
    parts += [f"{plural(unmatched, 'kind')} of request that matched no operation"] if unmatched else []
    if not parts:
        return f"{exchanges}, none of which broke the contract{_not_counted(verdict)}"
    return f"{' and '.join(parts)}, in {verdict.faulty} of {exchanges}{_not_counted(verdict)}"


def _not_counted(verdict: Verdict) -> str:
    allowed = sum(entry.count for entry in verdict.allowed)
    counts = {
        "allowed mistake": allowed,
        "known finding": len(verdict.standing(Standing.KNOWN)),
        "contradicted position": len(verdict.standing(Standing.CONTRADICTED)),
        "assumption": len(verdict.standing(Standing.ASSUMPTION)),
    }
    parts = [plural(count, what) for what, count in counts.items() if count]
    return f" (not counting {', '.join(parts)})" if parts else ""


def owner(finding: Finding) -> str:
    """Return the operation of a finding, or the request that no operation matches."""
    return finding.operation or finding.request or finding.vendor


def headline(finding: Finding) -> Text:
    """Return the operation or request, location and rule of a finding."""
    if finding.rule == HTTP_RULE:
        return ("not HTTP: ", Code(location_text(finding.location)))
    status = f" {finding.status}" if finding.side is Side.PROVIDER and finding.status else ""
    if finding.request:
        return (Code(owner(finding)), f" {finding.rule}")
    return (Code(owner(finding)), f"{status} ", Code(location_text(finding.location)), f" {finding.rule}")


def problem(finding: Finding) -> Text:
    """Return what was sent and what was expected."""
    if finding.sent and finding.expected:
        hint = _PHP_HINT if (finding.sent, finding.expected) == ("[]", "object") else ""
        return (
            Code(location_text(finding.location)),
            " is ",
            Code(finding.sent),
            f", expected {finding.expected}{hint}",
        )
    return finding.message


def remark(finding: Finding) -> str:
    """Return why a finding does not count fully, or an empty string."""
    if not finding.fails:
        return finding.standing.value
    return f"{finding.allowed} of them allowed" if finding.allowed else ""


def basis_text(basis: Basis, vendor: str = "") -> Text:
    """Describe the basis of a rule, with a note that quotes it.

    Args:
        basis: the basis.
        vendor: vendor whose contract has the rule; without it, the note does not say how to print the contract.
    """
    if not basis.source and not basis.position:
        return ""
    if basis.kind is not BasisKind.POSITION:
        start = "documented: " if basis.kind is BasisKind.DOCUMENT else ""
        return (start, Reference(basis.source, _note(basis, vendor)))
    setting = f" Setting: {basis.setting}" if basis.setting else ""
    position = Reference(basis.position, _note(basis, vendor))
    return ("assumption of this project, position ", position, f": {basis.text}{setting}")


def _note(basis: Basis, vendor: str) -> Note:
    """Return what the document, standard or position says, and where to read it."""
    link = _RFC_LINK.sub(_rfc_url, basis.source) if basis.kind is BasisKind.HTTP else ""
    facts: tuple[tuple[str, Text], ...] = (
        ("document" if basis.kind is BasisKind.DOCUMENT else "about", basis.source if basis.position else ""),
        ("our choice", basis.text if basis.position else ""),
        ("setting", basis.setting),
        ("read it at", Link(link, link) if link else ""),
        ("whole contract", Code(f"crm-mocks contract {vendor}") if vendor and not link else ""),
    )
    return Note(basis.position or basis.source, tuple(fact for fact in facts if fact[1]))


def _rfc_url(source: re.Match[str]) -> str:
    section = f"#section-{source['section']}" if source["section"] else ""
    return f"https://www.rfc-editor.org/rfc/rfc{source['number']}{section}"


def first_occurrence_text(occurrence: Occurrence) -> str:
    """Describe the first occurrence."""
    return f"first {occurrence_text(occurrence)}".rstrip()


def occurrence_text(occurrence: Occurrence) -> str:
    """Describe where and when something occurred, with the response."""
    label = f"in {occurrence.label}" if occurrence.label else ""
    at = f"at {occurrence.at}" if occurrence.at else ""
    response = f"response {occurrence.response}" if occurrence.response else ""
    return ", ".join(filter(None, (" ".join(filter(None, (label, at))), response)))


def chosen_by_text(outcome: OutcomeCount) -> str:
    """Return the occurrences of an outcome, and what chose it if not the mock itself."""
    forced = [f"{by} {count}" for by, count in outcome.counts.items() if by != "mock"]
    return f"×{outcome.count}" + (f" ({', '.join(forced)})" if forced else "")


def unused_text(response: UnusedResponse) -> str:
    """Describe how often a queued response was used."""
    if not response.used:
        return f"{response.operation}: {response.response}, never used"
    return f"{response.operation}: {response.response}, used {response.used} of {plural(response.times or 0, 'time')}"


def unmatched_text(requests: UnmatchedRequests) -> str:
    """Describe unmatched requests in one line."""
    if requests.remark:
        return f"{requests.request} {times(requests.count)}: {requests.remark}"
    base = f"below the paths of {requests.vendor}" if requests.vendor else ""
    similar = near_misses_text(requests.near_misses)
    remarks = "; ".join(filter(None, (base, f"most similar: {similar}" if similar else "")))
    return f"{requests.request} {times(requests.count)}" + (f": {remarks}" if remarks else "")


def near_misses_text(near_misses: Iterable[NearMiss]) -> str:
    """List operations that a request was probably meant for."""
    return ", ".join(f"{each.method} {each.path} ({each.operation})" for each in near_misses)


def shortfall(verdict: Verdict, minimum: float | None) -> str:
    """Return a message if coverage is below the required percentage, or an empty string."""
    if minimum is None or not verdict.coverage.is_under(minimum):
        return ""
    return f"coverage of {verdict.coverage.percent:.1f} % is below {minimum:g} %"
