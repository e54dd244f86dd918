"""A fixture per CRM: made from names and folders, so that no CRM is imported before a test requests it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from crm_mocks.vendor_sources import CONTRACT_NAMES, ENTRY_POINTS, VendorSources

_SENDER: Final = "sender"


_served: Final = {"crm_mocks"}
"""Names of the fixtures that open a session on the run's server."""


def takes_served_mocks(test: pytest.Item) -> bool:
    """Return whether a test takes a fixture that opens a session on the run's server."""
    return not _served.isdisjoint(getattr(test, "fixturenames", ()))


def _mock_fixture(all_mocks: str, vendor: str, suffix: str, description: str) -> Any:
    def fixture(request: pytest.FixtureRequest) -> Any:
        mocks = request.getfixturevalue(all_mocks)
        if vendor not in mocks.vendors:
            pytest.fail(
                f"crm-mocks: {vendor} is not served: crm_mocks_contracts names what is, so add '{vendor}' to it",
                pytrace=False,
            )
        return mocks[vendor]

    fixture.__doc__ = description
    return pytest.fixture(name=f"{vendor}{suffix}")(fixture)


def _sender_fixture(vendor: str) -> Any:
    def fixture(request: pytest.FixtureRequest) -> Any:
        from crm_contracts.pytest_plugin.pushers import pusher_factory

        yield from pusher_factory(request, vendor)

    fixture.__doc__ = f"{vendor} as a sender, for tests of receivers."
    return pytest.fixture(name=f"{vendor}_sender")(fixture)


def _fixtures_of(vendor: str, *, sends: bool) -> Iterator[tuple[str, Any]]:
    """Yield the fixtures of a CRM by name."""
    _served.add(vendor)
    yield vendor, _mock_fixture("crm_mocks", vendor, "", f"The mock of {vendor} in a session of this test.")
    offline = f"The mock of {vendor}, in process and without sockets."
    yield f"{vendor}_offline", _mock_fixture("crm_mocks_offline", vendor, "_offline", offline)
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
