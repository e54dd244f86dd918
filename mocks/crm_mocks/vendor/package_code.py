"""The Python package of a vendor: finding it, and running its code, which may raise anything."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from crm_mocks.contract import ContractFile
from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.settings import Section
from crm_mocks.vendor.base import Vendor


def package_folder(package: str) -> Path | None:
    """Return the folder of a package without importing it; `None` if there is none."""
    top, *inner = package.split(".")
    spec = importlib.util.find_spec(top)
    for location in (spec.submodule_search_locations or ()) if spec is not None else ():
        folder = Path(location, *inner)
        if folder.is_dir():
            return folder
    return None


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


@contextmanager
def refused_if_it_fails(vendor: str, origin: Callable[[], str]) -> Iterator[None]:
    """Run code of a vendor, which may raise anything, even exceptions that are no `Exception`.

    Args:
        vendor: name of the vendor.
        origin: returns where it comes from, for the message.

    Raises:
        UsageError: the code failed.
    """
    try:
        yield
    except (CrmMocksError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise UsageError(
            f"the vendor '{vendor}' ({origin()}) cannot be loaded: {type(error).__name__}: "
            f"{' '.join(_text(error).split())}{_place(error)}"
        ) from error


def try_out(vendor: Vendor) -> None:
    """Raise any exception if what the host asks of a vendor before the first request is not there."""
    if not isinstance(vendor, Vendor):
        raise TypeError("its class creates something else")
    if not isinstance(vendor.contract_file, ContractFile):
        raise TypeError("its __init__ does not call that of Vendor with the contract")
    if not isinstance(vendor.settings_type(), Section):
        raise TypeError("its settings_type is no subclass of Section")
    dict(vendor.credentials)


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # code of the vendor, too
        return "its text cannot be read"


def _place(error: BaseException) -> str:
    """Return file and line in which an exception was raised, as the end of a message."""
    if isinstance(error, SyntaxError):
        return ""  # its text has both
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None or frame.tb_frame.f_code.co_filename.startswith("<"):
        return ""
    return f" ({frame.tb_frame.f_code.co_filename}, line {frame.tb_lineno})"
