"""The mock application: the vendors that a process serves, their contracts, and the sessions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from crm_mocks.asgi.peers import PeerCall, Peers
from crm_mocks.asgi.preferences import KNOWN
from crm_mocks.asgi.record_checks import check_records
from crm_mocks.asgi.replay import parse_replayed
from crm_mocks.asgi.routing import Router
from crm_mocks.asgi.served_vendors import initial_settings, served_vendors
from crm_mocks.asgi.server_url import ServerUrl, at_port
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.options import AppOptions
from crm_mocks.redaction import Redaction
from crm_mocks.settings import Settings, changed, secret_settings
from crm_mocks.settings.host import HOST, HostSettings
from crm_mocks.state.clock import parse_moment
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.journal_file import JournalFile
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import SessionRegistry
from crm_mocks.vendor import Vendor

if TYPE_CHECKING:
    from crm_mocks.state.shared.state import SharedState

T = TypeVar("T")

_MAX_EXPECTED: Final = 64
"""Maximum number of sessions that are expected; older ones have been expected in vain."""


class MockApp:
    """Vendors, contracts and sessions behind one server.

    Attributes:
        vendors: vendors by name.
        settings: initial settings of sessions by vendor, and the host's settings.
        limits: settings of the host.
        redaction: redacts exchanges.
        contracts: contracts under the initial settings, by vendor.
        replay: responses queued in each new session.
        sessions: all sessions.
        shared: the state that is shared with other processes, or `None`; then `sessions` are its sessions.
        on_replaced: called with vendors and contracts before they replace those in use; each returns a function that
            puts what was made of them to use.
        observers: called with each exchange before it is redacted, in this process; none where sessions are shared.
        listeners: called with each redacted journal entry before it is added; where sessions are shared, after it was
            stored.
        recording_listeners: those of them that are called when an entry is made.
        journal_file: file that exchanges are written to as they happen, or `None`; where sessions are shared, one of
            the listeners is.
        on_stop: called when the server stops, so that responses without end are ended.
        on_stopped: called when it has stopped, and no exchange is recorded any more.
        server_url: URL of the server as clients address it.
        open_port: opens a dedicated port for a session, unless it has one, and returns it; `None` if it cannot.
        close_port: closes the dedicated port of a session.
        late_ports: closed sessions by their former ports: what still comes there belongs to them.
        peers: all processes of the server, or `None` if this is the only one.
        calls: functions that other processes can call, by name.
    """

    def __init__(self, options: AppOptions | None = None) -> None:
        """Load the vendors.

        Raises:
            UsageError: a vendor, setting, record or replayed response is invalid, or two vendors have the same path.
        """
        self.options = options = options or AppOptions()
        self.now = parse_moment(options.now) if options.now is not None else None
        self._records = options.records or {}
        self.vendors = served_vendors(options.vendors)
        self.settings: Settings = initial_settings(options, self.vendors)
        limits = self.settings[HOST]
        assert isinstance(limits, HostSettings)  # no vendor is named HOST
        self.limits = limits
        self.contracts: dict[str, Contract] = {
            name: vendor.contract_file.in_force(self.settings[name]) for name, vendor in self.vendors.items()
        }
        self.router = Router(self.vendors, self.contracts)
        self.redaction = self._make_redaction()
        paths = [each.path for contract in self.contracts.values() for each in contract.operations.values()]
        self.server_url = ServerUrl(options.public_url, options.base_path, paths)
        self.on_replaced: list[Callable[[Mapping[str, Vendor], Mapping[str, Contract]], Callable[[], None]]] = []
        self.observers: list[Callable[[JournalEntry], None]] = []
        self.listeners: list[Callable[[JournalEntry], None]] = []
        self.recording_listeners = self.listeners if options.state is None else []
        self.on_stop: list[Callable[[], None]] = []
        self.on_stopped: list[Callable[[], None]] = []
        self.open_port: Callable[[str], Awaitable[int]] | None = None
        self.close_port: Callable[[str], None] | None = None
        self.late_ports: dict[int, str] = {}
        self.peers: Peers | None = None
        self.calls: dict[str, PeerCall] = {}
        self._kinds = {name: dict(vendor.kinds_by_name) for name, vendor in self.vendors.items()}
        self.replay = parse_replayed(options.replay, self)
        check_records(self._records, self.vendors)
        self.shared = self._open_shared_state(options)
        self.sessions = self._make_sessions(options)
        self.journal_file = self._open_journal(options)

    def _open_shared_state(self, options: AppOptions) -> SharedState | None:
        if options.state is None:
            return None
        from crm_mocks.asgi.shared_state import shared_state  # most mocks share nothing

        return shared_state(self, options.state)

    def _make_sessions(self, options: AppOptions) -> SessionRegistry:
        make: Callable[..., Any] = SessionRegistry if self.shared is None else self.shared.make_sessions
        sessions: SessionRegistry = make(
            seed=options.seed,
            now=self.now,
            settings=self.settings,
            kinds=self._kinds,
            seeder=self._seed_records,
            on_create=self._queue_replayed,
            limit=self.limits.sessions,
            records_cap=self.limits.records,
            budget=JournalBudget(self.limits.journal_bytes, self.limits.spill_bytes),
        )
        return sessions

    def _open_journal(self, options: AppOptions) -> JournalFile | None:
        if options.journal is None:
            return None
        run = "" if self.shared is None else self.shared.name
        used = {name: vendor.contract_file.settings_used for name, vendor in self.vendors.items()}
        journal = JournalFile(Path(options.journal), self.settings, used, run)
        self.on_stopped.append(journal.close)
        if self.shared is None:
            return journal

        def add(entry: JournalEntry) -> None:
            session = self.sessions.find(entry.session)
            journal.add(entry, self.settings if session is None else session.settings)

        self.listeners.append(add)
        return None  # a request may run twice until it is stored

    def replace_vendor(self, vendor: Vendor, *, restart: bool = False) -> None:
        """Serve a vendor in place of the one with its name.

        Args:
            vendor: the vendor.
            restart: its code is another, so that sessions start it anew; else they keep its settings and records.

        Raises:
            UsageError: it has a path of another vendor, or lacks a setting that was given.
            ContractError: its contract cannot be used.
        """
        name = vendor.name
        settings = self._starting_settings(vendor) if restart else self.settings
        vendors = {**self.vendors, name: vendor}
        contracts = {**self.contracts, name: vendor.contract_file.in_force(settings[name])}
        router = Router(vendors, contracts)
        commits = [make(vendors, contracts) for make in self.on_replaced]
        self.vendors, self.contracts, self.router = vendors, contracts, router
        if restart:
            self.settings = self.sessions.settings = settings
            self._kinds[name] = dict(vendor.kinds_by_name)
            for session in self.sessions:
                session.restart_vendor(name, settings[name])
        else:
            self._kinds[name].update(vendor.kinds_by_name)  # in place, since the records of sessions refer to it
        known, self.redaction = self.redaction.known, self._make_redaction()
        self.redaction.known.add_known(known)
        for commit in commits:
            commit()

    def _starting_settings(self, vendor: Vendor) -> Settings:
        given = (self.options.settings or {}).items()
        own = {key: value for key, value in given if key.partition(".")[0] == vendor.name}
        return changed({**self.settings, vendor.name: vendor.settings_type()}, own, starting=True)

    @property
    def published_credentials(self) -> frozenset[str]:
        """The demo credentials of the vendors, which are no secrets."""
        return frozenset(value for vendor in self.vendors.values() for value in vendor.credentials.values())

    def _make_redaction(self) -> Redaction:
        redaction = Redaction(
            self.contracts.values(),
            self.published_credentials,
            show=self.limits.show,
            steering=[f"__{name}" for name in KNOWN],
            hide=self.limits.hide,
        )
        if self.options.admin_token is not None:
            redaction.known.add(self.options.admin_token)
        redaction.known.add_all(secret_settings(self.settings.values()))
        return redaction

    async def _seed_records(self, session: Session, vendor: str) -> None:
        records = await session.records(vendor)
        await self.vendors[vendor].seed(session, records)
        for kind, given in self._records.get(vendor, {}).items():
            for record in given:
                await records.put(kind, record)

    def _queue_replayed(self, session: Session) -> None:
        for response in self.replay:
            session.enqueue(response)

    async def session_url(self, name: str, base: str) -> str:
        """Return the URL of a session, at a port of its own if clients can reach that, else with a prefix.

        Args:
            name: name of the session.
            base: URL of the server as the client addresses it.

        Raises:
            UsageError: the name is invalid.
            OSError: no port is available.
        """
        self.sessions.get(name)
        if self.open_port is None or self.server_url.is_routed:
            return f"{base}/~{name}"
        port = await self.open_port(name)
        while port in self.late_ports and self.open_port is not None:  # it was closed meanwhile
            port = await self.open_port(name)
        self.sessions.bind_port(name, port)
        return at_port(base, port)

    async def expected_url(self, name: str, base: str, allowed: tuple[str, ...]) -> str | None:
        """Return the URL of a session that is created when it is first used or asked about, if ever.

        Args:
            name: name of the session.
            base: URL of the server as the client addresses it.
            allowed: names of allowed violations.

        Returns:
            The URL; `None` if the session exists, or cannot have a port.
        """
        if self.open_port is None or self.server_url.is_routed:
            return None
        if name not in self.sessions.expected and self.sessions.find(name) is not None:
            return None
        try:
            port = await self.open_port(name)
        except OSError:
            return None
        self.sessions.expect(name, port, allowed)
        for forgotten in self.sessions.expected[:-_MAX_EXPECTED]:
            self.sessions.stop_expecting(forgotten)
            if self.close_port is not None:
                self.close_port(forgotten)
        return at_port(base, port)

    async def in_session(self, name: str, step: Callable[[], Awaitable[T]]) -> T:
        """Return the result of a step that uses a session.

        Args:
            name: name of the session.
            step: uses the session, has no other effects and does not wait: where sessions are shared, it may run twice.
        """
        return await (step() if self.shared is None else self.shared.sessions.run(name, step))

    def close_session(self, name: str) -> None:
        """Close a session that is no longer used, and its port; see `SessionRegistry.close`."""
        if self.close_port is not None:
            self.close_port(name)
        self.sessions.close(name)

    def vendor(self, name: str) -> Vendor:
        """Return the vendor with a name.

        Raises:
            UsageError: the mocks do not serve it.
        """
        if name not in self.vendors:
            hint = did_you_mean(name, self.vendors)
            raise UsageError(f"unknown vendor '{name}'{hint}: the mocks serve {', '.join(self.vendors)}")
        return self.vendors[name]

    def contract(self, session: Session | None, vendor: str) -> Contract:
        """Return the contract of a vendor under the settings of a session; without one, under the initial settings."""
        if session is None:
            return self.contracts[vendor]
        return self.vendors[vendor].contract_file.in_force(session.settings[vendor])
