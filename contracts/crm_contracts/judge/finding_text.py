"""Texts about verdicts and findings, shared by reports and messages."""

from __future__ import annotations

from typing import Final

from crm_contracts.judge.coverage import OutcomeCount
from crm_contracts.judge.finding import Finding, Occurrence, Side, Standing
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.verdict_entries import UnmatchedRequests, UnusedResponse
from crm_contracts.report.spans import Code, Text
from crm_contracts.report.text import location_text, plural, times
from crm_mocks.basis import Basis, BasisKind
from crm_mocks.violations import HTTP_RULE

_PHP_HINT: Final = " (PHP's json_encode writes an empty array so: cast it to an object)"


def summary(verdict: Verdict) -> str:
    """Summarize the verdict in one sentence."""
    exchanges = plural(verdict.exchanges, "exchange")
    if not verdict.exchanges:
        return "no requests were received"
    if not verdict.is_checked:
        return f"{exchanges}, none of which matched an operation"
    parts = [
        f"{plural(len(findings), 'rule')} broken by the {side}"
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


def basis_text(basis: Basis) -> Text:
    """Describe the basis of a rule."""
    if basis.kind is not BasisKind.POSITION:
        return f"documented: {basis.source}" if basis.kind is BasisKind.DOCUMENT and basis.source else basis.source
    setting = f" Setting: {basis.setting}" if basis.setting else ""
    return ("assumption of this project, position ", Code(basis.position), f": {basis.text}{setting}")


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
    similar = ", ".join(
        f"{near_miss.method} {near_miss.path} ({near_miss.operation})" for near_miss in requests.near_misses
    )
    remarks = "; ".join(filter(None, (base, f"most similar: {similar}" if similar else "")))
    return f"{requests.request} {times(requests.count)}" + (f": {remarks}" if remarks else "")


def shortfall(verdict: Verdict, minimum: float | None) -> str:
    """Return a message if coverage is below the required percentage, or an empty string."""
    if minimum is None or not verdict.coverage.is_under(minimum):
        return ""
    return f"coverage of {verdict.coverage.percent:.1f} % is below {minimum:g} %"
