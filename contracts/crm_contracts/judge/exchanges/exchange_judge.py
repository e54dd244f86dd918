"""Judge an exchange against a contract: the client by its request, the provider by its response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from crm_contracts.judge.basis import common_basis
from crm_contracts.judge.exchange import Exchange, Part
from crm_contracts.judge.exchanges.credentials_presence import has_credentials
from crm_contracts.judge.exchanges.generic_responses import is_api_call, is_generic
from crm_contracts.judge.exchanges.judgement import Judgement
from crm_contracts.judge.exchanges.missing_parts import (
    certain_request_violations,
    certain_response_violations,
    with_media_type,
)
from crm_contracts.judge.exchanges.refusals import Refusals
from crm_contracts.judge.exchanges.response_rules import header, response_violations
from crm_mocks.asgi.missing_credentials import missing_credentials_message
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.request_headers import headers_by_name
from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.asgi.validation import read_body, validate_request
from crm_mocks.basis import HTTP
from crm_mocks.contract import Contract, Operation
from crm_mocks.options import AppOptions
from crm_mocks.redaction import Redaction
from crm_mocks.request_context import RequestContext
from crm_mocks.state.journal_file import JournalFile
from crm_mocks.state.records import Records
from crm_mocks.state.store import MemoryStore
from crm_mocks.vendor import Vendor
from crm_mocks.violations import Violation

ACCEPTED_INVALID: Final = "accepted-invalid"
"""Rule broken by a provider that accepts a request that breaks the contract."""

NO_RESPONSE: Final = "no-answer"
"""Rule broken by a provider that does not respond, or not in HTTP."""

_LIMITS: Final = {"host.values": 1_000_000, "host.nesting": 240}
"""The mocks' own limits do not apply to recorded exchanges."""

_PREFERENCE_APPLIED: Final = "preference-applied"
"""Header of a response that the request itself chose (RFC 7240), regardless of its content."""

_MAX_QUOTED: Final = 3
"""Maximum number of violations quoted in a finding about an accepted request."""


