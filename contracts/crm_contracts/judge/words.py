"""Words for findings, which all reports and messages share."""

from __future__ import annotations

from crm_contracts.judge.coverage import OutcomeCount
from crm_contracts.judge.finding import Finding, Occurrence, Side, Standing, UnmatchedRequests, UnusedResponse
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.document import Code, Text
from crm_contracts.report.text import location_text, plural, times
from crm_mocks.basis import Basis, BasisKind


def summary(verdict: Verdict) -> str:
    """Return the verdict in one sentence."""
    exchanges = plural(verdict.exchanges, "exchange")
    if not verdict.exchanges:
        return "no request came"
    if not verdict.is_checked:
        return f"{exchanges}, none of them with an operation of a contract"
    by = [
        f"{plural(len(found), 'rule')} broken by the {side}"
        for side in Side
        if (found := [each for each in verdict.failing_of(side) if not each.request])
    ]
    unmatched = sum(1 for each in verdict.failing if each.request)
    by += [f"{plural(unmatched, 'kind')} of request that no operation takes"] if unmatched else []
    if not by:
        return f"{exchanges}, none of which broke the contract{_beside(verdict)}"
    return f"{' and '.join(by)}, in {verdict.faulty} of {exchanges}{_beside(verdict)}"


def _beside(verdict: Verdict) -> str:
    allowed = sum(each.count for each in verdict.allowed)
    counts = {
        "allowed mistake": allowed,
        "known finding": len(verdict.standing(Standing.KNOWN)),
        "contradicted position": len(verdict.standing(Standing.CONTRADICTED)),
        "assumption": len(verdict.standing(Standing.ASSUMPTION)),
    }
    beside = [plural(count, what) for what, count in counts.items() if count]
    return f" ({', '.join(beside)} beside)" if beside else ""


def owner(finding: Finding) -> str:
    """Return the operation of a finding, or the request that no operation matches."""
    return finding.operation or finding.request or finding.vendor


def headline(finding: Finding) -> Text:
    """Return whose rule is broken, where, and which."""
    status = f" {finding.status}" if finding.side is Side.PROVIDER and finding.status else ""
    if finding.request:
        return (Code(owner(finding)), f" {finding.rule}")
    return (Code(owner(finding)), f"{status} ", Code(location_text(finding.location)), f" {finding.rule}")


def problem(finding: Finding) -> Text:
    """Return what was sent and what was expected."""
    if finding.sent and finding.expected:
        return (Code(location_text(finding.location)), " is ", Code(finding.sent), f", expected {finding.expected}")
    return finding.message


def remark(finding: Finding) -> str:
    """Return why a finding does not count, or not all of it; an empty text if it does."""
    if not finding.fails:
        return finding.standing.value
    return f"{finding.allowed} of these allowed" if finding.allowed else ""


def basis_text(basis: Basis) -> Text:
    """Return what a rule rests on."""
    if basis.kind is not BasisKind.POSITION:
        return f"documented: {basis.source}" if basis.kind is BasisKind.DOCUMENT and basis.source else basis.source
    setting = f" Setting: {basis.setting}" if basis.setting else ""
    return ("assumption of ours, position ", Code(basis.position), f": {basis.text}{setting}")


def first(occurrence: Occurrence) -> str:
    """Return where something happened first."""
    return f"first {where(occurrence)}".rstrip()


def where(occurrence: Occurrence) -> str:
    """Return where something happened, when, and what the response was."""
    label = f"in {occurrence.label}" if occurrence.label else ""
    at = f"at {occurrence.at}" if occurrence.at else ""
    response = f"answered {occurrence.response}" if occurrence.response else ""
    return ", ".join(filter(None, (" ".join(filter(None, (label, at))), response)))


def chosen(outcome: OutcomeCount) -> str:
    """Return how often an outcome occurred, and what chose it if not the mock itself."""
    forced = [f"{by} {count}" for by, count in outcome.counts.items() if by != "mock"]
    return f"×{outcome.count}" + (f" ({', '.join(forced)})" if forced else "")


def unused(response: UnusedResponse) -> str:
    """Return what became of a queued response."""
    if not response.used:
        return f"{response.operation}: {response.response}, never used"
    return f"{response.operation}: {response.response}, used {response.used} of {plural(response.times or 0, 'time')}"


def unmatched_text(requests: UnmatchedRequests) -> str:
    """Return unmatched requests in one line."""
    about = f"below the paths of {requests.vendor}" if requests.vendor else ""
    near = ", ".join(f"{each.method} {each.path} ({each.operation})" for each in requests.near_misses)
    remarks = "; ".join(filter(None, (about, f"most like {near}" if near else "")))
    return f"{requests.request} {times(requests.count)}" + (f": {remarks}" if remarks else "")


def shortfall(verdict: Verdict, least: float | None) -> str:
    """Return that coverage is under the percentage wanted, or an empty text."""
    if least is None or not verdict.coverage.is_under(least):
        return ""
    return f"coverage of {verdict.coverage.percent:.1f} % is under {least:g} %"
