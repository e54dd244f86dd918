"""A provider that is held to its contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm_mocks.contract import Contract
from crm_mocks.settings import changed
from crm_mocks.vendor import load_vendor, vendor_names


@dataclass(frozen=True)
class Provider:
    """What is held to its contract.

    Attributes:
        vendor: whose contract.
        url: where the provider is.
        contract: URL or file of the contract in force.
        credentials: by the names that the vendor's credentials have.
        settings: changes of the vendor's settings, by name, which say what the provider is like.
        ca_file: authorities to trust in place of the usual ones.
    """

    vendor: str
    url: str
    contract: str
    credentials: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    ca_file: Path | None = None


def settings_from(vendor: str, changes: Mapping[str, Any]) -> Any:
    """Return a vendor's settings with changes, `None` for a contract that is no vendor's.

    Args:
        vendor: its name.
        changes: by name, without the vendor's.

    Raises:
        UsageError: a name is unknown, or a value not allowed.
    """
    if vendor not in vendor_names():
        return None
    start = {vendor: load_vendor(vendor).settings_type()}
    return changed(start, {f"{vendor}.{name}": value for name, value in changes.items()}, starting=True)[vendor]


def contract_of(vendor: str, changes: Mapping[str, Any]) -> Contract:
    """Return the contract that is in force under changed settings.

    Raises:
        UsageError: a name is unknown, or a value not allowed.
    """
    return load_vendor(vendor).contract_file.in_force(settings_from(vendor, changes))
