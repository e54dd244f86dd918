"""Mistakes that a test makes on purpose, allowed by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from crm_contracts.verdict.model import Allowed
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.sessions.tally import Exchange

ANY: Final = "*"
_NAME: Final = re.compile(r"(?P<whose>\*|[\w-]+(?:\.[\w-]+)?):(?P<what>\*|[\w-]+)", re.ASCII)
_STATUS: Final = re.compile(r"[1-5][0-9][0-9]", re.ASCII)
_FORM: Final = "<vendor>.<operation>:<status, outcome or *>, with * also for all vendors"


@dataclass(frozen=True)
class Allowance:
    """One name under which mistakes are allowed.

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

    def covers(self, vendor: str, operation: str, status: int | None, outcome: str) -> bool:
        """Tell whether a mistake that was answered so is allowed."""
        return self.whose in (ANY, operation or vendor) and self.what in (ANY, outcome or None, str(status))


class Allowances:
    """The names under which mistakes are allowed, and how often they were made."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Read the names.

        Raises:
            UsageError: one has another form.
        """
        self._all = [parse(name) for name in dict.fromkeys(names)]
        self._used: Counter[str] = Counter({each.name: 0 for each in self._all})

    def covers(self, vendor: str, operation: str, status: int | None, outcome: str) -> bool:
        """Tell whether a mistake is allowed.

        Args:
            vendor: whose path was called.
            operation: empty where none was found.
            status: of the answer, `None` where it is not known.
            outcome: of the answer, empty where it is not known.
        """
        return self._covering(vendor, operation, status, outcome) is not None

    def use(self, exchange: Exchange, count: int) -> bool:
        """Tell whether mistakes that ended so are allowed; if they are, count them."""
        found = self._covering(exchange.vendor, exchange.operation, exchange.status, exchange.outcome)
        if found is not None:
            self._used[found.name] += count
        return found is not None

    def _covering(self, vendor: str, operation: str, status: int | None, outcome: str) -> Allowance | None:
        return next((each for each in self._all if each.covers(vendor, operation, status, outcome)), None)

    def counted(self) -> tuple[Allowed, ...]:
        """Return each name with the number of mistakes that it has allowed."""
        return tuple(Allowed(name, count) for name, count in sorted(self._used.items()))


def parse(name: str) -> Allowance:
    """Read one name.

    Raises:
        UsageError: it has another form.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise UsageError(f"'{name}' allows nothing: wants {_FORM}")
    return Allowance(found["whose"], found["what"])


def check(names: Iterable[str], contracts: Iterable[Contract]) -> None:
    """Refuse names that no mistake could ever have: a misspelt one would be overlooked.

    Args:
        names: as the user wrote them.
        contracts: of all vendors.

    Raises:
        UsageError: there is no such vendor, operation or outcome.
    """
    known = list(contracts)
    vendors = {contract.vendor for contract in known}
    operations = {each.key: each for contract in known for each in contract.operations.values()}
    for allowance in map(parse, names):
        if allowance.whose in vendors and allowance.what != ANY:
            raise UsageError(
                f"'{allowance.name}' allows nothing: requests of {allowance.whose} that no operation is found for are "
                f"allowed by '{allowance.whose}:*'"
            )
        if allowance.whose in {ANY, *vendors}:
            continue
        operation = operations.get(allowance.whose)
        if operation is None:
            raise UsageError(f"'{allowance.name}': no operation '{allowance.whose}', there are {', '.join(operations)}")
        answers = {ANY, *operation.outcomes, *(str(each.status) for each in operation.outcomes.values())}
        if allowance.what not in answers and not _STATUS.fullmatch(allowance.what):
            names_of = ", ".join(f"{each.status} {each.name}" for each in operation.outcomes.values())
            raise UsageError(f"'{allowance.name}': {operation.key} has no answer '{allowance.what}', it has {names_of}")
