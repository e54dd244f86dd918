"""Making an examination of what was noted of a provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_contracts.examination.examination import Examination, Examiner
from crm_contracts.examination.findings import Side
from crm_contracts.examination.judge import Judge
from crm_contracts.examination.secrets import Secrets
from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.failures import CONFORMANCE
from crm_contracts.providers.verify.observations import CheckFailure, Incompleteness, Observation
from crm_mocks.contract import Operation
from crm_mocks.vendor import load_vendor
from crm_mocks.violations import Violation

_CONFORMANCE: Final = frozenset(CONFORMANCE.values())


class ObservationJudge:
    """Takes observations in the order in which they were noted.

    What schemathesis' checks say of an answer's form is only told where our own judge has found nothing in such an
    answer: it tells the same more closely.

    Attributes:
        remarks: sentences on what was not tried, for people.
    """

    def __init__(
        self, vendor: str, url: str, settings: Mapping[str, Any], credentials: Mapping[str, str], title: str
    ) -> None:
        """Begin.

        Args:
            vendor: whose contract the provider is held to.
            url: of the provider.
            settings: changes of the vendor's settings, by name.
            credentials: by name; they are struck out wherever they come back.
            title: of the examination.
        """
        self.remarks: list[str] = []
        self._judge = Judge((vendor,), {f"{vendor}.{name}": value for name, value in settings.items()}, url)
        contract = self._judge.contracts[vendor]
        self._operations = contract.operations
        demo = load_vendor(vendor).credentials  # no secrets, and words that stand everywhere
        secrets = Secrets([contract], (value for name, value in credentials.items() if demo.get(name) != value))
        self._examiner = Examiner(self._judge, title, (url,), sides={Side.PROVIDER}, strike=secrets.struck)
        self._told: set[tuple[str, int, str]] = set()
        self._faulty: set[int] = set()
        self._called = False
        self._conformance: list[tuple[Operation, CheckFailure]] = []

    def take(self, observations: Iterable[Observation]) -> None:
        """Take what was observed."""
        for each in observations:
            if isinstance(each, Exchange):
                self._exchange(each)
            elif isinstance(each, CheckFailure):
                self._failure(each)
            else:
                self._complaint(each)

    def examination(self) -> Examination:
        """Return what came of it."""
        for operation, failure in self._conformance:
            if not any((operation.key, failure.exchange.status) == told[:2] for told in self._told):
                self._find(operation, failure)
        self._conformance.clear()
        if not self._called:
            self._examiner.complain("no operation was called")
        return self._examiner.examination()

    def _exchange(self, exchange: Exchange) -> None:
        self._called = self._called or self._judge.find(exchange.method, exchange.url) is not None
        found = self._examiner.add(exchange)
        self._told.update((finding.operation, finding.status, finding.rule) for finding in found)
        if found:
            self._faulty.add(_mark(exchange))

    def _failure(self, failure: CheckFailure) -> None:
        operation = self._operations.get(failure.operation)
        if operation is None:
            self._examiner.complain(f"{failure.rule}: {failure.message}")
        elif failure.rule in _CONFORMANCE:
            self._conformance.append((operation, failure))
        elif (operation.key, failure.exchange.status, failure.rule) not in self._told:
            self._find(operation, failure)

    def _find(self, operation: Operation, failure: CheckFailure) -> None:
        violation = Violation(failure.location, failure.rule, failure.message)
        mark = _mark(failure.exchange)
        self._examiner.find(failure.exchange, operation, Side.PROVIDER, [violation], is_first=mark not in self._faulty)
        self._faulty.add(mark)

    def _complaint(self, complaint: Incompleteness) -> None:
        if complaint.fails:
            self._examiner.complain(complaint.text)
        else:
            self.remarks.append(complaint.text)


def _mark(exchange: Exchange) -> int:
    """Return a number by which an exchange is told from others, however it was noted."""
    return hash((exchange.method, exchange.url, exchange.request_body, exchange.status, exchange.answer_body))
