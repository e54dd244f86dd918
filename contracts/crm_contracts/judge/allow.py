"""The allow-list: names of deliberate mistakes. All commands and pytest markers take the same names."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from crm_contracts.judge.allowance import (
    ANY,
    Allowance,
    AllowedByName,
    AllowedPosition,
    AllowedRequest,
    kebab,
    parse,
    path_of,
)
from crm_contracts.judge.finding import Finding, ResponseCount, Side, Standing
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.verdict_entries import AllowedMistakes, FaultyRequests
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault
from crm_mocks.nearest_name import did_you_mean, nearest
from crm_mocks.violations import HTTP_RULE

_STATUS: Final = re.compile(r"[1-5][0-9][0-9]", re.ASCII)


def allow(verdict: Verdict, names: Iterable[str]) -> Verdict:
    """Return the verdict with more findings allowed.

    Args:
        verdict: verdict of any command.
        names: entries of the allow-list, as the user wrote them.

    Raises:
        UsageError: a name is malformed.
    """
    allowances = [parse(name) for name in dict.fromkeys(names)]
    used: Counter[str] = Counter({entry.name: entry.count for entry in verdict.allowed})
    used.update({allowance.name: 0 for allowance in allowances})
    findings = tuple(_allowed(finding, allowances, used) for finding in verdict.findings)
    remaining = _not_allowed(findings)
    faulty = tuple(_allowed_requests(requests, allowances, used, remaining) for requests in verdict.faulty_requests)
    return replace(
        verdict,
        faulty=sum(response.count - response.allowed for requests in faulty for response in requests.responses),
        findings=findings,
        allowed=tuple(AllowedMistakes(name, count) for name, count in sorted(used.items())),
        faulty_requests=faulty,
    )


def _allowed(finding: Finding, allowances: list[Allowance], used: Counter[str]) -> Finding:
    """Mark a finding as allowed if an entry covers it; entries by rule or position count its occurrences."""
    if finding.standing in (Standing.ASSUMPTION, Standing.CONTRADICTED):
        return finding
    allowance = next((candidate for candidate in allowances if candidate.covers(finding)), None)
    if allowance is not None:
        used[allowance.name] += finding.count - finding.allowed
        responses = tuple(replace(response, allowed=response.count) for response in finding.responses)
    else:
        responses = tuple(_allowed_response(finding, response, allowances, Counter()) for response in finding.responses)
    marked = replace(finding, responses=responses)
    is_allowed = marked.standing is Standing.FAILS and bool(responses) and marked.allowed == marked.count
    return replace(marked, standing=Standing.ALLOWED) if is_allowed else marked


def _allowed_requests(
    requests: FaultyRequests, allowances: list[Allowance], used: Counter[str], remaining: Mapping[object, int]
) -> FaultyRequests:
    """Mark requests as allowed if an entry covers them or all their findings are allowed."""
    responses = []
    for response in requests.responses:
        marked = _allowed_response(requests, response, allowances, used)
        if not remaining.get(_group_key(requests, response)):
            marked = replace(marked, allowed=marked.count)
        responses.append(marked)
    return replace(requests, responses=tuple(responses))


def _allowed_response(
    of: Finding | FaultyRequests, response: ResponseCount, allowances: list[Allowance], used: Counter[str]
) -> ResponseCount:
    allowance = next((candidate for candidate in allowances if candidate.covers_response(of, response)), None)
    if allowance is None:
        return response
    used[allowance.name] += response.count - response.allowed
    return replace(response, allowed=response.count)


def _not_allowed(findings: Iterable[Finding]) -> Counter[object]:
    """Count the findings that are not allowed, by operation or request and by response."""
    return Counter(
        _group_key(finding, response)
        for finding in findings
        if finding.standing in (Standing.FAILS, Standing.KNOWN)
        for response in finding.responses
        if response.allowed < response.count
    )


def _group_key(of: Finding | FaultyRequests, response: ResponseCount) -> tuple[object, ...]:
    return of.vendor, of.operation, of.request, response.status, response.outcome


def check_names(names: Iterable[str], contracts: Iterable[Contract]) -> None:
    """Reject entries that can never allow anything, such as misspelt ones.

    Args:
        names: entries as the user wrote them.
        contracts: contracts of all vendors.

    Raises:
        UsageError: a vendor, operation, outcome or position is unknown.
    """
    _check_all(tuple(names), tuple(contracts))


@lru_cache(maxsize=8)  # the tests of a suite, most of which allow the same, are judged one by one
def _check_all(names: tuple[str, ...], contracts: tuple[Contract, ...]) -> None:
    known = _Known(contracts)
    for allowance in map(parse, dict.fromkeys(names)):
        if isinstance(allowance, AllowedByName):
            _check_name(allowance, known)
        elif isinstance(allowance, AllowedPosition):
            _check_position(allowance, known)
        else:
            _check_request(allowance, known)


class _Known:
    """What names may name."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        listed = list(contracts)
        operations = [each for contract in listed for each in contract.operations.values()]
        self.vendors = {contract.vendor for contract in listed}
        self.operations = {each.key: each for each in operations}
        self.requests = {(each.method.upper(), each.path): each.key for each in reversed(operations)}
        self.positions = sorted({position for contract in listed for position in contract.positions})


