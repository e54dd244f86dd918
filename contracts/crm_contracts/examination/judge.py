"""Holding an exchange to a contract: the request for the client's part, the answer for the provider's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from crm_contracts.examination.answers import answer_violations, header
from crm_contracts.examination.exchange import Exchange, Part
from crm_contracts.examination.judged import Judged
from crm_contracts.examination.presence import credentials_are_there
from crm_contracts.examination.refusals import Refusals
from crm_contracts.examination.untold import known_of_answer, known_of_request
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.asgi.validation import read_body, validate_request
from crm_mocks.contract import Contract, Operation
from crm_mocks.options import AppOptions
from crm_mocks.request_context import RequestContext
from crm_mocks.state.records import Records
from crm_mocks.state.store import MemoryStore
from crm_mocks.vendor import Vendor
from crm_mocks.violations import Violation

ACCEPTED: Final = "accepted-invalid"
"""The rule that a provider breaks which takes what breaks the contract."""

UNANSWERED: Final = "no-answer"
"""The rule that a provider breaks which gives no answer, or none that is HTTP."""

_LIMITS: Final = {"host.values": 1_000_000, "host.nesting": 240}
"""What is judged has been sent already: the mocks' own limits say nothing about it."""

_STEERED: Final = "preference-applied"
"""Header of an answer that the request itself has asked for (RFC 7240): it says nothing about the request."""

_TOLD: Final = 3
"""Violations of a request that are told with its acceptance."""


