"""The mock application: the vendors that a process serves, their contracts, and the sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm_mocks.asgi.replay import ReplayedResponse, parse_replayed
from crm_mocks.asgi.routing import Router
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.settings import Settings, changed
from crm_mocks.settings.host import HOST, HostSettings
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.records import RecordKind
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import SessionRegistry
from crm_mocks.vendor import Vendor, load_vendor, vendor_names

RecordsByKind = Mapping[str, list[Mapping[str, Any]]]


@dataclass(frozen=True)
class AppOptions:
    """Options of a `MockApp`.

    Attributes:
        seed: seed of all generated values.
        now: moment at which each session's clock is frozen; `None` for the system clock.
        settings: settings by `<vendor>.<name>` or `host.<name>`.
        records: starting records of each session, by vendor and kind.
        cors: allow cross-origin requests from browsers.
        admin_token: token that the control API requires, or `None`.
        replay: responses queued in each new session.
    """

    seed: int = 0
    now: datetime | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    records: Mapping[str, RecordsByKind] = field(default_factory=dict)
    cors: bool = False
    admin_token: str | None = None
    replay: tuple[ReplayedResponse, ...] = ()


class MockApp:
    """Vendors, contracts and sessions behind one server.

    Attributes:
        vendors: vendors by name.
        settings: initial settings of sessions by vendor, and the host's settings.
        limits: settings of the host.
        contracts: contracts under the initial settings, by vendor.
        replay: responses queued in each new session.
        sessions: all sessions.
        listeners: called with each journal entry after it has been added.
        open_port: opens a dedicated port for a session; `None` if the server does not support that.
        close_port: closes the dedicated port of a session.
    """

    def __init__(self, vendors: Iterable[str | Vendor] | None = None, options: AppOptions | None = None) -> None:
        """Load the vendors.

        Args:
            vendors: names, or `Vendor` objects; all vendors by default.
            options: see `AppOptions`.

        Raises:
            UsageError: a vendor, setting, record or replayed response is invalid, or two vendors have the same path.
        """
        self.options = options or AppOptions()
        requested = list(dict.fromkeys(vendors or ())) or vendor_names()
        loaded = [each if isinstance(each, Vendor) else load_vendor(each) for each in requested]
        self.vendors: dict[str, Vendor] = {vendor.name: vendor for vendor in loaded}
        defaults = {HOST: HostSettings(), **{name: vendor.settings_type() for name, vendor in self.vendors.items()}}
        self.settings: Settings = changed(defaults, self.options.settings, starting=True)
        limits = self.settings[HOST]
        assert isinstance(limits, HostSettings)  # no vendor is named HOST
        self.limits = limits
        self.contracts: dict[str, Contract] = {
            name: vendor.contract_file.in_force(self.settings[name]) for name, vendor in self.vendors.items()
        }
        self.router = Router(self.vendors, self.contracts)
        self.listeners: list[Callable[[JournalEntry], None]] = []
        self.open_port: Callable[[str], Any] | None = None
        self.close_port: Callable[[str], None] | None = None
        self.replay = parse_replayed(self.options.replay, self)
        self.sessions = SessionRegistry(
            seed=self.options.seed,
            now=self.options.now,
            settings=self.settings,
            kinds={name: vendor.kinds_by_name for name, vendor in self.vendors.items()},
            seeder=self._seed_records,
            on_create=self._queue_replayed,
            limit=self.limits.sessions,
            records_cap=self.limits.records,
            budget=JournalBudget(self.limits.journal_bytes, self.limits.spill_bytes),
        )
        self._check_records()

    def _check_records(self) -> None:
        for name, by_kind in self.options.records.items():
            if name not in self.vendors:
                raise UsageError(f"records of an unknown vendor '{name}': the mocks serve {', '.join(self.vendors)}")
            if not isinstance(by_kind, Mapping):
                raise UsageError(f"records of {name}: must be lists of records by kind")
            for kind, records in by_kind.items():
                about = self.vendors[name].kinds_by_name.get(kind)
                if about is None:
                    kinds = ", ".join(sorted(self.vendors[name].kinds_by_name))
                    raise UsageError(f"records of {name}: unknown kind '{kind}', its kinds are {kinds}")
                if not isinstance(records, list) or not all(
                    isinstance(each, Mapping) and each.get(about.key) is not None for each in records
                ):
                    raise UsageError(f"records {name}.{kind}: must be a list of objects with '{about.key}'")
                for record in records:
                    self.check_record(name, about, record)

    def check_record(self, vendor: str, kind: RecordKind, record: Mapping[str, Any]) -> None:
        """Check that the vendor can use a record in responses.

        Raises:
            UsageError: it cannot.
        """
        problem = self.vendors[vendor].record_fault(kind.name, record)
        if problem:
            raise UsageError(f"the record '{record[kind.key]}' of '{kind.name}' {problem}")

    async def _seed_records(self, session: Session, vendor: str) -> None:
        records = await session.records(vendor)
        await self.vendors[vendor].seed(session, records)
        for kind, given in self.options.records.get(vendor, {}).items():
            for record in given:
                await records.put(kind, record)

    def _queue_replayed(self, session: Session) -> None:
        for response in self.replay:
            session.enqueue(response)

    def contract(self, session: Session, vendor: str) -> Contract:
        """Return the contract under the settings of a session."""
        return self.vendors[vendor].contract_file.in_force(session.settings[vendor])