def _check_name(allowance: AllowedByName, known: _Known) -> None:
    if allowance.owner in known.vendors and allowance.what != ANY:
        raise UsageError(
            f"'{allowance.name}' allows nothing: requests of {allowance.owner} that no operation matches are "
            f"allowed by '{allowance.owner}:*', or individually as '<METHOD> <path>'"
        )
    if allowance.owner == ANY or allowance.owner in known.vendors:
        return
    operation = known.operations.get(allowance.owner)
    if operation is None:
        hint = did_you_mean(allowance.owner, (*known.operations, *known.vendors))
        raise UsageError(
            f"'{allowance.name}': no operation '{allowance.owner}'{hint}, known are {', '.join(known.operations)}"
        )
    outcomes = {*operation.outcomes, *(str(outcome.status) for outcome in operation.outcomes.values())}
    if allowance.what in {ANY, *outcomes, *Fault} or _STATUS.fullmatch(allowance.what):
        return
    alike = [outcome for outcome in outcomes if "-" not in allowance.what]  # rules may have hyphens, outcomes do not
    if "_" not in allowance.what:  # nor is the rule `credentials` a misspelt `credentials_wrong`
        alike = [outcome for outcome in alike if "_" not in outcome]
    if nearest(allowance.what, alike) or allowance.what[0].isdecimal():
        documented = ", ".join(f"{outcome.status} {outcome.name}" for outcome in operation.outcomes.values())
        raise UsageError(
            f"'{allowance.name}': {operation.key} has no response '{allowance.what}'"
            f"{did_you_mean(allowance.what, outcomes)}, known are {documented}"
        )


def _check_position(allowance: AllowedPosition, known: _Known) -> None:
    if allowance.position != ANY and allowance.position not in known.positions:
        hint = did_you_mean(allowance.position, known.positions) or f", known are {', '.join(known.positions)}"
        raise UsageError(f"'{allowance.name}': no such position{hint}")


def _check_request(allowance: AllowedRequest, known: _Known) -> None:
    key = known.requests.get((allowance.method, allowance.path))
    if key is not None:
        raise UsageError(
            f"'{allowance.name}' allows nothing: that is {key}, whose mistakes are allowed by "
            f"response, such as '{key}:400'"
        )


def allow_line(finding: Finding) -> str:
    """Return the options that allow the remaining occurrences of a finding, to paste.

    Example:
        >>> allow_line(Finding(Side.CLIENT, "toy", "", "path", ("path",), "", request="GET /toy/x"))
        "--allow 'GET /toy/x'"
    """
    return " ".join(f"--allow {shlex.quote(name)}" for name in names_for(finding))


def names_for(finding: Finding) -> tuple[str, ...]:
    """Return the narrowest entries that would allow the remaining occurrences of a finding."""
    remaining = [response for response in finding.responses if response.count > response.allowed]
    if finding.request:
        method, _space, url = finding.request.partition(" ")
        return (f"{method} {path_of(url)}",)
    if not finding.operation:
        return (f"{finding.vendor or ANY}:{HTTP_RULE if finding.rule == HTTP_RULE else ANY}",)
    if not remaining or finding.side is not Side.CLIENT:
        return tuple(f"{operation}:{kebab(finding.rule)}" for operation in finding.operations or (finding.operation,))
    return tuple(f"{finding.operation}:{response.outcome or response.status or ANY}" for response in remaining)
