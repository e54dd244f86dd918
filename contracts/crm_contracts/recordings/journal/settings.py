"""Settings of the runs in a journal, and the contracts in force under them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from crm_contracts.recordings.journal.lines import NO_SETTINGS
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.settings import Section
from crm_mocks.settings.host import HOST, HostSettings
from crm_mocks.state.judging_settings import judging_settings, settings_for_judging
from crm_mocks.vendor import Vendor

MAX_SETTINGS: Final = 100
"""Different settings in a journal for which contracts are compiled."""


@dataclass(frozen=True)
class RunSettings:
    """Settings of a run or session.

    Attributes:
        changed: those that differ from the defaults, by `<section>.<name>`.
        contracts: contracts in force, by vendor.
        limits: limits of bodies.
    """

    changed: Mapping[str, Any]
    contracts: Mapping[str, Contract]
    limits: HostSettings


class JournalSettings:
    """Reads the settings of runs, each once."""

    def __init__(self, vendors: Iterable[Vendor], note: Callable[[str], None]) -> None:
        """Prepare.

        Args:
            vendors: vendors whose contracts are wanted.
            note: called with a sentence about settings that cannot be used.
        """
        self._vendors = {vendor.name: vendor for vendor in vendors}
        self._used = {name: vendor.contract_file.settings_used for name, vendor in self._vendors.items()}
        self._note = note
        self._has_excess = False
        self._read: dict[int, tuple[Mapping[str, Any], RunSettings]] = {}

    def of(self, settings: Mapping[str, Any]) -> RunSettings:
        """Return the settings of a line of a journal; the default ones if they cannot be used."""
        known = self._read.get(id(settings))
        if known is not None:
            return known[1]
        if len(self._read) >= MAX_SETTINGS:
            self._note_excess()
            return self._default
        made = self._usable(settings) if settings else self._default
        self._read[id(settings)] = settings, made
        return made

    def _note_excess(self) -> None:
        if not self._has_excess:
            self._has_excess = True
            self._note(f"it has more than {MAX_SETTINGS} different settings: others count as the default ones")

    @cached_property
    def _default(self) -> RunSettings:
        return self._made(NO_SETTINGS)

    def _usable(self, settings: Mapping[str, Any]) -> RunSettings:
        try:
            return self._made(settings)
        except UsageError as error:
            self._note(f"judged under the default settings: {error}")
            return self._default

    def _made(self, settings: Mapping[str, Any]) -> RunSettings:
        defaults: dict[str, Section] = {name: vendor.settings_type() for name, vendor in self._vendors.items()}
        sections = settings_for_judging(settings, defaults, self._used)
        contracts = {name: each.contract_file.in_force(sections[name]) for name, each in self._vendors.items()}
        limits = sections[HOST]
        assert isinstance(limits, HostSettings)  # no vendor is named HOST
        return RunSettings(judging_settings(sections, self._used), contracts, limits)
