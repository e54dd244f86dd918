"""The verdict on a provider, from observations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from crm_contracts.judge.basis import common_basis
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ACCEPTED_INVALID, ExchangeJudge
from crm_contracts.judge.exchanges.judgement import Judgement
from crm_contracts.judge.exchanges.response_rules import UNDOCUMENTED_STATUS
from crm_contracts.judge.exchanges.secrets import Secrets
from crm_contracts.judge.finding import Side
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.verify.accepted_requests import AcceptedRequests
from crm_contracts.providers.verify.failures import CONFORMANCE
from crm_contracts.providers.verify.observations import SCENARIO, CheckFailure, CoverageGap, Observation
from crm_mocks.basis import DOCUMENT, HTTP
from crm_mocks.contract import Operation
from crm_mocks.parsing.media_types import content_type
from crm_mocks.vendor import load_vendor
from crm_mocks.violations import Violation

_CONFORMANCE: Final = frozenset(CONFORMANCE.values())
_SCHEMA: Final = "schema"
_DISCRIMINATOR: Final = "discriminator"
_REFUSED_VALID: Final = "refused-valid"
_CREDENTIALS_IGNORED: Final = "credentials-ignored"
_CREDENTIALS: Final = "credentials"
_SERVER_ERROR: Final = "server-error"
_ALLOW_HEADER: Final = "allow-header"
_IMPLICIT_METHODS: Final = frozenset({"HEAD", "OPTIONS"})
_OF_HTTP: Final = frozenset({_ALLOW_HEADER, _SERVER_ERROR, "undocumented-method"})
"""Rules of HTTP rather than of the CRM."""

_NOT_ABOUT_VALIDITY: Final = frozenset({401, 403, 429})
"""Refusals that do not depend on whether the request satisfies the contract."""


class ObservationJudge:
    """Judges a provider by observations, in order.

    A finding names a broken rule, not a response:

    - Failures of schemathesis' checks of a response's form count only if the request is one of the operation, and
      `ExchangeJudge`, which is more precise, has found nothing in responses with that status.
    - A refusal is no fault if `ExchangeJudge` finds that the request breaks the contract.
    - Accepted requests that violate the contract are attributed to the places that the provider does not check.
    - A server error or failed scenario whose response has an undocumented status is not reported beside that.
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
        self._not_applied: list[str] = []
        changed = {f"{vendor}.{name}": value for name, value in settings.items()}
        self._base_path = unquote(urlsplit(url).path).rstrip("/")
        self._judge = ExchangeJudge((vendor,), changed, url, excuse_generic=False)
        contract = self._judge.contracts[vendor]
        self._operations = contract.operations
        self._is_supplied = contract.supplied is not None
        demo = load_vendor(vendor).credentials  # not secret, and common words
        own = (value for name, value in credentials.items() if demo.get(name) != value)
        secrets = Secrets(self._judge.redaction, own)
        self._collector = Collector(self._judge, title, (url,), sides={Side.PROVIDER}, secrets=secrets, policy=policy)
        self._findings: set[tuple[str, int, str]] = set()
        self._faulty: set[int] = set()
        self._malformed: set[int] = set()
        self._undocumented: set[tuple[str, int]] = set()
        self._accepted = AcceptedRequests()
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
        for operation, exchange, violations in self._accepted.explained():
            self._add_violations(operation, exchange, violations)
        self._accepted = AcceptedRequests()
        for operation, failure in self._conformance:
            if not any((operation.key, failure.exchange.status) == finding[:2] for finding in self._findings):
                self._add_finding(operation, failure)
        self._conformance.clear()
        return replace(self._collector.verdict(), not_applied=tuple(self._not_applied))

    def _add_exchange(self, exchange: Exchange) -> None:
        judgement = self._judge.judge(exchange)
        findings = self._collector.add_judged(exchange, self._without_acceptance(exchange, judgement))
        self._findings.update((finding.operation, finding.status, finding.rule) for finding in findings)
        self._undocumented.update(
            (finding.operation, finding.status)
            for finding in findings
            if finding.rule == UNDOCUMENTED_STATUS and finding.fails
        )
        if findings:
            self._malformed.add(_digest(exchange))
        if any(finding.fails for finding in findings):
            self._faulty.add(_digest(exchange))

    def _without_acceptance(self, exchange: Exchange, judgement: Judgement) -> Judgement:
        """Return a judgement without the acceptance of an invalid request, which is attributed in the end."""
        operation, response = judgement.operation, judgement.response
        if operation is None or response is None:
            return judgement
        request = [violation for violation in judgement.request if violation.rule != _CREDENTIALS]
        is_client_error = 400 <= exchange.status < 500 and exchange.status not in _NOT_ABOUT_VALIDITY
        if judgement.refused and (is_client_error or exchange.status < 300):
            self._accepted.add_refused(operation, request)
        if all(violation.rule != ACCEPTED_INVALID for violation in response):
            return judgement
        wrong = [violation for violation in request if not _is_integral(violation)]
        if wrong:
            self._accepted.add_accepted(operation, exchange, wrong)
        return replace(
            judgement, response=tuple(violation for violation in response if violation.rule != ACCEPTED_INVALID)
        )

    def _add_failure(self, failure: CheckFailure) -> None:
        operation = self._operations.get(failure.operation)
        if operation is None:
            self._collector.complain(f"{failure.rule}: {failure.message}")
            return
        if failure.rule in _CONFORMANCE:
            if self._is_about(operation, failure):
                self._conformance.append((operation, failure))
        elif not self._is_explained(operation, failure):
            self._add_finding(operation, failure)

    def _is_about(self, operation: Operation, failure: CheckFailure) -> bool:
        """Return whether a failed check of a response's form is about an operation.

        A path that no operation has, such as one with an empty parameter, is not the operation's. Of a supplied
        contract, schemathesis knows less than `ExchangeJudge`: of OpenAPI 3.1 only what 3.0 can say, with integers of
        draft 4, and in 3.0 it takes `duration`, which 3.0 does not define, for a rule. A value of a discriminator may
        be right though no schema has its name: it is a hint, and the schemas say what is allowed.
        """
        if failure.rule == _DISCRIMINATOR or (failure.rule == _SCHEMA and self._is_supplied):
            return False
        found = self._judge.find(failure.exchange.method, failure.exchange.url)
        return found is not None and found.id == operation.id

    def _is_explained(self, operation: Operation, failure: CheckFailure) -> bool:
        """Return whether a failed check only follows from a finding about its exchange."""
        status = operation.key, failure.exchange.status
        if failure.rule == ACCEPTED_INVALID or (*status, failure.rule) in self._findings:
            return True
        if failure.rule == _ALLOW_HEADER:
            return self._allows_other_paths(failure.exchange)
        if failure.rule == _REFUSED_VALID:
            if failure.exchange.status < 300:  # by a malformed success, which cannot be recognized as one
                return _digest(failure.exchange) in self._malformed
            violations = self._judge.request_violations(failure.exchange)
            return any(violation.rule != _CREDENTIALS for violation in violations)
        return status in self._undocumented and (failure.rule == _SERVER_ERROR or failure.location == SCENARIO)

    def _allows_other_paths(self, exchange: Exchange) -> bool:
        """Return whether Allow lists the methods of all paths that match, as `/leads/{id}` does `/leads/merge`."""
        path = unquote(urlsplit(exchange.url).path).removeprefix(self._base_path)
        matching = [each for each in self._operations.values() if _path_pattern(each.path).fullmatch(path)]
        allow = next((value for name, value in exchange.response_headers if name.lower() == "allow"), "")
        listed = {method.strip().upper() for method in allow.split(",")} - _IMPLICIT_METHODS
        return listed == {each.method for each in matching} - _IMPLICIT_METHODS

    def _add_finding(self, operation: Operation, failure: CheckFailure) -> None:
        basis = self._basis(operation, failure)
        violation = Violation(failure.location, failure.rule, failure.message, basis=basis)
        self._add_violations(operation, failure.exchange, [violation])

    def _add_violations(self, operation: Operation, exchange: Exchange, violations: list[Violation]) -> None:
        digest = _digest(exchange)
        is_first = digest not in self._faulty
        findings = self._collector.add_violations(exchange, operation, Side.PROVIDER, violations, is_first=is_first)
        if any(finding.fails for finding in findings):
            self._faulty.add(digest)

    def _basis(self, operation: Operation, failure: CheckFailure) -> str:
        """Return the basis of a failed check: that of its scenario, constraint or response."""
        if failure.basis:
            return failure.basis
        if failure.rule in _OF_HTTP:
            return HTTP
        if failure.rule == _CREDENTIALS_IGNORED:
            return operation.security_basis
        if failure.rule == _REFUSED_VALID:
            schema_basis = _schema_basis(operation, failure.exchange)
            if schema_basis != DOCUMENT:
                return schema_basis
            responses = operation.responses.values()
            return common_basis(
                response.basis for response in responses if 200 <= response.status < 300 and not response.protocol
            )
        return DOCUMENT

    def _add_gap(self, gap: CoverageGap) -> None:
        if gap.fails:
            self._collector.complain(gap.text)
        else:
            self._not_applied.append(gap.text)


def _schema_basis(operation: Operation, exchange: Exchange) -> str:
    """Return the basis of the schema of a request's body as a whole."""
    media_types = {} if operation.body is None else operation.body.media_types
    header = next((value for name, value in exchange.request_headers if name.lower() == "content-type"), "")
    media_type = media_types.get(content_type(header).media_type)
    return DOCUMENT if media_type is None else media_type.marks.whole


def _path_pattern(path: str) -> re.Pattern[str]:
    """Return a pattern of the URL paths, below the provider's URL, that a path of the contract matches."""
    return re.compile("[^/]+".join(map(re.escape, re.split(r"\{[^{}]*\}", path))))


def _is_integral(violation: Violation) -> bool:
    """Return whether a number such as 1.0 was sent for an integer; many parsers do not distinguish them."""
    if violation.rule != "type" or "integer" not in violation.message:
        return False
    try:
        return float(violation.sent).is_integer()
    except (ValueError, OverflowError):
        return False


def _digest(exchange: Exchange) -> int:
    """Return a number that identifies an exchange."""
    return hash((exchange.method, exchange.url, exchange.request_body, exchange.status, exchange.response_body))
