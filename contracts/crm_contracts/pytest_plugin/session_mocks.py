"""What fixtures give to tests: all mocks, and each CRM of it, in a session of the test's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from crm_contracts.judge.verdict import Verdict
from crm_contracts.pytest_plugin.admin_channel import AdminChannel
from crm_contracts.pytest_plugin.recorded_request import RecordedRequest
from crm_mocks.errors import UsageError


class PreparedResponse(Protocol):
    """An answer that is made already."""

    def as_queued(self) -> dict[str, Any]:
        """Return the body of `POST /__admin/responses` that queues it, without the session."""


class ClockControl:
    """The session's clock."""

    def __init__(self, channel: AdminChannel, session: str) -> None:
        self._channel = channel
        self._session = session

    def set(self, moment: datetime | str) -> datetime:
        """Stop the clock at a moment (ISO 8601 as a text); return it."""
        text = moment.isoformat() if isinstance(moment, datetime) else moment
        return self._post(set=text)

    def advance(self, by: float | timedelta) -> datetime:
        """Move the clock by seconds, or a timedelta; return the time that it then shows."""
        return self._post(advance_seconds=by.total_seconds() if isinstance(by, timedelta) else by)

    def _post(self, **change: Any) -> datetime:
        answer = self._channel("POST", "clock", {"session": self._session, **change})
        return datetime.fromisoformat(answer["now"])


class VendorMock:
    """One CRM in the test's session.

    Attributes:
        name: the vendor's.
        url: base URL; with a path of the vendor's contract behind it, it is an endpoint.
        credentials: demo credentials.
        clock: the session's.
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
        """What the CRM was sent in this test, the oldest first."""
        return self._session_mocks.exchanges(vendor=self.name)

    def wait_for(self, count: int = 1, timeout: float = 5.0) -> list[RecordedRequest]:
        """Wait until the CRM has been sent so many requests, or the seconds are over; return them all."""
        return self._session_mocks.exchanges(vendor=self.name, count=count, wait_ms=round(timeout * 1000))

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Return what the CRM has stored.

        Args:
            kind: of record, such as `leads`; `crm-mocks list` and the vendor's page name them.
        """
        answer = self._channel("GET", "records", session=self._session, vendor=self.name, kind=kind)
        records: list[dict[str, Any]] = answer["records"]
        return records

    def add_record(self, kind: str, record: Mapping[str, Any], *more: Mapping[str, Any]) -> None:
        """Store records."""
        query = {"session": self._session, "vendor": self.name, "kind": kind}
        self._channel("PUT", "records", [dict(record), *map(dict, more)], **query)

    def respond(self, ready: PreparedResponse | None = None, /, *, operation: str | None = None, **answer: Any) -> str:
        """Queue an answer for a request to come, whatever the client sends; return its id.

        Args:
            ready: a whole answer, such as those of `crm_contracts.fuzz`; what else is named goes before it.
            operation: operationId, or `<vendor>.<operationId>`; without it, the next request to the CRM has the answer.
            answer: any of `status`, `example` (name of a documented one), `body`, `body_base64`, `fault`, `headers`,
                `chunked`, `times` (how often; `None` is always), `delay_ms`, `phase` (`before` or `after` the lead is
                stored), `match` (members that the request must have), `metadata` (an object that the mocks ignore).
                What is `None` counts as not given, but for `body` and `times`.

        Raises:
            UsageError: the answer cannot be queued, or is one of another CRM's.
        """
        if ready is not None:
            queued = ready.as_queued()
            operation = operation or str(queued["operation"])
            answer = {**queued, **answer}
            del answer["operation"]
        given = {name: value for name, value in answer.items() if value is not None or name in ("body", "times")}
        queued = {"session": self._session, "operation": self._key(operation), **given}
        return str(self._channel("POST", "responses", queued)["id"])

    def _key(self, operation: str | None) -> str:
        """Return what an answer is for, as the control API has it: the CRM's name is for any operation."""
        if operation is None or operation == self.name:
            return self.name
        if "." not in operation:
            return f"{self.name}.{operation}"
        if not operation.startswith(f"{self.name}."):
            raise UsageError(f"an answer of {operation} is none of {self.name}'s")
        return operation

    @property
    def environment(self) -> dict[str, str]:
        """See `SessionMocks.environment`."""
        return self._session_mocks.environment

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings of the CRM for this test; return all of them."""
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
    """All mocks in the test's session; a CRM is an attribute or an entry of it.

    Attributes:
        session: the session's name.
        url: its base URL.
        vendors: the CRMs by name.
        clock: the session's.
        channel: carries control requests.
    """

    def __init__(
        self, channel: AdminChannel, session: str, url: str, credentials: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.channel = channel
        self.session = session
        self.url = url
        self.clock = ClockControl(channel, session)
        self.vendors = self._made(credentials)

    def _made(self, credentials: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        return {name: VendorMock(self, name, known) for name, known in credentials.items()}

    def __getattr__(self, name: str) -> Any:
        """Return a CRM."""
        vendors = self.__dict__.get("vendors", {})
        if name not in vendors:
            raise AttributeError(f"no '{name}' here: there are {', '.join(vendors)}")
        return vendors[name]

    def __getitem__(self, name: str) -> Any:
        """Return a CRM."""
        return self.vendors[name]

    @property
    def requests(self) -> list[RecordedRequest]:
        """What all CRMs were sent in this test, and what was for none of them, the oldest first."""
        return self.exchanges()

    @property
    def environment(self) -> dict[str, str]:
        """Environment for a client program: this process's, and where the mocks are, as `crm-mocks run` tells it."""
        from crm_contracts.clients.environment import environment_at

        return environment_at(os.environ, self.url, self.vendors)

    def exchanges(self, **query: Any) -> list[RecordedRequest]:
        """Return exchanges; parameters as of `GET /__admin/requests`."""
        answer = self.channel("GET", "requests", session=self.session, **query)
        return [RecordedRequest(entry) for entry in answer["requests"]]

    def settings(self, changes: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
        """Change settings, given by `<vendor>.<name>`, for this test; return all of them, by vendor."""
        query = {"session": self.session}
        if changes:
            settings: dict[str, dict[str, Any]] = self.channel("PUT", "settings", dict(changes), **query)
        else:
            settings = self.channel("GET", "settings", **query)
        return settings

    def reset(self) -> None:
        """Forget all that the session has stored and seen, its settings and its clock; its URL stays."""
        self.channel("POST", "reset", {"session": self.session})

    def verdict(self, **query: Any) -> Verdict:
        """Return the verdict on what the client has done so far in this test."""
        answer = self.channel("GET", "verdict", session=self.session, format="json", **query)
        return Verdict.from_json(answer)

    def close(self) -> None:
        """End the session; what it has seen counts in the verdict on the run."""
        self.channel("DELETE", "sessions", session=self.session)

    def __repr__(self) -> str:
        return f"<crm-mocks at {self.url}, session {self.session}>"


def opened(channel: AdminChannel, session: str, allow: list[str], credentials: Mapping[str, Any]) -> SessionMocks:
    """Open a session; return its mocks.

    Args:
        channel: carries control requests.
        session: its name.
        allow: mistakes allowed in it, by the names that `judge.allow` reads.
        credentials: demo credentials by vendor.

    Raises:
        UsageError: something of that is wrong.
    """
    if not all(isinstance(each, str) for each in allow):
        raise UsageError("allow takes a list of texts, such as '<vendor>.<operation>:400'")
    made = channel("POST", "sessions", {"session": session, "allow": allow})
    return SessionMocks(channel, session, made["url"], credentials)