class Judge:
    """Holds exchanges to the contracts of some vendors.

    What only the provider can know is not asked of a request: whether its credentials are good, its references exist,
    its values are taken. Nor is a refusal of a good request by itself a fault of the provider's.
    """

    def __init__(self, vendors: Iterable[str | Vendor], settings: Mapping[str, Any], base_url: str = "") -> None:
        """Load the contracts.

        Args:
            vendors: names, or vendors of the caller's own making; all vendors if there are none.
            settings: by `<vendor>.<name>`, as `crm_mocks.serve` takes them: they choose the contract in force.
            base_url: where the provider is; the contract's paths begin behind it, and what goes elsewhere is nobody's.

        Raises:
            UsageError: a vendor or setting is unknown.
        """
        self._mock_app = MockApp(AppOptions(vendors, settings={**_LIMITS, **settings}))
        self._session = self._mock_app.sessions.get("default")
        self._base_url = base_url.rstrip("/")
        self._refusals = Refusals(self._mock_app)

    @property
    def contracts(self) -> Mapping[str, Contract]:
        """The contracts in force, by vendor."""
        return self._mock_app.contracts

    def match(self, method: str, url: str) -> RouteMatch:
        """Return where a request belongs, whatever host it went to and whatever stands before the contract's path.

        Args:
            method: upper-case.
            url: whole, or a path.
        """
        if self._base_url and split(url).netloc and not self.is_below_base(url):
            return RouteMatch(None, url)
        matches = [self._mock_app.router.find(method, path) for path in self._paths(url)]
        for match in matches:
            if match.operation_id:
                return match
        return next((match for match in matches if match.allowed), matches[0])

    def is_below_base(self, url: str) -> bool:
        """Tell whether a URL begins with the one where the provider is said to be."""
        return bool(self._base_url) and f"{url}/".startswith((f"{self._base_url}/", f"{self._base_url}?"))

    def find(self, method: str, url: str) -> Operation | None:
        """Return the operation that a request is meant for; arguments as in `match`."""
        return self._operation(self.match(method, url))

    def judge(self, exchange: Exchange) -> Judged:
        """Hold an exchange to the contract from both sides, as far as it is known."""
        match = self.match(exchange.method, exchange.url)
        operation = self._operation(match)
        if operation is None:
            return Judged(match)
        context = self._examined(exchange, match)
        request = known_of_request(exchange, context)
        notices = tuple(context.notices)
        if exchange.failure:
            return Judged(match, operation, request, notices, (Violation(("answer",), UNANSWERED, exchange.failure),))
        if exchange.ordered or Part.ANSWER in exchange.untold:
            return Judged(match, operation, request, notices, None)
        document = self._mock_app.contracts[operation.vendor].document
        found, body = answer_violations(operation, exchange, document)
        refused = self.is_refusal(operation, exchange.status, body)
        accepted = () if Part.ANSWER_BODY in exchange.untold else _accepted(exchange, request, refused=refused)
        answer = (*known_of_answer(exchange, found, body), *accepted)
        return Judged(match, operation, request, notices, answer, refused=refused)

    def request(self, exchange: Exchange) -> list[Violation]:
        """Return what breaks the contract in a request; nothing where its path is no vendor's."""
        match = self.match(exchange.method, exchange.url)
        if match.vendor is None:
            return []
        if not match.operation_id:
            return [stray_violation(match, self._mock_app.contracts[match.vendor.name])]
        return list(known_of_request(exchange, self._examined(exchange, match)))

    def answer(self, operation: Operation, exchange: Exchange) -> list[Violation]:
        """Return what breaks the contract in an answer.

        Args:
            operation: that was called, of one of the contracts.
            exchange: one to which an answer came.
        """
        document = self._mock_app.contracts[operation.vendor].document
        found, body = answer_violations(operation, exchange, document)
        refused = self.is_refusal(operation, exchange.status, body)
        request = () if refused else self.request(exchange)
        return [*known_of_answer(exchange, found, body), *_accepted(exchange, request, refused=refused)]

    def is_refusal(self, operation: Operation, status: int, body: Any) -> bool:
        """Tell whether an answer refuses the request, be it in the body of a success.

        Args:
            operation: that was called.
            status: HTTP status.
            body: decoded JSON.
        """
        return self._refusals.is_refusal(operation.vendor, status, body)

    def _examined(self, exchange: Exchange, match: RouteMatch) -> RequestContext:
        """Return the request as a call that knows what breaks the contract in it."""
        context = self._call(exchange, match)
        read_body(context)
        validate_request(context)
        if not credentials_are_there(context):
            context.violate(("security",), "credentials", "credentials are required")
        return context

    def _operation(self, match: RouteMatch) -> Operation | None:
        if match.vendor is None:
            return None
        return self._mock_app.contracts[match.vendor.name].operations.get(match.operation_id)

    def _paths(self, url: str) -> Iterator[str]:
        """Yield the paths that a URL may have in the contract, the likeliest first."""
        if self.is_below_base(url):
            yield unquote(split(url[len(self._base_url) :]).path) or "/"
        path = unquote(split(url).path) or "/"
        yield path
        while "/" in path[1:]:
            path = path[path.index("/", 1) :]
            yield path

    def _call(self, exchange: Exchange, match: RouteMatch) -> RequestContext:
        vendor = match.vendor
        assert vendor is not None  # the caller has seen to paths of no vendor
        contract = self._mock_app.contracts[vendor.name]
        return RequestContext(
            session=self._session,
            vendor=vendor,
            contract=contract,
            operation=contract.operations.get(match.operation_id),
            settings=self._mock_app.settings[vendor.name],
            records=Records(MemoryStore(), vendor.name, vendor.kinds_by_name),
            method=exchange.method,
            path=match.path,
            base_url=self._base_url,
            path_parameters=match.parameters,
            query_string=split(exchange.url).query,
            raw_headers=[
                (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
                for name, value in exchange.request_headers
                if name.lower() != "content-encoding"  # the body is decompressed
            ],
            raw_body=exchange.request_body,
            number=1,
        )


def _accepted(exchange: Exchange, request: Iterable[Violation], *, refused: bool) -> list[Violation]:
    """Return what is wrong with a success where a request must be refused; credentials may have come in other ways."""
    broken = [each for each in request if each.rule != "credentials"]
    if refused or not broken or not 200 <= exchange.status < 300 or header(exchange.answer_headers, _STEERED):
        return []
    where = "; ".join(f"{'.'.join(map(str, each.location))}: {each.message}" for each in broken[:_TOLD])
    message = f"a request that breaks the contract must be refused ({where})"
    return [Violation(("status",), ACCEPTED, message)]


def stray_violation(match: RouteMatch, contract: Contract) -> Violation:
    """Return what is wrong with a request that no operation takes.

    Args:
        match: where it belongs.
        contract: of the vendor that it went to.
    """
    if not match.allowed:
        return Violation(("path",), "path", f"{contract.title} has no such path")
    return Violation(("method",), "method", f"the path allows {', '.join(match.allowed)}", list(match.allowed))


def split(url: str) -> SplitResult:
    """Take a URL apart; of what is none, nothing is the path of any vendor."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
