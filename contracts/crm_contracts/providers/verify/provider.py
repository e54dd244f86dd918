"""A provider to verify, and its contract under settings."""

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
    """A provider to verify.

    Attributes:
        vendor: vendor whose contract it is held to.
        url: base URL.
        contract: URL or file of the contract in force.
        credentials: by the names in `Vendor.credentials`.
        settings: changed settings of the vendor, by name, which describe the provider.
        ca_file: certificate authorities to trust instead of the default ones.
        data: its reference data; see `SampleRequests.reference_data`.
    """

    vendor: str
    url: str
    contract: str
    credentials: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    ca_file: Path | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def settings_from(vendor: str, changes: Mapping[str, Any]) -> Any:
    """Return a vendor's settings with changes; `None` if there is no such vendor.

    Args:
        vendor: name of the vendor.
        changes: by name of the setting, without the vendor's.

    Raises:
        UsageError: a name is unknown, or a value not allowed.
    """
    if vendor not in vendor_names():
        return None
    start = {vendor: load_vendor(vendor).settings_type()}
    return changed(start, {f"{vendor}.{name}": value for name, value in changes.items()}, starting=True)[vendor]


def contract_of(vendor: str, changes: Mapping[str, Any]) -> Contract:
    """Return the contract in force under changed settings.

    Raises:
        UsageError: a name is unknown, or a value not allowed.
    """
    return load_vendor(vendor).contract_file.in_force(settings_from(vendor, changes))