class ExchangeJudge:
    """Judges exchanges against the contracts of vendors.

    Rules that only the provider can check are skipped: whether credentials are valid, references exist, values are
    unique. For the same reason, refusing a valid request does not break the contract.

    Example:
        ExchangeJudge(["leadbank"], {"leadbank.latency_ms": 0}).judge(exchange).request
    """

    def __init__(
        self,
        vendors: Iterable[str | Vendor],
        settings: Mapping[str, Any],
        base_url: str = "",
        *,
        excuse_generic: bool = True,
    ) -> None:
        """Load the contracts.

        Args:
            vendors: names or `Vendor` objects; all vendors if empty.
            settings: settings by `<vendor>.<name>`, which select the contract in force.
            base_url: URL of the provider, to which the contract's paths are relative; no other URL matches.
            excuse_generic: leave responses that may come from an intermediary unjudged, such as redirects to another
                scheme.

        Raises:
            UsageError: a vendor or setting is unknown.
        """
        self._mock_app = MockApp(AppOptions(vendors, settings={**_LIMITS, **settings}))
        self._session = self._mock_app.sessions.get("default")
        self._base_url = base_url.rstrip("/")
        self._refusals = Refusals({name: self._mock_app.settings[name] for name in self._mock_app.vendors})
        self._excuse_generic = excuse_generic

    @property
    def contracts(self) -> Mapping[str, Contract]:
        """The contracts in force, by vendor."""
        return self._mock_app.contracts

    def journal(self, path: Path) -> JournalFile:
        """Open a file for exchanges, which begins with the settings that this judge applies.

        Raises:
            UsageError: it cannot be written.
        """
        app = self._mock_app
        used = {name: vendor.contract_file.settings_used for name, vendor in app.vendors.items()}
        return JournalFile(path, {name: app.settings[name] for name in used}, used)

    @property
    def published_credentials(self) -> frozenset[str]:
        """The demo credentials of the vendors, which are no secrets."""
        return self._mock_app.published_credentials

    @property
    def redaction(self) -> Redaction:
        """Redacts exchanges by the contracts."""
        return self._mock_app.redaction

    def match(self, method: str, url: str) -> RouteMatch:
        """Return the route of a request. Hosts and path prefixes are ignored if there is no base URL.

        Args:
            method: upper-case.
            url: URL or path.
        """
        if self._base_url and split(url).netloc and not self.is_below_base(url):
            return RouteMatch(None, url)
        matches = [self._mock_app.router.find(method, path) for path in self._paths(url)]
        for match in matches:
            if match.operation_id:
                return match
        return next((match for match in matches if match.allowed), matches[0])

    def is_below_base(self, url: str) -> bool:
        """Return whether a URL is below the base URL."""
        return bool(self._base_url) and f"{url}/".startswith((f"{self._base_url}/", f"{self._base_url}?"))

    def find(self, method: str, url: str) -> Operation | None:
        """Return the operation that a request matches; arguments as in `match`."""
        return self._operation(self.match(method, url))

    def judge(self, exchange: Exchange) -> Judgement:
        """Judge the known parts of an exchange, from both sides."""
        if not is_api_call(exchange):
            return Judgement(RouteMatch(None, exchange.url))
        match = self.match(exchange.method, exchange.url)
        operation = self._operation(match)
        if operation is None:
            return Judgement(match)
        exchange = with_media_type(exchange, operation)
        context = self._validated(exchange, match)
        notices = tuple(context.notices)
        if exchange.failure:
            request = certain_request_violations(exchange, context)
            failure = Violation(("answer",), NO_RESPONSE, exchange.failure, basis=HTTP)
            return Judgement(match, operation, request, notices, (failure,))
        is_excused = self._excuse_generic and is_generic(exchange)
        if exchange.ordered or Part.RESPONSE in exchange.missing_parts or is_excused:
            request = certain_request_violations(exchange, context)
            return Judgement(match, operation, request, notices, None)
        violations, body = response_violations(operation, exchange)
        refused = self.is_refusal(operation, exchange.status, body)
        request = certain_request_violations(exchange, context, refused=refused)
        accepted = () if Part.RESPONSE_BODY in exchange.missing_parts else _accepted(exchange, request, refused=refused)
        response = (*certain_response_violations(exchange, violations, body), *accepted)
        succeeded = not refused and _is_success(exchange)
        return Judgement(match, operation, request, notices, response, refused=refused, succeeded=succeeded)

    def request_violations(self, exchange: Exchange) -> list[Violation]:
        """Return the violations in a request; none if its path belongs to no vendor."""
        match = self.match(exchange.method, exchange.url)
        if match.vendor is None:
            return []
        if not match.operation_id:
            return [unmatched_violation(match, self.contracts[match.vendor.name])]
        return list(certain_request_violations(exchange, self._validated(exchange, match)))

    def response_violations(self, operation: Operation, exchange: Exchange) -> list[Violation]:
        """Return the violations in a response.

        Args:
            operation: operation that was called.
            exchange: exchange with a response.
        """
        violations, body = response_violations(operation, exchange)
        refused = self.is_refusal(operation, exchange.status, body)
        request = () if refused else self.request_violations(exchange)
        return [
            *certain_response_violations(exchange, violations, body),
            *_accepted(exchange, request, refused=refused),
        ]

    def is_refusal(self, operation: Operation, status: int, body: Any) -> bool:
        """Return whether a response refuses the request, possibly in the body of a success.

        Args:
            operation: operation that was called.
            status: HTTP status.
            body: decoded JSON.
        """
        return self._refusals.is_refusal(operation, status, body)

    def _validated(self, exchange: Exchange, match: RouteMatch) -> RequestContext:
        """Return the request's context after validation."""
        context = self._context(exchange, match)
        read_body(context)
        validate_request(context)
        assert context.operation is not None  # only matched requests are judged
        if not has_credentials(context):
            basis = context.operation.security_basis
            context.violate(("security",), "credentials", missing_credentials_message(context), basis=basis)
        return context

    def _operation(self, match: RouteMatch) -> Operation | None:
        if match.vendor is None:
            return None
        return self.contracts[match.vendor.name].operations.get(match.operation_id)

    def _paths(self, url: str) -> Iterator[str]:
        """Yield the contract paths that a URL may correspond to, likeliest first."""
        if self.is_below_base(url):
            yield unquote(split(url[len(self._base_url) :]).path) or "/"
        path = unquote(split(url).path) or "/"
        yield path
        while "/" in path[1:]:
            path = path[path.index("/", 1) :]
            yield path

    def _context(self, exchange: Exchange, match: RouteMatch) -> RequestContext:
        vendor = match.vendor
        assert vendor is not None  # only matched requests are judged
        contract = self._mock_app.contracts[vendor.name]
        headers = [
            (name, value)
            for name, value in exchange.request_headers
            if name.lower() != "content-encoding"  # the body is decompressed
        ]
        return RequestContext(
            session=self._session,
            vendor=vendor,
            contract=contract,
            operation=contract.operations.get(match.operation_id),
            settings=self._mock_app.settings[vendor.name],
            records=Records(MemoryStore(), vendor.name, vendor.kinds_by_name),
            method=exchange.method,
            path=match.path,
            base_url=lambda: self._base_url,
            path_parameters=match.parameters,
            query_string=split(exchange.url).query,
            header_list=headers,
            headers=headers_by_name(headers),
            raw_body=exchange.request_body,
            number=1,
        )


def _accepted(exchange: Exchange, request: Iterable[Violation], *, refused: bool) -> list[Violation]:
    """Return a violation if an invalid request succeeded. Credentials may have been sent in other ways."""
    violations = [violation for violation in request if violation.rule != "credentials"]
    was_requested = bool(header(exchange.response_headers, _PREFERENCE_APPLIED))
    if refused or not violations or not _is_success(exchange) or was_requested:
        return []
    where = "; ".join(
        f"{'.'.join(map(str, violation.location))}: {violation.message}" for violation in violations[:_MAX_QUOTED]
    )
    message = f"a request that breaks the contract must be refused ({where})"
    basis = common_basis(violation.basis for violation in violations)
    return [Violation(("status",), ACCEPTED_INVALID, message, basis=basis, sent=str(exchange.status))]


def _is_success(exchange: Exchange) -> bool:
    return 200 <= exchange.status < 300


def unmatched_violation(match: RouteMatch, contract: Contract) -> Violation:
    """Return the violation in a request that no operation matches.

    Args:
        match: route of the request.
        contract: contract of the vendor.
    """
    if not match.allowed:
        return Violation(("path",), "path", f"{contract.title} has no such path")
    return Violation(("method",), "method", f"the path allows {', '.join(match.allowed)}", list(match.allowed))


def split(url: str) -> SplitResult:
    """Split a URL; a malformed one has an empty path."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
