"""Redact exchanges before they are shown or stored, as the mocks do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, urlsplit, urlunsplit

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.judgement import Judgement
from crm_mocks.contract import Notice, Operation
from crm_mocks.credential_names import REDACTED
from crm_mocks.redaction import Redaction
from crm_mocks.redaction.exchanges import ExchangeRedaction
from crm_mocks.violations import Violation


@dataclass(frozen=True)
class RedactionContext:
    """What is known of an exchange before it is redacted.

    Attributes:
        operation: operation that it matches.
        request: violations in the request.
        response: violations in the response.
        notices: notices of the request.
    """

    operation: Operation | None = None
    request: tuple[Violation, ...] = ()
    response: tuple[Violation, ...] = ()
    notices: tuple[Notice, ...] = ()

    @classmethod
    def of(cls, judgement: Judgement) -> RedactionContext:
        """Return what a judgement says about its exchange."""
        return cls(judgement.operation, judgement.request, judgement.response or (), judgement.notices)


NO_CONTEXT = RedactionContext()


@dataclass(frozen=True)
class Redacted:
    """A redacted exchange.

    Attributes:
        exchange: the exchange.
        request: violations in the request.
        response: violations in the response.
        notices: notices of the request.
    """

    exchange: Exchange
    request: tuple[Violation, ...]
    response: tuple[Violation, ...]
    notices: tuple[Notice, ...]


class Secrets:
    """Redacts exchanges: what the contract does not document, credentials, and secrets known to the user."""

    def __init__(self, redaction: Redaction, known: Iterable[str] = ()) -> None:
        """Prepare redaction.

        Args:
            redaction: rules of the contracts.
            known: secrets known to the user.
        """
        self._redaction = redaction
        redaction.known.add_all(known)

    def add(self, secret: str) -> None:
        """Add a known secret."""
        self._redaction.known.add(secret)

    def redacted(self, exchange: Exchange, context: RedactionContext = NO_CONTEXT) -> Redacted:
        """Return an exchange as it is shown, with the violations that quote it.

        Args:
            exchange: the exchange.
            context: its operation, and what was found in it.
        """
        parts = _parts_of(exchange.url)
        recorded = _Recorded(
            method=exchange.method,
            path=parts.path,
            query=parts.query,
            request_headers=list(exchange.request_headers),
            request_body=exchange.request_body,
            status=exchange.status,
            response_headers=list(exchange.response_headers),
            response_body=exchange.response_body,
            violations=list(context.request),
            notices=list(context.notices),
        )
        redaction = ExchangeRedaction(
            self._redaction, recorded, self._redaction.parts(context.operation), context.response
        )
        redaction.run()
        shown = replace(
            exchange,
            method=recorded.method,
            url=urlunsplit(parts._replace(path=recorded.path, query=recorded.query)),
            request_headers=tuple(recorded.request_headers),
            request_body=recorded.request_body,
            response_headers=tuple(recorded.response_headers),
            response_body=recorded.response_body,
            failure=redaction.text(exchange.failure),
        )
        return Redacted(
            shown, tuple(recorded.violations), tuple(redaction.response_violations), tuple(recorded.notices)
        )


def _parts_of(url: str) -> SplitResult:
    """Return the parts of a URL without user and fragment; a malformed URL is redacted as a whole."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return SplitResult("", "", REDACTED, "", "")
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")


@dataclass
class _Recorded:
    """An exchange as redaction takes it."""

    method: str
    path: str
    query: str
    request_headers: list[tuple[str, str]]
    request_body: bytes
    status: int
    response_headers: list[tuple[str, str]]
    response_body: bytes
    violations: list[Violation]
    notices: list[Notice] = field(default_factory=list)
    id: str = ""
