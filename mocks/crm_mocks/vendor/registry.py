"""The vendors that a process knows, by name, and the ones that it serves unless some are named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

from crm_mocks.entry_points import entry_points
from crm_mocks.errors import UsageError
from crm_mocks.missing_contract import path_hint
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.vendor.origins import InstalledVendor, SuppliedVendor, VendorFolder, VendorOrigin, contract_in
from crm_mocks.vendor_sources import ENTRY_POINTS, VendorSources, active


class VendorRegistry:
    """The vendors of a process.

    Attributes:
        sources: where vendors come from besides installed distributions.
    """

    def __init__(self, sources: VendorSources) -> None:
        self.sources = sources
        self._broken: dict[str, VendorOrigin] = {}

    @cached_property
    def origins(self) -> dict[str, VendorOrigin]:
        """The origin of each vendor by name, sorted.

        Raises:
            UsageError: two vendors have the same name, or a folder does not exist or has no vendor.
        """
        found: dict[str, VendorOrigin] = {}
        for origin in self._all():
            other = found.setdefault(origin.name, origin)
            if other.identity != origin.identity:
                hint = " (name the contract with --contract NAME=FILE)" if isinstance(origin, SuppliedVendor) else ""
                raise UsageError(
                    f"two vendors have the name '{origin.name}': one {other.description}, one {origin.description}"
                    f"{hint}"
                )
        return dict(sorted(found.items()))

    @property
    def served(self) -> list[str]:
        """Names of the vendors that are served unless some are named: all, or only supplied contracts if there are any.

        Raises:
            UsageError: as for `origins`.
        """
        named = [*(each.name for each in self.sources.contracts), *self.sources.vendors]
        return list(dict.fromkeys(named)) if named else list(self.origins)

    def origin(self, name: str) -> VendorOrigin:
        """Return the origin of a vendor.

        Raises:
            UsageError: there is no such vendor, or as for `origins`.
        """
        origin = self.origins.get(name) or self._broken.get(name)
        if origin is None:
            hint = path_hint(name) or did_you_mean(name, self.origins)
            raise UsageError(f"unknown vendor '{name}'{hint}: there are {', '.join(self.origins)}")
        return origin

    def _all(self) -> Iterator[VendorOrigin]:
        yield from installed_vendors()
        for folder in self.sources.folders:
            yield from self._in_folder(folder)
        for contract in self.sources.contracts:
            yield SuppliedVendor(contract, stateless=self.sources.stateless)

    def _in_folder(self, folder: Path) -> Iterator[VendorOrigin]:
        """Yield the vendors of a folder: itself if it has a contract, else each folder in it that has one."""
        if not folder.is_dir():
            raise UsageError(f"--vendor-dir {folder}: no such folder")
        inner = [folder] if contract_in(folder) else sorted(each for each in folder.iterdir() if each.is_dir())
        complete = [each for each in inner if contract_in(each)]
        incomplete = {each.name: VendorFolder(each) for each in inner if (each / "__init__.py").is_file()}
        self._broken.update(incomplete)
        if not complete:
            raise UsageError(f"--vendor-dir {folder}: neither it nor a folder in it has a contract.yaml")
        for each in complete:
            if not each.name.isidentifier():
                raise UsageError(f"--vendor-dir {each}: the folder's name cannot be the name of a vendor")
            yield VendorFolder(each)


@cache
def installed_vendors() -> tuple[InstalledVendor, ...]:
    """Return the vendors of installed distributions."""
    return tuple(map(InstalledVendor, entry_points(group=ENTRY_POINTS)))


_latest: list[VendorRegistry] = []


def current() -> VendorRegistry:
    """Return the registry of the sources that are active in this process.

    Raises:
        UsageError: `pyproject.toml` names folders of vendors in a wrong way.
    """
    sources = active()
    if not _latest or _latest[0].sources != sources:
        _latest[:] = [VendorRegistry(sources)]
    return _latest[0]
