"""In-process mocks without sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from crm_contracts.judge.sessions.session_findings import SessionFindings
from crm_contracts.judge.sessions.session_verdicts import findings_of
from crm_contracts.judge.verdict import Verdict
from crm_contracts.offline.bridge import AsgiBridge
from crm_contracts.offline.hosts import HostRegistry
from crm_contracts.offline.interceptor import Interceptor
from crm_contracts.offline.late_patch import LatePatch, Patch
from crm_contracts.pytest_plugin.admin_channel import parse_response, request_target
from crm_contracts.pytest_plugin.ended_sessions import EndedSessions
from crm_contracts.pytest_plugin.hidden_frames import hidden_if_expected
from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.saved_verdict import SavedVerdict
from crm_contracts.pytest_plugin.session_mocks import NextSession, SessionMocks, require_names
from crm_contracts.pytest_plugin.vendor_mock import VendorMock
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.offline.httpx_ import Transport

__tracebackhide__ = hidden_if_expected

_BASE = "http://127.0.0.1"


class OfflineServer:
    """The in-process mocks, shared by all tests of the process; each test has its own session.

    Attributes:
        bridge: calls the mocks.
        patched_hosts: hosts for which `requests` and `httpx` are patched, or `None`.
        vendors: vendors to compute coverage for.
        ended: sessions that have ended.
        default_origins: origins of the base URLs that tests do not choose.
    """

    def __init__(
        self,
        options: PluginOptions,
        on_forked: Callable[[str, str], None] = lambda _session, _url: None,
        save: Callable[[SavedVerdict], None] = lambda _saved: None,
        batch: int = 100,
    ) -> None:
        """Start the mocks.

        Args:
            options: options of the run.
            on_forked: called in a forked child process with the session and the URL of a request that it cannot send.
            save: saves a verdict on sessions that have ended.
            batch: number of sessions in such a verdict.

        Raises:
            UsageError: an option is invalid.
        """
        from crm_mocks.app import create_app
        from crm_mocks.cli.inputs import load_settings

        settings = load_settings(options.config, options.assignments, ())
        application = create_app(seed=options.seed, now=options.now, settings=settings, journal=options.journal)
        self.bridge = AsgiBridge(application)
        self.bridge.on_forked = on_forked
        self.patched_hosts: HostRegistry | None = None
        self.vendors = options.vendors
        self.ended = EndedSessions(self.bridge, options.vendors, save, batch)
        self._credentials = {name: vendor.credentials for name, vendor in application.mock_app.vendors.items()}
        self.default_origins = tuple(map(default_url, self._credentials))

    def open(self, session: str, allow: list[str]) -> OfflineSessionMocks:
        """Open a session and return its mocks.

        Args:
            session: name of the session.
            allow: names of allowed violations.

        Raises:
            UsageError: an argument is invalid.
        """
        self.bridge.open(session, require_names(allow))
        return OfflineSessionMocks(self, session, self._credentials)

    def channel(self, method: str, route: str, body: Any = None, **query: Any) -> Any:
        """See `crm_contracts.pytest_plugin.admin_channel.AdminChannel`."""
        import orjson

        raw = b"" if body is None else orjson.dumps(body)
        headers = [(b"content-type", b"application/json")] if raw else []
        response = self.bridge.call_admin(method, request_target(route, query), headers, raw)
        return parse_response(response.status, response.body)

    def close(self) -> None:
        """Judge what has not been judged, and stop the thread of the mocks."""
        self.ended.close()
        self.bridge.close()


class OfflineVendorMock(VendorMock):
    """The mock of a CRM in the session of a test, in process and for any base URL.

    Attributes:
        url: last base URL passed to `at`, or a default that no real server has.

    Example:
        def test_pull(leadbank_offline):
            leadbank_offline.at("https://api.leadbank.example")
            assert my_client.pull("https://api.leadbank.example") == []
    """

    _session_mocks: OfflineSessionMocks

    @property
    def url(self) -> str:
        """See the class."""
        return self._session_mocks.bases.get(self.name) or default_url(self.name)

    @property
    def transport(self) -> Transport:
        """A transport for `httpx.Client(transport=…)` and `httpx.AsyncClient(transport=…)`, for any base URL."""
        return self._session_mocks.transport

    def at(self, base_url: str) -> Self:
        """Respond to requests to a base URL. Several base URLs are possible.

        Args:
            base_url: base URL of the client: scheme, host, and any path prefix of the CRM's paths.

        Raises:
            UsageError: the URL is invalid.
        """
        self._session_mocks.respond_at(self.name, base_url)
        return self

    def allow(self, url: str) -> Self:
        """Let requests to the host of a URL through to the network; requests to other hosts are refused."""
        self._session_mocks.hosts.allow(url)
        return self


class OfflineSessionMocks(SessionMocks):
    """All mocks in the session of a test, in process.

    Attributes:
        hosts: hosts that the mocks respond for.
        bases: last base URL passed to `at`, by CRM.
    """

    def __init__(self, offline: OfflineServer, session: str, credentials: Mapping[str, Mapping[str, str]]) -> None:
        self._offline = offline
        self.bases: dict[str, str] = {}
        defaults = {origin: {"": session} for origin in offline.default_origins}
        self.hosts = HostRegistry(offline.bridge.application.mock_app.router, defaults)
        super().__init__(offline.channel, session, _BASE, credentials)

    def _create_mocks(self, credentials: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        return {name: OfflineVendorMock(self, name, values) for name, values in credentials.items()}

    @property
    def transport(self) -> Transport:
        """See `OfflineVendorMock.transport`."""
        from crm_contracts.offline.httpx_ import Transport

        return Transport(self._offline.bridge, self.session, self.hosts)

    @property
    def environment(self) -> dict[str, str]:
        """Raise an error, since other processes cannot reach in-process mocks.

        Raises:
            UsageError: always.
        """
        raise UsageError("other programs cannot reach in-process mocks: use the fixture without '_offline'")

    def respond_at(self, vendor: str, base_url: str) -> None:
        """See `OfflineVendorMock.at`."""
        self.hosts.mock(base_url, self.session)
        self.bases[vendor] = base_url.rstrip("/")

    @contextmanager
    def patched(self) -> Iterator[None]:
        """Patch `requests` and `httpx`, as soon as they are imported, during the `with` block."""
        enclosing = self._offline.patched_hosts
        if enclosing is not self.hosts:
            self.hosts.enclosing = enclosing
        self._offline.patched_hosts = self.hosts
        patches = self._patches()
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()
            self._offline.patched_hosts = enclosing

    def _patches(self) -> tuple[LatePatch, LatePatch]:
        interceptor = Interceptor(self._offline.bridge, self.hosts)

        def of_requests() -> Patch:
            from crm_contracts.offline.requests_ import RequestsPatch

            return RequestsPatch(interceptor)

        def of_httpx() -> Patch:
            from crm_contracts.offline.httpx_ import HttpxPatch

            return HttpxPatch(interceptor)

        return LatePatch("requests", of_requests), LatePatch("httpx", of_httpx)

    def verdict(self, **query: Any) -> Verdict:
        """See `SessionMocks.verdict`."""
        return super().verdict(vendor=self._offline.vendors, **query)

    def findings(self, allow: Sequence[str], *, close: bool = False) -> SessionFindings:
        """See `SessionMocks.findings`."""
        bridge = self._offline.bridge
        mock_app = bridge.application.mock_app
        found = bridge.run(lambda: findings_of(mock_app, mock_app.sessions.find(self.session), allow))
        if close:
            self.close()
            self._offline.ended.add(self.session)
        return found

    def end(self, allow: Sequence[str], _following: NextSession | None) -> SessionFindings:
        """See `SessionMocks.end`; opening a session costs next to nothing here."""
        return self.findings(allow, close=True)

    def close(self) -> None:
        """See `SessionMocks.close`."""
        self._offline.bridge.close_session(self.session)


def default_url(vendor: str) -> str:
    """Return the base URL of a CRM's mock if the test does not choose one."""
    return f"https://{vendor.replace('_', '-')}.crm-mocks.test"
