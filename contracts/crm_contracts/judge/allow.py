"""The allow-list: mistakes that are made on purpose, by name. Every command and pytest marker takes the same names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from crm_contracts.judge.finding import (
    AllowedMistakes,
    FaultyRequests,
    Finding,
    ResponseCount,
    Side,
    Standing,
)
from crm_contracts.judge.verdict import Verdict
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError

ANY: Final = "*"
POSITION: Final = "position"
_NAME: Final = re.compile(r"(?P<owner>\*|[\w-]+(?:\.[\w-]+)?):(?P<what>\*|[\w-]+)", re.ASCII)
_REQUEST: Final = re.compile(r"(?P<method>\*|[^\s:/]+) (?P<path>[/*].*)", re.DOTALL)
_STATUS: Final = re.compile(r"[1-5][0-9][0-9]", re.ASCII)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FORM: Final = (
    "<vendor>.<operation>:<status, outcome, rule or *>, with * also for all vendors, position:<id>, "
    "or '<METHOD> <path>' of a request that no operation matches"
)


@dataclass(frozen=True)
class AllowedByName:
    """Allows findings by response or rule.

    Attributes:
        owner: `<vendor>.<operationId>`; a vendor, for its unmatched requests; or `*`.
        what: name or status of the outcome that the mistake was answered with, name of the rule, or `*`.
    """

    owner: str
    what: str

    @property
    def name(self) -> str:
        """As the user wrote it."""
        return f"{self.owner}:{self.what}"

    def covers_response(self, of: Finding | FaultyRequests, response: ResponseCount) -> bool:
        """Whether whatever was answered so is allowed."""
        is_owner = self.owner in (ANY, of.operation or of.vendor)
        return is_owner and self.what in (ANY, response.outcome or None, str(response.status))

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is allowed whatever the response was."""
        return self.owner in (ANY, finding.owner) and kebab(self.what) == kebab(finding.rule)


@dataclass(frozen=True)
class AllowedRequest:
    """Allows unmatched requests.

    Attributes:
        method: as sent, or `*`.
        path: without a session's prefix; each `*` stands for any characters.
    """

    method: str
    path: str

    @property
    def name(self) -> str:
        """As the user wrote it."""
        return f"{self.method} {self.path}"

    def covers_response(self, of: Finding | FaultyRequests, _: ResponseCount) -> bool:
        """Whether requests are allowed."""
        method, _space, path = of.request.partition(" ")
        return bool(of.request) and self.method in (ANY, method) and matches(self.path, path)

    def covers(self, _: Finding) -> bool:
        """Nothing but requests."""
        return False


@dataclass(frozen=True)
class AllowedPosition:
    """Allows findings that rest on a position.

    Attributes:
        position: its id, or `*`.
    """

    position: str

    @property
    def name(self) -> str:
        """As the user wrote it."""
        return f"{POSITION}:{self.position}"

    def covers_response(self, _of: Finding | FaultyRequests, _: ResponseCount) -> bool:
        """Nothing by its response."""
        return False

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is allowed."""
        return bool(finding.basis.position) and self.position in (ANY, finding.basis.position)


Allowance = AllowedByName | AllowedRequest | AllowedPosition


def allow(verdict: Verdict, names: Iterable[str]) -> Verdict:
    """Return the verdict with findings allowed, beside those that already are.

    Args:
        verdict: of any command.
        names: of the allow-list, as the user wrote them.

    Raises:
        UsageError: a name is malformed.
    """
    allowances = [parse(name) for name in dict.fromkeys(names)]
    used: Counter[str] = Counter({each.name: each.count for each in verdict.allowed})
    used.update({each.name: 0 for each in allowances})
    findings = tuple(_allowed(each, allowances, used) for each in verdict.findings)
    left = _not_allowed(findings)
    faulty = tuple(_allowed_requests(each, allowances, used, left) for each in verdict.faulty_requests)
    return replace(
        verdict,
        faulty=sum(response.count - response.allowed for each in faulty for response in each.responses),
        findings=findings,
        allowed=tuple(AllowedMistakes(name, count) for name, count in sorted(used.items())),
        faulty_requests=faulty,
    )


def _allowed(finding: Finding, allowances: list[Allowance], used: Counter[str]) -> Finding:
    """Return a finding as allowed by the first entry that covers it; entries by rule or position count its times."""
    if finding.standing in (Standing.ASSUMPTION, Standing.CONTRADICTED):
        return finding
    whole = next((each for each in allowances if each.covers(finding)), None)
    if whole is not None:
        used[whole.name] += finding.count - finding.allowed
        responses = tuple(replace(each, allowed=each.count) for each in finding.responses)
    else:
        responses = tuple(_allowed_response(finding, each, allowances, Counter()) for each in finding.responses)
    made = replace(finding, responses=responses)
    is_allowed = made.standing is Standing.FAILS and bool(responses) and made.allowed == made.count
    return replace(made, standing=Standing.ALLOWED) if is_allowed else made


def _allowed_requests(
    requests: FaultyRequests, allowances: list[Allowance], used: Counter[str], left: Mapping[object, int]
) -> FaultyRequests:
    """Return requests as allowed by the first entry that covers them, or since all their findings are."""
    responses = []
    for response in requests.responses:
        made = _allowed_response(requests, response, allowances, used)
        if not left.get(_place(requests, response)):
            made = replace(made, allowed=made.count)
        responses.append(made)
    return replace(requests, responses=tuple(responses))


def _allowed_response(
    of: Finding | FaultyRequests, response: ResponseCount, allowances: list[Allowance], used: Counter[str]
) -> ResponseCount:
    found = next((each for each in allowances if each.covers_response(of, response)), None)
    if found is None:
        return response
    used[found.name] += response.count - response.allowed
    return replace(response, allowed=response.count)


def _not_allowed(findings: Iterable[Finding]) -> Counter[object]:
    """Count the findings that are not allowed, by operation or request, and by response."""
    return Counter(
        _place(finding, response)
        for finding in findings
        if finding.standing in (Standing.FAILS, Standing.KNOWN)
        for response in finding.responses
        if response.allowed < response.count
    )


def _place(of: Finding | FaultyRequests, response: ResponseCount) -> tuple[object, ...]:
    return of.vendor, of.operation, of.request, response.status, response.outcome


def parse(name: str) -> Allowance:
    """Read one entry of the allow-list.

    Raises:
        UsageError: it is malformed.
    """
    found = _NAME.fullmatch(name)
    if found is not None:
        is_position = found["owner"] == POSITION
        return AllowedPosition(found["what"]) if is_position else AllowedByName(found["owner"], found["what"])
    request = _REQUEST.fullmatch(name)
    if request is None:
        raise UsageError(f"'{name}' allows nothing: wants {_FORM}")
    return AllowedRequest(request["method"], request["path"])


def matches(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern in which each `*` stands for any characters, in time linear in both.

    Example:
        `matches("/toy/*/notes", "/toy/5/notes")` is true.
    """
    first, *rest = pattern.split(ANY)
    if not rest:
        return pattern == text
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    place, end = len(first), len(text) - len(last)
    for segment in middle:  # the earliest place of each leaves the most room for the others
        place = text.find(segment, place, end)
        if place < 0:
            return False
        place += len(segment)
    return True


