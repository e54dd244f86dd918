"""Loading of vendors for commands that describe them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from crm_mocks.cli.progress import progress

if TYPE_CHECKING:
    from crm_mocks.contract import Contract
    from crm_mocks.vendor import Vendor


def load_vendors(names: Iterable[str]) -> list[Vendor]:
    """Load the named vendors, or those that are served by default if none are named.

    Raises:
        UsageError: a vendor does not exist.
    """
    from crm_mocks.vendor import load_vendor, served_names

    found = list(dict.fromkeys(names)) or served_names()
    with progress("reading contracts") as shown:
        return [load_vendor(name) for name in shown.each(found, "contracts", len(found))]


def default_contract(vendor: Vendor) -> Contract:
    """Return the contract under the vendor's default settings."""
    return vendor.contract_file.in_force(vendor.settings_type())


def written_contract(vendor: Vendor) -> Mapping[str, Any]:
    """Return the contract as its author wrote it, with all variants."""
    supplied = default_contract(vendor).supplied
    document: Mapping[str, Any] = vendor.contract_file.document if supplied is None else supplied.published
    return document
