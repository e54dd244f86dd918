"""A call: one request on its way through the host, as operations and vendors see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Contract, Notice, Operation
from crm_mocks.mock_response import MockResponse
from crm_mocks.parsing.media_types import ContentType, Unreadable, decode
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
    """One request, what is known of it so far, and the session it belongs to.

    Attributes:
        vendor, contract, settings: of the vendor whose path was called, as they hold for the session.
        operation: what the path and method name, or `None`.
        path: as sent, without the session's prefix.
        base_url: the server's URL as the client wrote it, with the session's prefix.
        path_parameters: values of the parameters in the path.
        raw_body: bytes as sent.
        body: the decoded body; `None` also where there is none or it is unreadable.
        has_body: whether a body was sent.
        unreadable: why the body cannot be decoded, if it cannot.
        media_type: the body's media type, lower-case, without parameters, after the contract's default for none.
        identity: what the vendor's `check_…` method returned for the credentials.
        records: the vendor's records in this session; in a rehearsal, writes are not kept.
        rehearsal: the answer is forced: rules are tried, nothing is stored, no limit is spent.
        refused: the vendor has refused the request.
        seeded: generated values of this session, under the seed that the request asks for.
        examined: `False` until held to the contract, then the fault found, if any.
        response: the response of the operation, once there is one.
        response_sent: the vendor's own response was sent completely; neither a forced one nor a fault replaced it.
        violations: every rule of the contract that the request breaks.
        notices: deprecated and undocumented names that it uses.
        request_id: `<session>-<number>`, unique in the session.
        number: the request's number in its session, from 1 on.
    """

    __slots__ = (
        "_afterwards",
        "_headers",
        "_query",
        "base_url",
        "body",
        "contract",
        "dry_run",
        "examined",
        "has_body",
        "identity",
        "media_type",
        "method",
        "notices",
        "number",
        "operation",
        "path",
        "path_parameters",
        "query_string",
        "raw_body",
        "raw_headers",
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

    def __init__(  # noqa: PLR0913  # all by name, from one place
        self,
        *,
        session: Session,
        vendor: Vendor,
        contract: Contract,
        operation: Operation | None,
        settings: Any,
        records: Records,
        method: str,
        path: str,
        base_url: str,
        path_parameters: Mapping[str, str],
        query_string: str,
        raw_headers: list[tuple[bytes, bytes]],
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
        self.base_url = base_url
        self.path_parameters = path_parameters
        self.query_string = query_string
        self.raw_headers = raw_headers
        self.raw_body = raw_body
        self.number = number
        self.request_id = f"{session.name}-{number}"
        self.has_body = bool(raw_body)
        self.body: Any = None
        self.unreadable: Unreadable | None = None
        self.media_type = ""
        self.identity: Any = None
        self.dry_run = False
        self.refused = False
        self.seeded: SeededValues = session.seeded
        self.examined: RequestProblem | bool | None = False
        self.response: MockResponse | None = None
        self.response_sent = False
        self.violations: list[Violation] = []
        self.notices: list[Notice] = []
        self._headers: dict[str, str] | None = None
        self._query: dict[str, str] | None = None
        self._afterwards: list[Callable[[], Awaitable[None]]] = []

    @property
    def headers(self) -> dict[str, str]:
        """Request headers by lower-case name; of repeated ones, all values with commas between them."""
        if self._headers is None:
            found: dict[str, str] = {}
            for raw_name, raw_value in self.raw_headers:
                name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
                found[name] = f"{found[name]}, {value}" if name in found else value
            self._headers = found
        return self._headers

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; of repeated ones, the last."""
        if self._query is None:
            self._query = dict(parse_qsl(self.query_string, keep_blank_values=True))
        return self._query

    def decoded(self, kind: ContentType) -> Any:
        """Return the body decoded as a media type and charset say.

        Raises:
            Unreadable: it is something else, or breaks a limit of the host's.
        """
        limits: Any = self.session.settings[HOST]
        return decode(self.raw_body, kind, limits)

    def now(self) -> datetime:
        """Return the session's time, aware, in UTC."""
        return self.session.clock.now()

    async def ordinal(self, kind: str) -> int:
        """Return the next ordinal of a kind of generated value in this session, from 1 on."""
        return await self.records.next(kind)

    def violate(
        self,
        location: tuple[str | int, ...],
        rule: str,
        message: str,
        expected: Any = None,
        *,
        basis: str = DOCUMENT,
        sent: str | None = None,
    ) -> Violation:
        """Note that the request breaks a rule; return the violation.

        The arguments are those of `Violation`; without `sent` it is looked up in the body.
        """
        came = self.sent_at(location) if sent is None else sent
        violation = Violation(location, rule, message, expected, basis, came)
        self.violations.append(violation)
        return violation

    def sent_at(self, location: tuple[str | int, ...]) -> str:
        """Return what stands at a place in the body, as in `Violation.sent`; empty where there is nothing."""
        if location[:1] != ("body",) or not self.has_body or self.unreadable is not None:
            return ""
        value = self.body
        try:
            for step in location[1:]:
                value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
        return sent_value(value, location)

    def notice(self, kind: str, location: tuple[str | int, ...], message: str) -> None:
        """Note something that breaks nothing but that the user will want to know."""
        self.notices.append(Notice(kind, location, message))

    async def claim(self, name: str) -> bool:
        """Take hold of a name until this call's answer has been sent; `False` if another call holds it."""
        if not await self.records.claim(name):
            return False
        self.afterwards(lambda: self.records.release(name))
        return True

    def afterwards(self, step: Callable[[], Awaitable[None]]) -> None:
        """Have a step done once the answer has been sent, or the client has gone."""
        self._afterwards.append(step)

    async def finish(self) -> None:
        """Do what was put off until after the answer."""
        while self._afterwards:
            await self._afterwards.pop()()
