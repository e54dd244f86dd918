"""Where one vendor comes from: an installed distribution, a folder, or a contract that the user supplies."""

from __future__ import annotations

import hashlib
import importlib
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from functools import cached_property
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

from crm_mocks.contract import ContractFile
from crm_mocks.contract import source as contract_source
from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.vendor.base import Vendor
from crm_mocks.vendor.code_reload import code_files, imported_anew
from crm_mocks.vendor.package_code import package_folder, refused_if_it_fails, subclass_in, try_out
from crm_mocks.vendor_sources import CONTRACT_NAMES, NamedContract


class VendorOrigin(ABC):
    """Where a vendor comes from.

    Attributes:
        name: name of the vendor.
        description: the origin, for messages.
    """

    name: str
    description: str

    @cached_property
    def _vendor(self) -> Vendor:
        return self.load_anew()

    def load(self) -> Vendor:
        """Load the vendor with its contract, once for this object; see `load_anew`."""
        return self._vendor

    @abstractmethod
    def load_anew(self) -> Vendor:
        """Load the vendor with its contract as its files are now.

        Raises:
            UsageError: its package cannot be imported, or lacks something.
            ContractError: its contract cannot be used.
        """

    def module(self, part: str) -> ModuleType | None:  # for those that have modules
        """Return a module of the vendor's package, such as `scenarios`; `None` if it has none.

        Raises:
            UsageError: the module cannot be imported.
        """
        return None

    def has_module(self, part: str) -> bool:  # as above
        """Return whether the vendor's package has a module, without importing anything."""
        return False

    def code_files(self) -> Iterable[Path]:  # as above
        """Return the files of the vendor's folder that are read again when they change."""
        return ()

    def imported_anew(self) -> AbstractContextManager[None]:
        """Import the code of the vendor's folder anew within the block; an exception restores the code before."""
        return nullcontext()

    @property
    def identity(self) -> object:
        """What two origins of the same vendor have in common."""
        return self.description


class _PackagedVendor(VendorOrigin):
    """A vendor with a Python package."""

    package: str

    @property
    @abstractmethod
    def folder(self) -> Path | None:
        """The folder of the package; `None` if it cannot be found."""

    def module(self, part: str) -> ModuleType | None:
        """See `VendorOrigin.module`."""
        return self._imported(f"{self.package}.{part}") if self.has_module(part) else None

    def has_module(self, part: str) -> bool:
        """See `VendorOrigin.has_module`."""
        folder = self.folder
        return folder is not None and ((folder / f"{part}.py").is_file() or (folder / part).is_dir())

    def _imported(self, name: str) -> ModuleType:
        with refused_if_it_fails(self.name, lambda: self.description), redirect_stdout(sys.stderr):
            return importlib.import_module(name)

    def _created(self, module: ModuleType, make: Callable[[type[Vendor]], Vendor]) -> Vendor:
        """Return the vendor of a package, made of its class."""
        with refused_if_it_fails(self.name, lambda: self.description), redirect_stdout(sys.stderr):
            try:
                kind = subclass_in(module, Vendor)
            except UsageError:
                raise
            except CrmMocksError as error:
                raise UsageError(f"the vendor '{self.name}' ({self.description}) cannot be loaded: {error}") from None
            vendor = make(kind)
            try_out(vendor)
            return vendor

    def _of_contract(self, contract: Path) -> Callable[[type[Vendor]], Vendor]:
        """Return what makes a vendor of its class, with the contract in a file."""
        return lambda kind: create(kind, NamedContract(self.name, contract))


