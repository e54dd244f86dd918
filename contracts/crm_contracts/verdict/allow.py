"""Mistakes that a test makes on purpose, allowed by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from crm_contracts.verdict.findings import Allowed, Answered, Broken, Mistaken
from crm_contracts.verdict.model import Verdict
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError

ANY: Final = "*"
_NAME: Final = re.compile(r"(?P<whose>\*|[\w-]+(?:\.[\w-]+)?):(?P<what>\*|[\w-]+)", re.ASCII)
_STRAY: Final = re.compile(r"(?P<method>\*|[^\s:/]+) (?P<path>[/*].*)")
_STATUS: Final = re.compile(r"[1-5][0-9][0-9]", re.ASCII)
_FORM: Final = (
    "<vendor>.<operation>:<status, outcome or *>, with * also for all vendors, "
    "or '<METHOD> <path>' of a request that no operation takes"
)


@dataclass(frozen=True)
class AllowedAnswer:
    """Allows the mistakes that are answered so.

    Attributes:
        whose: `<vendor>.<operationId>`; a vendor, for its requests that no operation is found for; or `*`.
        what: name or status of the outcome that the mistake is answered with, or `*`.
    """

    whose: str
    what: str

    @property
    def name(self) -> str:
        """As the user wrote it."""
        return f"{self.whose}:{self.what}"

    def covers(self, of: Broken | Mistaken, answered: Answered) -> bool:
        """Tell whether mistakes that were answered so are allowed."""
        whose = (ANY, of.operation or of.vendor)
        return self.whose in whose and self.what in (ANY, answered.outcome or None, str(answered.status))


@dataclass(frozen=True)
class AllowedRequest:
    """Allows requests that no operation is found for.

    Attributes:
        method: as sent, or `*`.
        path: without a session's prefix; each `*` in it stands for any characters.
    """

    method: str
    path: str

    @property
    def name(self) -> str:
        """As the user wrote it."""
        return f"{self.method} {self.path}"

    def covers(self, of: Broken | Mistaken, _: Answered) -> bool:
        """Tell whether a request was one of these."""
        method, _space, path = of.request.partition(" ")
        wanted = ".*".join(map(re.escape, self.path.split(ANY)))
        return bool(of.request) and self.method in (ANY, method) and re.fullmatch(wanted, path, re.DOTALL) is not None


Allowance = AllowedAnswer | AllowedRequest


def apply(verdict: Verdict, names: Iterable[str]) -> Verdict:
    """Return the verdict with the mistakes marked that are allowed, beside those already marked.

    Raises:
        UsageError: a name has another form.
    """
    allowances = [parse(name) for name in dict.fromkeys(names)]
    used: Counter[str] = Counter({each.name: each.count for each in verdict.allowed})
    used.update({each.name: 0 for each in allowances})
    mistaken = tuple(
        replace(each, answers=tuple(_marked(each, answered, allowances, used) for answered in each.answers))
        for each in verdict.mistaken
    )
    return replace(
        verdict,
        faulty=sum(answered.count - answered.allowed for each in mistaken for answered in each.answers),
        broken=tuple(_marked_rule(each, allowances) for each in verdict.broken),
        allowed=tuple(Allowed(name, count) for name, count in sorted(used.items())),
        mistaken=mistaken,
    )


def _marked_rule(broken: Broken, allowances: list[Allowance]) -> Broken:
    answers = tuple(_marked(broken, answered, allowances, Counter()) for answered in broken.answers)
    return replace(broken, answers=answers, allowed=sum(each.allowed for each in answers))


def _marked(of: Broken | Mistaken, answered: Answered, allowances: list[Allowance], used: Counter[str]) -> Answered:
    """Return mistakes as allowed by the first name that covers them, and count them there."""
    found = next((each for each in allowances if each.covers(of, answered)), None)
    if found is None:
        return answered
    used[found.name] += answered.count - answered.allowed
    return replace(answered, allowed=answered.count)


def parse(name: str) -> Allowance:
    """Read one name.

    Raises:
        UsageError: it has another form.
    """
    found = _NAME.fullmatch(name)
    if found is not None:
        return AllowedAnswer(found["whose"], found["what"])
    stray = _STRAY.fullmatch(name)
    if stray is None:
        raise UsageError(f"'{name}' allows nothing: wants {_FORM}")
    return AllowedRequest(stray["method"], stray["path"])


def check(names: Iterable[str], contracts: Iterable[Contract]) -> None:
    """Refuse names that no mistake could ever have: a misspelt one would be overlooked.

    Args:
        names: as the user wrote them.
        contracts: of all vendors.

    Raises:
        UsageError: there is no such vendor, operation or outcome.
    """
    known = list(contracts)
    for allowance in map(parse, names):
        if isinstance(allowance, AllowedAnswer):
            _check_answer(allowance, known)
        else:
            _check_request(allowance, known)


def _check_answer(allowance: AllowedAnswer, contracts: list[Contract]) -> None:
    vendors = {contract.vendor for contract in contracts}
    if allowance.whose in vendors and allowance.what != ANY:
        raise UsageError(
            f"'{allowance.name}' allows nothing: requests of {allowance.whose} that no operation is found for are "
            f"allowed by '{allowance.whose}:*', or one by one as '<METHOD> <path>'"
        )
    if allowance.whose in {ANY, *vendors}:
        return
    operations = {each.key: each for contract in contracts for each in contract.operations.values()}
    operation = operations.get(allowance.whose)
    if operation is None:
        raise UsageError(f"'{allowance.name}': no operation '{allowance.whose}', there are {', '.join(operations)}")
    answers = {ANY, *operation.outcomes, *(str(each.status) for each in operation.outcomes.values())}
    if allowance.what not in answers and not _STATUS.fullmatch(allowance.what):
        names_of = ", ".join(f"{each.status} {each.name}" for each in operation.outcomes.values())
        raise UsageError(f"'{allowance.name}': {operation.key} has no answer '{allowance.what}', it has {names_of}")


def _check_request(allowance: AllowedRequest, contracts: list[Contract]) -> None:
    for operation in (each for contract in contracts for each in contract.operations.values()):
        if (operation.method.upper(), operation.path) == (allowance.method, allowance.path):
            raise UsageError(
                f"'{allowance.name}' allows nothing: that is {operation.key}, whose mistakes are allowed by their "
                f"answers, such as '{operation.key}:400'"
            )
