"""The objects that fixtures provide: all mocks, and the mock of each CRM, in the session of a test."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from crm_contracts.judge.session_findings import SessionFindings
from crm_contracts.pytest_plugin.admin_channel import AdminChannel
from crm_contracts.pytest_plugin.recorded_request import RecordedRequest
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.judge.verdict import Verdict


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


class SessionMocks:
    """All mocks in the session of a test. The mock of a CRM is an attribute and an item.

    Attributes:
        session: name of the session.
        url: base URL of the session.
        vendors: mocks by name of the CRM.
        clock: clock of the session.
        channel: channel to the control API.
        resets: number of calls of `reset`.

    Example:
        def test_sync(crm_mocks):
            my_client.sync(crm_mocks.leadbank.url, crm_mocks["activix"].url)
            assert len(crm_mocks.requests) == 2
    """

    def __init__(
        self, channel: AdminChannel, session: str, url: str, credentials: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.channel = channel
        self.session = session
        self.url = url
        self.resets = 0
        self.clock = ClockControl(channel, session)
        self.vendors = self._create_mocks(credentials)

    def _create_mocks(self, credentials: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        return {name: VendorMock(self, name, values) for name, values in credentials.items()}

    def __getattr__(self, name: str) -> Any:
        """Return the mock of a CRM."""
        vendors = self.__dict__.get("vendors", {})
        if name not in vendors:
            raise AttributeError(f"there is no mock '{name}': there are {', '.join(vendors)}")
        return vendors[name]

    def __getitem__(self, name: str) -> Any:
        """Return the mock of a CRM."""
        return self.vendors[name]

    @property
    def requests(self) -> list[RecordedRequest]:
        """All requests in this test, oldest first, including those that belong to no CRM."""
        return self.exchanges()

    @property
    def environment(self) -> dict[str, str]:
        """Environment for a client program: that of this process and the variables of `crm-mocks run`."""
        from crm_contracts.clients.environment import environment_at

        return environment_at(os.environ, self.url, self.vendors)

    def exchanges(self, **query: Any) -> list[RecordedRequest]:
        """Return exchanges; the parameters are those of `GET /__admin/requests`."""
        response = self.channel("GET", "requests", session=self.session, **query)
        return [RecordedRequest(entry) for entry in response["requests"]]

    def settings(self, changes: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
        """Change settings for this test, by `<vendor>.<name>`; return all settings by vendor."""
        query = {"session": self.session}
        if changes:
            settings: dict[str, dict[str, Any]] = self.channel("PUT", "settings", dict(changes), **query)
        else:
            settings = self.channel("GET", "settings", **query)
        return settings

    def reset(self) -> None:
        """Reset the records, journal, settings and clock of the session; its URL stays."""
        self.resets += 1
        self.channel("POST", "reset", {"session": self.session})

    def verdict(self, **query: Any) -> Verdict:
        """Return the verdict on the client's requests in this test so far."""
        from crm_contracts.judge.verdict import Verdict

        response = self.channel("GET", "verdict", session=self.session, format="json", **query)
        return Verdict.from_json(response)

    def findings(self, allow: Sequence[str], *, close: bool = False) -> SessionFindings:
        """Return the failing findings of this test so far.

        Args:
            allow: names of allowed violations, in addition to those of the session.
            close: close the session afterwards; its exchanges still count in the verdict on the run.
        """
        query = {"session": self.session, "allow": list(allow), "close": close}
        return SessionFindings.from_json(self.channel("POST", "findings", query))

    def end(self, allow: Sequence[str], following: NextSession | None) -> SessionFindings:
        """Close the session and return its failing findings; prepare the session of the next test.

        Args:
            allow: names of allowed violations, in addition to those of the session.
            following: the session of the next test, if it is known; its URL is set.
        """
        if following is None:
            return self.findings(allow, close=True)
        query = {"session": self.session, "allow": list(allow), "close": True, "next": following.request}
        response = self.channel("POST", "findings", query)
        following.url = response.pop("next_url")
        return SessionFindings.from_json(response)

    def close(self) -> None:
        """Close the session; its exchanges still count in the verdict on the run."""
        self.channel("DELETE", "sessions", session=self.session)

    def __repr__(self) -> str:
        return f"<crm-mocks at {self.url}, session {self.session}>"


@dataclass
class NextSession:
    """The session of the next test, which the server makes ready while this one ends.

    Attributes:
        session: name of the session.
        allow: names of allowed violations.
        url: base URL of the session, or `None` if it could not be made ready.
    """

    session: str
    allow: list[str]
    url: str | None = None

    @property
    def request(self) -> dict[str, Any]:
        """Body of `POST /__admin/sessions`, which opens it."""
        return {"session": self.session, "allow": self.allow}


def open_session(
    channel: AdminChannel,
    session: str,
    allow: list[str],
    credentials: Mapping[str, Any],
    ready: NextSession | None = None,
) -> SessionMocks:
    """Open a session and return its mocks.

    Args:
        channel: channel to the control API.
        session: name of the session.
        allow: names of allowed violations, as in `judge.allow`.
        credentials: demo credentials by vendor.
        ready: the session that the server has made ready, if any; used if it is this one.

    Raises:
        UsageError: an argument is invalid.
    """
    wanted = NextSession(session, require_names(allow))
    url = ready.url if ready is not None and ready.request == wanted.request else None
    return SessionMocks(channel, session, url or channel("POST", "sessions", wanted.request)["url"], credentials)


def require_names(allow: Sequence[Any]) -> list[str]:
    """Return names of allowed violations.

    Raises:
        UsageError: one is not a string.
    """
    if not all(isinstance(name, str) for name in allow):
        raise UsageError("allow takes a list of strings, such as '<vendor>.<operation>:400'")
    return list(allow)
