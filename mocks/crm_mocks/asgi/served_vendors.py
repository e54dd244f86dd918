"""The vendors that a process serves, and the settings that their sessions start with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crm_mocks.options import AppOptions
from crm_mocks.settings import Section, Settings, changed
from crm_mocks.settings.host import HOST, HostSettings
from crm_mocks.settings.state import STATE, StateSettings
from crm_mocks.vendor import Vendor, load_vendor, served_names


def served_vendors(vendors: Iterable[str | Vendor] | str | None) -> dict[str, Vendor]:
    """Return the vendors to serve, by name.

    Args:
        vendors: the option `vendors`.

    Raises:
        UsageError: a vendor is unknown or cannot be loaded.
    """
    named = (vendors,) if isinstance(vendors, str) else vendors or ()
    requested = list(dict.fromkeys(named)) or served_names()
    loaded = [each if isinstance(each, Vendor) else load_vendor(each) for each in requested]
    return {vendor.name: vendor for vendor in loaded}


def initial_settings(options: AppOptions, vendors: Mapping[str, Vendor]) -> Settings:
    """Return the settings of all sections: their defaults, and what the options change.

    Args:
        options: options of the application.
        vendors: vendors to serve, by name.

    Raises:
        UsageError: a setting is unknown, or its value is not allowed.
    """
    defaults: dict[str, Section] = {
        HOST: HostSettings(),
        **{name: vendor.settings_type() for name, vendor in vendors.items()},
    }
    if options.state is not None:
        defaults[STATE] = StateSettings()
    return changed(defaults, options.settings or {}, starting=True)
