"""Finding vendors and their parts by name; see `registry` for where they come from."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType

from crm_mocks.vendor import registry
from crm_mocks.vendor.base import Vendor
from crm_mocks.vendor.origins import SuppliedVendor
from crm_mocks.vendor_sources import NamedContract, is_path


def vendor_names() -> list[str]:
    """Return the names of all vendors: of installed distributions, of folders, and of supplied contracts.

    Raises:
        UsageError: two vendors have the same name, or a folder has none.
    """
    return list(registry.current().origins)


def served_names() -> list[str]:
    """Return the vendors that are served unless some are named: all, or only supplied contracts if there are any.

    Raises:
        UsageError: as for `vendor_names`.
    """
    return registry.current().served


def load_vendor(name: str) -> Vendor:
    """Load a vendor with its contract. Vendors keep no state: one instance serves all mock apps of a process.

    Args:
        name: name of the vendor, or the path of a contract.

    Raises:
        UsageError: there is no such vendor, or its package cannot be loaded.
        ContractError: its contract cannot be used.

    Example:
        >>> load_vendor("leadbank").name
        'leadbank'
    """
    if is_path(name):
        return SuppliedVendor(NamedContract.parse(name)).load()
    return registry.current().origin(name).load()


def reload_vendor(name: str) -> Vendor:
    """Load a vendor with its contract as its files are now; its code only within `imported_anew`.

    Args:
        name: name of the vendor.

    Raises:
        UsageError: as for `load_vendor`.
        ContractError: as for `load_vendor`.
    """
    return registry.current().origin(name).load_anew()


def code_files(name: str) -> frozenset[Path]:
    """Return the files beside a vendor's contract that `imported_anew` reads again; none if it is not of a folder."""
    return frozenset(registry.current().origin(name).code_files())


def imported_anew(name: str) -> AbstractContextManager[None]:
    """Import the code of a vendor's folder anew within the block; an exception restores the code before."""
    return registry.current().origin(name).imported_anew()


def create_generic_vendor(contract: NamedContract) -> Vendor:
    """Return a vendor made of nothing but a contract, which is not registered.

    Args:
        contract: an OpenAPI document, 3.0 or 3.1, with the name of the vendor.

    Raises:
        ContractError: the contract cannot be used.

    Example:
        >>> create_generic_vendor(NamedContract.parse("garage=openapi.yaml")).name
        'garage'
    """
    return SuppliedVendor(contract).load()


def vendor_module(vendor: str, part: str) -> ModuleType | None:
    """Return a module of a vendor's package, such as `scenarios`; `None` if the vendor or the module does not exist.

    Raises:
        UsageError: the module cannot be imported.
    """
    origin = registry.current().origins.get(vendor)
    return origin.module(part) if origin is not None else None