class InstalledVendor(_PackagedVendor):
    """A vendor of an installed distribution, which an entry point of the group `crm_mocks.vendors` names.

    The contract is `contract.yaml` beside the package's `__init__.py`; that of our own vendors is in `openapi/`.
    """

    def __init__(self, entry: EntryPoint) -> None:
        self.name = entry.name
        self.package = entry.module
        self._entry = entry

    @property
    def description(self) -> str:  # type: ignore[override]  # finding the distribution takes a millisecond
        """See `VendorOrigin.description`."""
        entry = self._entry
        return f"of the distribution {entry.dist.name if entry.dist is not None else entry.value}"

    @property
    def identity(self) -> object:
        """See `VendorOrigin.identity`."""
        return self.package

    @property
    def folder(self) -> Path | None:
        """See `_PackagedVendor.folder`."""
        return package_folder(self.package)

    def load_anew(self) -> Vendor:
        """See `VendorOrigin.load_anew`."""
        module = self._imported(self.package)
        beside = contract_in(self.folder) if self.folder is not None else None
        if beside is not None:
            return self._created(module, self._of_contract(beside))
        ours = contract_source.directory() / f"{self.name}.yaml"
        if not ours.is_file():
            raise UsageError(
                f"the vendor '{self.name}' ({self.description}) has no contract: its package needs {CONTRACT_NAMES[0]}"
            )
        return self._created(module, lambda kind: kind(self.name))


class VendorFolder(_PackagedVendor):
    """A vendor in a folder of the user: `contract.yaml`, and its code in `__init__.py` if a contract is not enough."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.description = f"in the folder {folder}"
        self._folder = folder
        digest = hashlib.sha256(str(folder.parent).encode("utf-8", "surrogateescape")).hexdigest()[:12]
        self._parent = f"_crm_mocks_vendors_{digest}"  # one for each folder, so that equal names do not meet
        self.package = f"{self._parent}.{self.name}"

    @property
    def folder(self) -> Path:
        """See `_PackagedVendor.folder`."""
        return self._folder

    def code_files(self) -> Iterable[Path]:
        """See `VendorOrigin.code_files`."""
        return code_files(self._folder)

    def imported_anew(self) -> AbstractContextManager[None]:
        """See `VendorOrigin.imported_anew`."""
        return imported_anew(self.package, self.code_files())

    def _imported(self, name: str) -> ModuleType:
        if self._parent not in sys.modules:
            parent = ModuleType(self._parent)
            parent.__path__ = [str(self._folder.parent)]
            sys.modules[self._parent] = parent
        return super()._imported(name)

    def load_anew(self) -> Vendor:
        """See `VendorOrigin.load_anew`."""
        contract = contract_in(self._folder)
        if contract is None:
            raise UsageError(f"the vendor '{self.name}' has no contract: {self._folder} needs {CONTRACT_NAMES[0]}")
        if (self._folder / "__init__.py").is_file():
            return self._created(self._imported(self.package), self._of_contract(contract))
        return create(generic_vendor(), NamedContract(self.name, contract))


class SuppliedVendor(VendorOrigin):
    """A vendor made of nothing but a contract."""

    def __init__(self, contract: NamedContract, *, stateless: bool = False) -> None:
        self.name = contract.name
        self.description = f"of the contract {contract.path}"
        self.contract = contract
        self._stateless = stateless

    @property
    def identity(self) -> object:
        """See `VendorOrigin.identity`."""
        return self.contract

    def load_anew(self) -> Vendor:
        """See `VendorOrigin.load_anew`."""
        return create(generic_vendor(), self.contract, stateless=self._stateless)


def create(kind: type[Vendor], contract: NamedContract, **options: Any) -> Vendor:
    """Create a vendor of a class and a contract that is not one of ours.

    Args:
        kind: class of the vendor.
        contract: its contract.
        options: further arguments of `GenericVendor`.

    Raises:
        ContractError: the contract cannot be used.
    """
    from crm_mocks.supplied import read_contract

    supplied = read_contract(contract.path, contract.name, contract.prefix)
    if issubclass(kind, generic_vendor()):
        create_generic: Any = kind
        vendor: Vendor = create_generic(contract.name, supplied, **options)
        return vendor
    return kind(contract.name, ContractFile.supplied(contract.name, supplied))


def generic_vendor() -> Any:
    """Return the class `GenericVendor`, whose module imports this package."""
    from crm_mocks.generic import GenericVendor

    return GenericVendor


def contract_in(folder: Path) -> Path | None:
    """Return the contract in the folder of a vendor, if it has one."""
    return next((file for name in CONTRACT_NAMES if (file := folder / name).is_file()), None)
