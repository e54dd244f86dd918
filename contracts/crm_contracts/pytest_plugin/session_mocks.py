"""What fixtures provide for a test: all mocks in its session."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from crm_contracts.judge.sessions.session_findings import SessionFindings
from crm_contracts.pytest_plugin.admin_channel import AdminChannel
from crm_contracts.pytest_plugin.hidden_frames import hidden_if_expected
from crm_contracts.pytest_plugin.recorded_request import RecordedRequest
from crm_contracts.pytest_plugin.vendor_mock import ClockControl, VendorMock
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.judge.verdict import Verdict

__tracebackhide__ = hidden_if_expected


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


class NextSession(msgspec.Struct):
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