def kebab(rule: str) -> str:
    """Return a rule's name with hyphens: `retryAfter` and `retry-after` are the same."""
    return _CAMEL.sub("-", rule).lower()


def check(names: Iterable[str], contracts: Iterable[Contract]) -> None:
    """Refuse entries that can never allow anything: a misspelt one would be overlooked.

    Args:
        names: as the user wrote them.
        contracts: of all vendors.

    Raises:
        UsageError: there is no such vendor, operation, outcome or position.
    """
    known = list(contracts)
    for allowance in map(parse, names):
        if isinstance(allowance, AllowedByName):
            _check_name(allowance, known)
        elif isinstance(allowance, AllowedPosition):
            _check_position(allowance, known)
        else:
            _check_request(allowance, known)


def _check_name(allowance: AllowedByName, contracts: list[Contract]) -> None:
    vendors = {contract.vendor for contract in contracts}
    if allowance.owner in vendors and allowance.what != ANY:
        raise UsageError(
            f"'{allowance.name}' allows nothing: requests of {allowance.owner} that no operation matches are "
            f"allowed by '{allowance.owner}:*', or one by one as '<METHOD> <path>'"
        )
    if allowance.owner in {ANY, *vendors}:
        return
    operations = {each.key: each for contract in contracts for each in contract.operations.values()}
    operation = operations.get(allowance.owner)
    if operation is None:
        raise UsageError(f"'{allowance.name}': no operation '{allowance.owner}', there are {', '.join(operations)}")
    outcomes = {*operation.outcomes, *(str(each.status) for each in operation.outcomes.values())}
    if allowance.what in {ANY, *outcomes} or _STATUS.fullmatch(allowance.what):
        return
    if get_close_matches(allowance.what, outcomes) or allowance.what.isdecimal():  # else it is the name of a rule
        there_are = ", ".join(f"{each.status} {each.name}" for each in operation.outcomes.values())
        raise UsageError(f"'{allowance.name}': {operation.key} has no answer '{allowance.what}', it has {there_are}")


def _check_position(allowance: AllowedPosition, contracts: list[Contract]) -> None:
    positions = sorted({position for contract in contracts for position in contract.positions})
    if allowance.position not in (ANY, *positions):
        near = get_close_matches(allowance.position, positions) or positions
        raise UsageError(f"'{allowance.name}': there is no such position, but {', '.join(near)}")


def _check_request(allowance: AllowedRequest, contracts: list[Contract]) -> None:
    for operation in (each for contract in contracts for each in contract.operations.values()):
        if (operation.method.upper(), operation.path) == (allowance.method, allowance.path):
            raise UsageError(
                f"'{allowance.name}' allows nothing: that is {operation.key}, whose mistakes are allowed by their "
                f"answers, such as '{operation.key}:400'"
            )


def names_for(finding: Finding) -> tuple[str, ...]:
    """Return the entries that would allow what is not yet allowed of a finding, the narrowest that there are."""
    left = [each for each in finding.responses if each.count > each.allowed]
    if finding.request:
        return (finding.request,)
    if not finding.operation:
        return (f"{finding.vendor or ANY}:{ANY}",)
    if not left or finding.side is not Side.CLIENT:
        return (f"{finding.operation}:{kebab(finding.rule)}",)
    return tuple(f"{finding.operation}:{each.outcome or each.status or ANY}" for each in left)
