"""Mocks in the test's own process, without a socket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Self

from crm_contracts.offline.bridge import AsgiBridge
from crm_contracts.offline.hosts import HostRegistry
from crm_contracts.pytest_plugin.admin_channel import target, understood
from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.session_mocks import SessionMocks, VendorMock
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.offline.httpx_ import Transport

_HERE = "http://127.0.0.1"


class OfflineServer:
    """The mocks of one process, shared by its tests, each of which has a session of its own."""

    def __init__(self, options: PluginOptions) -> None:
        from crm_mocks.app import create_app
        from crm_mocks.cli.inputs import load_settings

        settings = load_settings(options.config, options.assignments, ())
        application = create_app(seed=options.seed, now=options.now, settings=settings)
        self.bridge = AsgiBridge(application)
        self._credentials = {name: vendor.credentials for name, vendor in application.mock_app.vendors.items()}

    def open(self, session: str, allow: list[str]) -> OfflineSessionMocks:
        """Open a session; return its mocks.

        Args:
            session: its name.
            allow: mistakes allowed in it.
        """
        self.channel("POST", "sessions", {"session": session, "allow": allow})
        self.bridge.open(session)
        return OfflineSessionMocks(self, session, self._credentials)

    def channel(self, method: str, route: str, body: Any = None, **query: Any) -> Any:
        """See `crm_contracts.pytest_plugin.admin_channel.Channel`."""
        import orjson

        raw = b"" if body is None else orjson.dumps(body)
        headers = [("content-type", "application/json")] if raw else []
        answered = self.bridge.call("default", method, _HERE + target(route, query), headers, raw)
        return understood(answered.status, answered.body)

    def close(self) -> None:
        """Stop the thread that they run in."""
        self.bridge.close()


class OfflineVendorMock(VendorMock):
    """One CRM in the test's session, answered in process for whatever base URL the client has.

    Attributes:
        url: the base URL named last by `at`, else one that no client could reach.
    """

    _session_mocks: OfflineSessionMocks

    @property
    def url(self) -> str:
        """See the class."""
        return self._session_mocks.bases.get(self.name) or default_url(self.name)

    @property
    def transport(self) -> Transport:
        """A transport for `httpx.Client(transport=…)` and `httpx.AsyncClient(transport=…)`, whatever their base URL."""
        return self._session_mocks.transport

    def at(self, base_url: str) -> Self:
        """Answer all that is sent to a base URL; may be called for several.

        Args:
            base_url: as the client has it: scheme, host, and any path that the client puts before the CRM's own.

        Raises:
            UsageError: it is no such URL.
        """
        self._session_mocks.answer_at(self.name, base_url)
        return self

    def allow(self, url: str) -> Self:
        """Let requests to a URL's host out, to the real one; all others are refused."""
        self._session_mocks.hosts.allow(url)
        return self


class OfflineSessionMocks(SessionMocks):
    """All mocks in the test's session, without a socket.

    Attributes:
        hosts: whom the mocks answer for.
        bases: the base URL named last, by CRM.
    """

    def __init__(self, offline: OfflineServer, session: str, credentials: Mapping[str, Mapping[str, str]]) -> None:
        self._offline = offline
        self.bases: dict[str, str] = {}
        self.hosts = HostRegistry(offline.bridge.application.mock_app.router)
        super().__init__(offline.channel, session, _HERE, credentials)
        for name in credentials:
            self.hosts.mock(default_url(name), session)

    def _made(self, credentials: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        return {name: OfflineVendorMock(self, name, known) for name, known in credentials.items()}

    @property
    def transport(self) -> Transport:
        """See `OfflineVendorMock.transport`."""
        from crm_contracts.offline.httpx_ import Transport

        return Transport(self._offline.bridge, self.session, self.hosts)

    @property
    def environment(self) -> dict[str, str]:
        """Refuse to tell other programs of mocks that they cannot reach.

        Raises:
            UsageError: always.
        """
        raise UsageError("no other program can reach mocks without a socket: use the fixture without '_offline'")

    def answer_at(self, vendor: str, base_url: str) -> None:
        """See `OfflineVendorMock.at`."""
        self.hosts.mock(base_url, self.session)
        self.bases[vendor] = base_url.rstrip("/")

    @contextmanager
    def patched(self) -> Iterator[None]:
        """Have those of `requests` and `httpx` that are installed answered in process while the `with` block lasts.

        Raises:
            UsageError: `requests` is installed, but not what it needs to be answered in process.
        """
        with ExitStack() as patches:
            for patch in self._patches():
                patch.start()
                patches.callback(patch.stop)
            yield

    def _patches(self) -> Iterator[Any]:
        if find_spec("requests") is not None:
            if find_spec("responses") is None:
                raise UsageError("clients that use requests are answered through responses: pip install responses")
            from crm_contracts.offline.requests_ import RequestsPatch

            yield RequestsPatch(self._offline.bridge, self.hosts)
        if find_spec("httpx") is not None:
            from crm_contracts.offline.httpx_ import HttpxPatch

            yield HttpxPatch(self._offline.bridge, self.hosts)

    def close(self) -> None:
        """See `SessionMocks.close`."""
        self._offline.bridge.forget_session(self.session)
        super().close()


def default_url(vendor: str) -> str:
    """Return the base URL that a CRM is answered at where the test names none."""
    return f"https://{vendor.replace('_', '-')}.crm-mocks.test"
