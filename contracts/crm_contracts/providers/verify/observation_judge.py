"""The verdict on a provider, made of what was observed of it."""

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
from crm_contracts.providers.verify.observations import CheckFailure, Incompleteness, Observation
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
    """Makes a verdict on a provider of observations, in the order in which they were made.

    Failures of schemathesis' checks of a response's form count only if our own judge found nothing in such responses:
    it names the place more precisely.

    Attributes:
        remarks: sentences on what was not tried.
    """

    def __init__(  # each says something else of the provider
        self,
        vendor: str,
        url: str,
        settings: Mapping[str, Any],
        credentials: Mapping[str, str],
        title: str,
        policy: Policy = DEFAULT,
    ) -> None:
        """Begin without any observation.

        Args:
            vendor: whose contract the provider is held to.
            url: of the provider.
            settings: changes of the vendor's settings, by name.
            credentials: by name; they are redacted wherever they are echoed.
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
        self._found: set[tuple[str, int, str]] = set()
        self._faulty: set[int] = set()
        self._called = False
        self._conformance: list[tuple[Operation, CheckFailure]] = []

    def take(self, observations: Iterable[Observation]) -> None:
        """Add observations."""
        for each in observations:
            if isinstance(each, Exchange):
                self._exchange(each)
            elif isinstance(each, CheckFailure):
                self._failure(each)
            else:
                self._incompleteness(each)

    def verdict(self) -> Verdict:
        """Return the verdict on all observations."""
        for operation, failure in self._conformance:
            if not any((operation.key, failure.exchange.status) == found[:2] for found in self._found):
                self._find(operation, failure)
        self._conformance.clear()
        if not self._called:
            self._collector.complain("no operation was called")
        return self._collector.verdict()

    def _exchange(self, exchange: Exchange) -> None:
        self._called = self._called or self._judge.find(exchange.method, exchange.url) is not None
        found = self._collector.add(exchange)
        self._found.update((finding.operation, finding.status, finding.rule) for finding in found)
        if found:
            self._faulty.add(_mark(exchange))

    def _failure(self, failure: CheckFailure) -> None:
        operation = self._operations.get(failure.operation)
        if operation is None:
            self._collector.complain(f"{failure.rule}: {failure.message}")
        elif failure.rule in _CONFORMANCE:
            self._conformance.append((operation, failure))
        elif (operation.key, failure.exchange.status, failure.rule) not in self._found:
            self._find(operation, failure)

    def _find(self, operation: Operation, failure: CheckFailure) -> None:
        basis = self._basis(operation, failure)
        violation = Violation(failure.location, failure.rule, failure.message, basis=basis)
        mark = _mark(failure.exchange)
        self._collector.add_violations(
            failure.exchange, operation, Side.PROVIDER, [violation], is_first=mark not in self._faulty
        )
        self._faulty.add(mark)

    def _basis(self, operation: Operation, failure: CheckFailure) -> str:
        """Return the name of what a failed check rests on: that of the scenario, constraint or response behind it."""
        if failure.basis:
            return failure.basis
        if failure.rule in _OF_HTTP:
            return HTTP
        if failure.rule == _CREDENTIALS_IGNORED:
            return operation.security_basis
        if failure.rule == ACCEPTED_INVALID:
            return common_basis(each.basis for each in self._judge.request_violations(failure.exchange))
        if failure.rule == _REFUSED_VALID:
            responses = operation.responses.values()
            return common_basis(each.basis for each in responses if 200 <= each.status < 300 and not each.protocol)
        return DOCUMENT

    def _incompleteness(self, incompleteness: Incompleteness) -> None:
        if incompleteness.fails:
            self._collector.complain(incompleteness.text)
        else:
            self.remarks.append(incompleteness.text)


def _mark(exchange: Exchange) -> int:
    """Return a number that tells an exchange from others."""
    return hash((exchange.method, exchange.url, exchange.request_body, exchange.status, exchange.response_body))
