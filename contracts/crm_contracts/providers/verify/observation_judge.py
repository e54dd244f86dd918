"""The verdict on a provider, from observations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_contracts.judge.basis import common_basis
from crm_contracts.judge.collector import Collector
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchange_judge import ACCEPTED_INVALID, ExchangeJudge
from crm_contracts.judge.finding import Side
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.secrets import Secrets
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.verify.failures import CONFORMANCE
from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap, Observation
from crm_mocks.basis import DOCUMENT, HTTP
from crm_mocks.contract import Operation
from crm_mocks.vendor import load_vendor
from crm_mocks.violations import Violation

_CONFORMANCE: Final = frozenset(CONFORMANCE.values())
_REFUSED_VALID: Final = "refused-valid"
_CREDENTIALS_IGNORED: Final = "credentials-ignored"
_OF_HTTP: Final = frozenset({"allow-header", "server-error", "undocumented-method"})
"""Rules of HTTP rather than of the CRM."""


class ObservationJudge:
    """Judges a provider by observations, in order.

    Failures of schemathesis' checks of a response's form count only if `ExchangeJudge`, which is more precise, has
    found nothing in responses with that status.

    Attributes:
        remarks: sentences on what was not tested.
    """

    def __init__(
        self,
        vendor: str,
        url: str,
        settings: Mapping[str, Any],
        credentials: Mapping[str, str],
        title: str,
        policy: Policy = DEFAULT,
    ) -> None:
        """Start without observations.

        Args:
            vendor: vendor whose contract the provider is held to.
            url: of the provider.
            settings: changed settings of the vendor, by name.
            credentials: by name; redacted wherever they are echoed.
            title: of the verdict.
            policy: what the provider is held to.
        """
        self.remarks: list[str] = []
        self._judge = ExchangeJudge((vendor,), {f"{vendor}.{name}": value for name, value in settings.items()}, url)
        contract = self._judge.contracts[vendor]
        self._operations = contract.operations
        demo = load_vendor(vendor).credentials  # not secret, and common words
        secrets = Secrets([contract], (value for name, value in credentials.items() if demo.get(name) != value))
        self._collector = Collector(self._judge, title, (url,), sides={Side.PROVIDER}, secrets=secrets, policy=policy)
        self._findings: set[tuple[str, int, str]] = set()
        self._faulty: set[int] = set()
        self._called = False
        self._conformance: list[tuple[Operation, CheckFailure]] = []

    def add(self, observations: Iterable[Observation]) -> None:
        """Add observations."""
        for observation in observations:
            if isinstance(observation, Exchange):
                self._add_exchange(observation)
            elif isinstance(observation, CheckFailure):
                self._add_failure(observation)
            else:
                self._add_gap(observation)

    def verdict(self) -> Verdict:
        """Return the verdict on all observations."""
        for operation, failure in self._conformance:
            if not any((operation.key, failure.exchange.status) == finding[:2] for finding in self._findings):
                self._add_finding(operation, failure)
        self._conformance.clear()
        if not self._called:
            self._collector.complain("no operation was called")
        return self._collector.verdict()

    def _add_exchange(self, exchange: Exchange) -> None:
        self._called = self._called or self._judge.find(exchange.method, exchange.url) is not None
        findings = self._collector.add(exchange)
        self._findings.update((finding.operation, finding.status, finding.rule) for finding in findings)
        if findings:
            self._faulty.add(_digest(exchange))

    def _add_failure(self, failure: CheckFailure) -> None:
        operation = self._operations.get(failure.operation)
        if operation is None:
            self._collector.complain(f"{failure.rule}: {failure.message}")
        elif failure.rule in _CONFORMANCE:
            self._conformance.append((operation, failure))
        elif (operation.key, failure.exchange.status, failure.rule) not in self._findings:
            self._add_finding(operation, failure)

    def _add_finding(self, operation: Operation, failure: CheckFailure) -> None:
        basis = self._basis(operation, failure)
        violation = Violation(failure.location, failure.rule, failure.message, basis=basis)
        digest = _digest(failure.exchange)
        is_first = digest not in self._faulty
        self._collector.add_violations(failure.exchange, operation, Side.PROVIDER, [violation], is_first=is_first)
        self._faulty.add(digest)

    def _basis(self, operation: Operation, failure: CheckFailure) -> str:
        """Return the basis of a failed check: that of its scenario, constraint or response."""
        if failure.basis:
            return failure.basis
        if failure.rule in _OF_HTTP:
            return HTTP
        if failure.rule == _CREDENTIALS_IGNORED:
            return operation.security_basis
        if failure.rule == ACCEPTED_INVALID:
            return common_basis(violation.basis for violation in self._judge.request_violations(failure.exchange))
        if failure.rule == _REFUSED_VALID:
            responses = operation.responses.values()
            return common_basis(
                response.basis for response in responses if 200 <= response.status < 300 and not response.protocol
            )
        return DOCUMENT

    def _add_gap(self, gap: CoverageGap) -> None:
        if gap.fails:
            self._collector.complain(gap.text)
        else:
            self.remarks.append(gap.text)


def _digest(exchange: Exchange) -> int:
    """Return a number that identifies an exchange."""
    return hash((exchange.method, exchange.url, exchange.request_body, exchange.status, exchange.response_body))
