"""What the wheel contains."""

from __future__ import annotations

import zipfile

import pytest

from crm_mocks.vendor import vendor_names
from tests.wheel import ROOT, build


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Names of all files in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    return frozenset(zipfile.ZipFile(build(ROOT, folder)).namelist())


def test_it_has_both_packages_and_nothing_else(names: frozenset[str]) -> None:
    top = {name.partition("/")[0] for name in names}
    assert {each for each in top if not each.endswith(".dist-info")} == {"crm_mocks", "crm_contracts"}


def test_it_has_every_module_of_the_packages(names: frozenset[str]) -> None:
    folders = (ROOT / "mocks", ROOT / "contracts")
    modules = {path.relative_to(folder).as_posix() for folder in folders for path in folder.rglob("*.py")}
    assert modules == {name for name in names if name.endswith(".py")}


def test_it_has_no_tools_for_maintainers(names: frozenset[str]) -> None:
    assert [name for name in names if "certif" in name or "/tools/" in name or name.startswith("tools")] == []


def test_it_has_the_files_of_the_live_page(names: frozenset[str]) -> None:
    static = ROOT / "mocks" / "crm_mocks" / "live_page" / "static"
    assert {f"crm_mocks/live_page/static/{path.name}" for path in static.iterdir()} <= names


def test_it_has_the_contract_of_each_vendor(names: frozenset[str]) -> None:
    assert {f"crm_mocks/openapi/{name}.yaml" for name in vendor_names()} <= names


@pytest.mark.parametrize("package", ["crm_mocks", "crm_contracts"])
def test_its_packages_are_typed(names: frozenset[str], package: str) -> None:
    assert f"{package}/py.typed" in names


def test_it_has_the_data_files_of_the_packages(names: frozenset[str]) -> None:
    folders = (ROOT / "mocks", ROOT / "contracts")
    data = {
        path.relative_to(folder).as_posix()
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".yaml", ".toml", ".css", ".j2", ".json"}
    }
    assert data <= names
