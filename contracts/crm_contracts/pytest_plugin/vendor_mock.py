"""What fixtures provide for a test: the mock of one CRM in its session, and the clock of the session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from crm_contracts.pytest_plugin.admin_channel import AdminChannel
from crm_contracts.pytest_plugin.hidden_frames import hidden_if_expected
from crm_contracts.pytest_plugin.recorded_request import RecordedRequest
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.judge.verdict import Verdict
    from crm_contracts.pytest_plugin.session_mocks import SessionMocks

__tracebackhide__ = hidden_if_expected


class PreparedResponse(Protocol):
    """A complete response, such as a generated one."""

    def as_queued(self) -> dict[str, Any]:
        """Return the body of `POST /__admin/responses` for this response, without the session."""


class ClockControl:
    """The clock of a session.

    Example:
        leadbank.clock.set("2026-01-31T12:00:00Z")
        leadbank.clock.advance(60)
    """

    def __init__(self, channel: AdminChannel, session: str) -> None:
        self._channel = channel
        self._session = session

    def set(self, moment: datetime | str) -> datetime:
        """Stop the clock at a time, as datetime or ISO 8601 string; return the time."""
        text = moment.isoformat() if isinstance(moment, datetime) else moment
        return self._post(set=text)

    def advance(self, by: float | timedelta) -> datetime:
        """Move the clock by seconds or a timedelta; return the new time."""
        return self._post(advance_seconds=by.total_seconds() if isinstance(by, timedelta) else by)

    def _post(self, **change: Any) -> datetime:
        response = self._channel("POST", "clock", {"session": self._session, **change})
        return datetime.fromisoformat(response["now"])


class VendorMock:
    """The mock of a CRM in the session of a test.

    Attributes:
        name: name of the vendor.
        url: base URL, to be followed by a path of the contract.
        credentials: demo credentials by name.
        clock: clock of the session.

    Example:
        def test_retry(leadbank):
            leadbank.respond(status=503)
            my_client.pull(leadbank.url, leadbank.credentials)
            assert [request.status for request in leadbank.requests] == [503, 200]
    """

    def __init__(self, session_mocks: SessionMocks, name: str, credentials: Mapping[str, str]) -> None:
        self.name = name
        self.credentials = dict(credentials)
        self.clock = session_mocks.clock
        self._session_mocks = session_mocks
        self._channel = session_mocks.channel
        self._session = session_mocks.session

    @property
    def url(self) -> str:
        """See the class."""
        return self._session_mocks.url

    @property
    def requests(self) -> list[RecordedRequest]:
        """Requests to the CRM in this test, oldest first."""
        return self._session_mocks.exchanges(vendor=self.name)

    def wait_for(self, count: int = 1, timeout: float = 5.0) -> list[RecordedRequest]:
        """Wait until the CRM has received `count` requests, at most `timeout` seconds; return all requests."""
        return self._session_mocks.exchanges(vendor=self.name, count=count, wait_ms=round(timeout * 1000))

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Return the stored records of a kind.

        Args:
            kind: kind of record, such as `leads`; see `crm-mocks list` or the page of the vendor.
        """
        response = self._channel("GET", "records", session=self._session, vendor=self.name, kind=kind)
        records: list[dict[str, Any]] = response["records"]
        return records

    def add_record(self, kind: str, record: Mapping[str, Any], *more: Mapping[str, Any]) -> None:
        """Store one or more records of a kind."""
        query = {"session": self._session, "vendor": self.name, "kind": kind}
        self._channel("PUT", "records", [dict(record), *map(dict, more)], **query)

    def respond(
        self, prepared: PreparedResponse | None = None, /, *, operation: str | None = None, **response: Any
    ) -> str:
        """Queue a response for an upcoming request, whatever the client sends; return the id of the response.

        Args:
            prepared: a complete response, such as one from `crm_contracts.fuzz.answers`; other arguments override it.
            operation: operationId or `<vendor>.<operationId>`; by default, any operation of the CRM.
            response: any of `status`, `example` (name of a documented example), `body`, `body_base64`, `fault`,
                `headers`, `chunked`, `times` (number of uses, `None` for unlimited), `delay_ms`, `phase` (`before` or
                `after` the request takes effect), `match` (members that the request must have), `metadata` (an object
                that the mocks ignore). `None` means default, except for `body` and `times`. With `method` and `path` in
                place of `operation`, it is a stub for a path that the contract does not have.

        Raises:
            UsageError: the response is invalid, or belongs to another CRM.

        Example:
            leadbank.respond(status=429, headers={"Retry-After": "2"}, times=3)
            leadbank.respond(method="GET", path="/api/dealers/{id}", body={"name": "Paris"}, times=None)
        """
        if prepared is not None:
            queued = prepared.as_queued()
            operation = operation or str(queued["operation"])
            response = {**queued, **response}
            del response["operation"]
        members = {name: value for name, value in response.items() if value is not None or name in ("body", "times")}
        is_stub = operation is None and ("method" in members or "path" in members)
        target = {} if is_stub else {"operation": self._key(operation)}
        queued = {"session": self._session, **target, **members}
        return str(self._channel("POST", "responses", queued)["id"])

    def _key(self, operation: str | None) -> str:
        """Return the operation in the form of the control API, where the name of the CRM stands for any operation."""
        if operation is None or operation == self.name:
            return self.name
        if "." not in operation:
            return f"{self.name}.{operation}"
        if not operation.startswith(f"{self.name}."):
            raise UsageError(f"{operation} is not an operation of {self.name}")
        return operation

    @property
    def environment(self) -> dict[str, str]:
        """See `SessionMocks.environment`."""
        return self._session_mocks.environment

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings of the CRM for this test; return all its settings."""
        return self._session_mocks.settings({f"{self.name}.{name}": value for name, value in changes.items()})[
            self.name
        ]

    def reset(self) -> None:
        """See `SessionMocks.reset`."""
        self._session_mocks.reset()

    def verdict(self) -> Verdict:
        """See `SessionMocks.verdict`."""
        return self._session_mocks.verdict()

    def __repr__(self) -> str:
        return f"<{self.name} at {self.url}>"
