"""A fixture per CRM: made from names and folders, so that no CRM is imported before a test requests it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import pytest

from crm_mocks.entry_points import entry_points
from crm_mocks.vendor_sources import CONTRACT_NAMES, ENTRY_POINTS, VendorSources

if TYPE_CHECKING:
    from crm_contracts.pytest_plugin.session_mocks import SessionMocks

_SENDER: Final = "sender"
_SERVED: Final = "crm_mocks"
"""The fixture that opens a session on the run's server."""


def takes_served_mocks(test: pytest.Item) -> bool:
    """Return whether a test takes a fixture that opens a session on the run's server."""
    return _SERVED in getattr(test, "fixturenames", ())


def _served_fixture(vendor: str) -> Any:
    def fixture(crm_mocks: SessionMocks) -> Any:
        return _mock_of(vendor, crm_mocks)

    fixture.__doc__ = f"The mock of {vendor} in a session of this test."
    return pytest.fixture(name=vendor)(fixture)


def _offline_fixture(vendor: str) -> Any:
    def fixture(crm_mocks_offline: SessionMocks) -> Any:
        return _mock_of(vendor, crm_mocks_offline)

    fixture.__doc__ = f"The mock of {vendor}, in process and without sockets."
    return pytest.fixture(name=f"{vendor}_offline")(fixture)


def _mock_of(vendor: str, mocks: SessionMocks) -> Any:
    if vendor not in mocks.vendors:
        pytest.fail(
            f"crm-mocks: {vendor} is not served: crm_mocks_contracts names what is, so add '{vendor}' to it",
            pytrace=False,
        )
    return mocks[vendor]


def _sender_fixture(vendor: str) -> Any:
    def fixture(request: pytest.FixtureRequest) -> Any:
        from crm_contracts.pytest_plugin.pushers import pusher_factory

        yield from pusher_factory(request, vendor)

    fixture.__doc__ = f"{vendor} as a sender, for tests of receivers."
    return pytest.fixture(name=f"{vendor}_sender")(fixture)


def _fixtures_of(vendor: str, *, sends: bool) -> Iterator[tuple[str, Any]]:
    """Yield the fixtures of a CRM by name."""
    yield vendor, _served_fixture(vendor)
    yield f"{vendor}_offline", _offline_fixture(vendor)
    if sends:
        yield f"{vendor}_sender", _sender_fixture(vendor)


def installed_fixtures() -> Iterator[tuple[str, Any]]:
    """Yield the fixtures of the CRMs of installed distributions by name."""
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
        top, *inner = entry.module.split(".")
        spec = find_spec(top)
        locations = (spec.submodule_search_locations or ()) if spec is not None else ()
        sends = any(_has_sender(Path(location, *inner)) for location in locations)
        yield from _fixtures_of(entry.name, sends=sends)


def fixtures_of(sources: VendorSources) -> ModuleType:
    """Return a pytest plug-in with the fixtures of the CRMs of folders and supplied contracts."""
    plug_in = ModuleType("crm_mocks_vendor_fixtures")
    for contract in sources.contracts:
        vars(plug_in).update(_fixtures_of(contract.name, sends=False))
    for folder in sources.folders:
        for vendor in _vendors_in(folder):
            vars(plug_in).update(_fixtures_of(vendor.name, sends=_has_sender(vendor)))
    return plug_in


def _vendors_in(folder: Path) -> list[Path]:
    inner = sorted(folder.iterdir()) if folder.is_dir() else []
    return [each for each in (folder, *inner) if any((each / name).is_file() for name in CONTRACT_NAMES)]


def _has_sender(folder: Path) -> bool:
    return (folder / f"{_SENDER}.py").is_file() or (folder / _SENDER).is_dir()
