"""The context of one request, which the host passes to operations and vendors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Contract, Notice, Operation
from crm_mocks.location import Location
from crm_mocks.mock_response import MockResponse
from crm_mocks.parsing.media_types import (
    FORM,
    MULTIPART,
    ContentType,
    Unreadable,
    decode,
    form_pairs,
    multipart_pairs,
)
from crm_mocks.parsing.parameter_styles import form_value
from crm_mocks.request_problem import RequestProblem
from crm_mocks.sent_value import sent_value
from crm_mocks.settings.host import HOST
from crm_mocks.state.records import Records
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Session
from crm_mocks.violations import Violation

if TYPE_CHECKING:
    from crm_mocks.vendor import Vendor


class RequestContext:
    """A request, the results of its processing so far, and its session.

    Attributes:
        vendor, contract, settings: the vendor that was called, with the contract and settings in force in the session.
        operation: the operation that path and method match, or `None`.
        header_list: names and values of the request headers as received.
        headers: the same by lower-case name; values of repeated headers are joined with commas.
        path: as sent, without the session's prefix.
        path_parameters: values of the path parameters.
        raw_body: bytes as sent.
        body: the decoded body; `None` if it is absent or unreadable.
        has_body: whether a body was sent.
        unreadable: why the body cannot be decoded, or `None`.
        media_type: media type of the body, lower-case, without parameters; the contract's default if none was sent.
        is_translated: the vendor has read the body as if it had another media type, such as a form as JSON.
        identity: what the vendor's `check_…` method returned for the credentials.
        records: the vendor's records in this session; a dry run discards its writes.
        dry_run: the response is forced: rules are checked, but nothing is stored and no rate limit is consumed.
        refused: the vendor has refused the request.
        seeded: generated values of the session, with the seed that the request asks for.
        problem: `False` until the request is validated; then its problem, or `None`.
        response: the operation's response; `None` until it has responded.
        response_sent: the vendor's own response was sent completely, not replaced by a forced one or a fault.
        violations: all violations of the contract in the request.
        notices: deprecated and undocumented names in the request.
        request_id: `<session>-<number>`, unique in the session.
        number: number of the request in its session, starting at 1.
    """

    __slots__ = (
        "_afterwards",
        "_at",
        "_base_url",
        "_claims",
        "_query",
        "_query_pairs",
        "body",
        "contract",
        "dry_run",
        "has_body",
        "header_list",
        "headers",
        "identity",
        "is_translated",
        "media_type",
        "method",
        "notices",
        "number",
        "operation",
        "path",
        "path_parameters",
        "problem",
        "query_string",
        "raw_body",
        "records",
        "refused",
        "request_id",
        "response",
        "response_sent",
        "seeded",
        "session",
        "settings",
        "unreadable",
        "vendor",
        "violations",
    )

    def __init__(  # noqa: PLR0913, PLR0917  # names would cost a twentieth of a request
        self,
        session: Session,
        vendor: Vendor,
        contract: Contract,
        operation: Operation | None,
        settings: Any,
        records: Records,
        method: str,
        path: str,
        base_url: Callable[[], str],
        path_parameters: Mapping[str, str],
        query_string: str,
        header_list: list[tuple[str, str]],
        headers: dict[str, str],
        raw_body: bytes,
        number: int,
    ) -> None:
        self.session = session
        self.vendor = vendor
        self.contract = contract
        self.operation = operation
        self.settings: Any = settings  # the vendor's own dataclass, which extends VendorSettings
        self.records = records
        self.method = method
        self.path = path
        self._base_url = base_url
        self.path_parameters = path_parameters
        self.query_string = query_string
        self.header_list = header_list
        self.raw_body = raw_body
        self.number = number
        self.request_id = f"{session.name}-{number}"
        self.has_body = bool(raw_body)
        self.body: Any = None
        self.unreadable: Unreadable | None = None
        self.media_type = ""
        self.is_translated = False
        self.identity: Any = None
        self.dry_run = False
        self.refused = False
        self.seeded: SeededValues = session.seeded
        self.problem: RequestProblem | bool | None = False
        self.response: MockResponse | None = None
        self.response_sent = False
        self.violations: list[Violation] = []
        self.notices: list[Notice] = []
        self.headers = headers
        self._at = ""
        self._query: dict[str, str] | None = None
        self._query_pairs: list[tuple[str, str]] | None = None
        self._claims: list[str] = []
        self._afterwards: list[Callable[[], Awaitable[None]]] = []

    @property
    def base_url(self) -> str:
        """The server's URL as used by the client, with the session's prefix."""
        return self._base_url()

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; the last value of repeated ones."""
        if self._query is None:
            self._query = dict(self.query_pairs)
        return self._query

    @property
    def query_pairs(self) -> list[tuple[str, str]]:
        """Names and values of the query parameters, in order."""
        if self._query_pairs is None:
            self._query_pairs = parse_qsl(self.query_string, keep_blank_values=True) if self.query_string else []
        return self._query_pairs

    def decoded(self, kind: ContentType) -> Any:
        """Decode the body by media type and charset.

        Raises:
            Unreadable: the body does not match them, or exceeds a limit of the host.
        """
        documented = self.operation.body if self.operation is not None and self.contract.supplied is not None else None
        if (
            documented is not None
            and kind.media_type in (FORM, MULTIPART)
            and kind.media_type in documented.media_types
        ):
            if kind.media_type == FORM:
                pairs = form_pairs(self.raw_body, kind.charset)
            else:
                pairs = multipart_pairs(self.raw_body, self.headers["content-type"])
            return form_value(self.contract.document, documented.media_types[kind.media_type].schema, pairs)
        limits: Any = self.session.settings[HOST]
        return decode(self.raw_body, kind, limits)

    def now(self) -> datetime:
        """Return the session's time in UTC, with time zone."""
        return self.session.clock.now()

    @property
    def at(self) -> str:
        """Time of the request in its session, ISO 8601: the same for everything that the request makes."""
        if not self._at:
            self._at = self.session.clock.iso()
        return self._at

    def ordinal(self, kind: str) -> Awaitable[int]:
        """Return the next ordinal of a kind of generated value in this session, starting at 1."""
        return self.records.next(kind)

    def violate(
        self,
        location: Location,
        rule: str,
        message: str,
        expected: Any = None,
        *,
        basis: str = DOCUMENT,
        sent: str | None = None,
    ) -> Violation:
        """Record and return a violation in the request.

        Args: see `Violation`; `sent` defaults to the value at the location in the body.
        """
        value = self.value_sent_at(location) if sent is None else sent
        violation = Violation(location, rule, message, expected, basis, value)
        self.violations.append(violation)
        return violation

    def value_sent_at(self, location: Location) -> str:
        """Return the value at a location in the body, formatted as for `Violation.sent`; empty if there is none."""
        if location[:1] != ("body",) or not self.has_body or self.unreadable is not None:
            return ""
        value = self.body
        try:
            for step in location[1:]:
                value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
        return sent_value(value, location)

    def notice(self, kind: str, location: Location, message: str) -> None:
        """Record something that breaks no rule but is worth reporting."""
        self.notices.append(Notice(kind, location, message))

    async def claim(self, name: str) -> bool:
        """Lock a name until the response has been sent. Return `False` if another request holds the lock."""
        if not self.records.claim(name):
            return False
        self._claims.append(name)
        return True

    def afterwards(self, step: Callable[[], Awaitable[None]]) -> None:
        """Run a step after the response has been sent or the client has disconnected."""
        self._afterwards.append(step)

    @property
    def has_steps(self) -> bool:
        """Whether there are steps for `run_steps`."""
        return bool(self._afterwards)

    async def run_steps(self) -> None:
        """Run the steps passed to `afterwards`, last one first."""
        while self._afterwards:
            await self._afterwards.pop()()

    def release_claims(self) -> None:
        """Unlock what was claimed."""
        for name in self._claims:
            self.records.release(name)
