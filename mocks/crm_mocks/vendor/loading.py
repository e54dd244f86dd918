"""Finding vendors and their parts: each is a folder in `crm_mocks/vendors`, found by listing them."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any, Final

from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.vendor.base import Vendor

_VENDORS: Final = "crm_mocks.vendors"


def vendor_names() -> list[str]:
    """Return the names of all vendors: the folders in `crm_mocks/vendors`."""
    folders = importlib.import_module(_VENDORS).__path__
    return sorted(module.name for module in pkgutil.iter_modules(folders) if module.ispkg)


@cache
def load_vendor(name: str) -> Vendor:
    """Load a vendor with its contract. Vendors keep no state: one instance serves all mock apps of a process.

    Raises:
        UsageError: there is no such vendor.
    """
    if name not in vendor_names():
        hint = did_you_mean(name, vendor_names())
        raise UsageError(f"unknown vendor '{name}'{hint}: there are {', '.join(vendor_names())}")
    vendor: Vendor = subclass_in(importlib.import_module(f"{_VENDORS}.{name}"), Vendor)(name)
    return vendor


def vendor_module(vendor: str, part: str) -> ModuleType | None:
    """Return a module of a vendor's folder, such as `scenarios`; `None` if the vendor or the module does not exist."""
    name = f"{_VENDORS}.{vendor}.{part}"
    if vendor not in vendor_names() or importlib.util.find_spec(name) is None:
        return None
    return importlib.import_module(name)


def subclass_in(module: ModuleType, base: type) -> Any:
    """Return the one subclass of a base class that a module defines, or that a package imports from its own modules.

    Raises:
        CrmMocksError: there is none, or more than one.
    """
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, base) and f"{each.__module__}.".startswith(f"{module.__name__}.")
    ]
    if len(found) != 1:
        raise CrmMocksError(f"{module.__name__} must define one subclass of {base.__name__}, has {len(found)}")
    return found[0]
