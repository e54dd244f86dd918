"""Every imported package is declared; every declared one is used, has a reason, and a licence that we accept."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools.dependencies import licences
from tools.dependencies.declared import ALWAYS, FOR_USERS, Declared, declared
from tools.dependencies.usage import FOR_WORK, SHIPPED, USED_UNNAMED, imports, packages_of, unused

DECLARED = declared()
FOUND_AT_RUN_TIME = {
    "requests": "of the user's suite",
    "urllib3": "of the user's suite",
    "openapi_spec_validator": "of the extra `test`, for the house rules",
}
"""Modules that the shipped packages import only where the user has them."""

OF_A_CLIENT = {"pydantic": "tools/supplied/client_journey.py"}
"""Modules of an environment of their own, with what runs there."""

WITH_TARGETS_OF_THEIR_OWN = {"delivery", "site"}
GROUPS = sorted({each.group for each in DECLARED} - WITH_TARGETS_OF_THEIR_OWN)


def in_group(*groups: str) -> list[Declared]:
    return [each for each in DECLARED if each.group in groups]


def installed(group: str) -> list[Declared]:
    """Return the requirements of a group; skip the test where it is not installed, as with the lowest versions."""
    found = in_group(group)
    for each in found:
        try:
            distribution(each.name)
        except PackageNotFoundError:
            if each.requirement.marker is None or each.requirement.marker.evaluate():
                pytest.skip(f"{each.name} is not installed: pip install -e '.[{group}]'")
    return found


def undeclared(folders: tuple[str, ...], requirements: list[Declared]) -> dict[str, str]:
    """Return the installed modules that folders import and no requirement installs, with a file that does."""
    known = {each.name for each in requirements}
    packages = {name: packages_of(name) for name in imports(folders)}
    return {name: file for name, file in imports(folders).items() if packages[name] and not packages[name] & known}


def test_every_module_that_is_shipped_imports_what_users_have() -> None:
    assert undeclared(SHIPPED, in_group(ALWAYS, *FOR_USERS)).keys() == FOUND_AT_RUN_TIME.keys()


def test_every_other_import_is_declared() -> None:
    assert undeclared(FOR_WORK, DECLARED) == OF_A_CLIENT


@pytest.mark.parametrize("group", GROUPS)
def test_every_declared_package_is_used(group: str) -> None:
    assert unused(installed(group)) == []


def test_every_package_used_unnamed_is_declared() -> None:
    assert USED_UNNAMED.keys() <= {each.name for each in DECLARED}


def test_a_package_that_nothing_uses_is_found() -> None:
    assert unused([Declared("Iniconfig", Requirement("Iniconfig"), ALWAYS, "")]) == ["Iniconfig"]
    assert unused([Declared("Iniconfig", Requirement("Iniconfig"), "dev", "")]) == ["Iniconfig"]


def test_every_requirement_has_a_reason() -> None:
    assert [each.name for each in DECLARED if not each.reason] == []


def test_requirements_are_read_with_their_reasons(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(
        '[project]\ndependencies = [\n  "A_b>=1; python_version > \'3\'",  # why\n  "c",\n]\n'
        '[project.optional-dependencies]\nall = ["crm-mocks[more]", "d[e]"]\n'
    )
    found = [(each.name, each.group, each.reason) for each in declared(path)]
    assert found == [("a-b", ALWAYS, "why"), ("c", ALWAYS, ""), ("d", "all", "")]


@pytest.mark.parametrize("group", GROUPS)
def test_every_licence_is_accepted(group: str) -> None:
    accepted = licences.ACCEPTED if group in (ALWAYS, *FOR_USERS) else licences.ACCEPTED_FOR_TOOLS
    packages = licences.with_all_that_they_need(each.requirement for each in installed(group))
    found = {name: licences.licence_of(package) for name, package in packages.items()}
    assert {name: each for name, each in found.items() if not licences.is_accepted(each, accepted)} == {}


@pytest.mark.parametrize(
    ("expression", "accepted"),
    [
        ("MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("AGPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("GPL-3.0", False),
        ("unknown", False),
        ("Proprietary, ask us", False),
    ],
)
def test_a_licence_that_nobody_accepted_is_refused(expression: str, accepted: bool) -> None:
    assert licences.is_accepted(expression) is accepted


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ("License-Expression: MIT OR Apache-2.0\nLicense: other", "MIT OR Apache-2.0"),
        ("License: BSD 3-Clause License", "BSD-3-Clause"),
        ("License: Ours alone", "Ours alone"),
        ("License: The whole text\n        of a licence\nClassifier: License :: OSI Approved :: MIT License", "MIT"),
        ("Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: Other", "MIT OR Other"),
        ("Summary: without", "unknown"),
    ],
)
def test_the_licence_is_read_from_metadata(tmp_path: Path, metadata: str, licence: str) -> None:
    (tmp_path / "METADATA").write_text(f"Metadata-Version: 2.4\nName: x\nVersion: 1\n{metadata}\n")
    assert licences.licence_of(distribution("pytest").at(tmp_path)) == licence


def test_what_a_requirement_needs_is_found_with_its_extras() -> None:
    found = licences.with_all_that_they_need([Requirement("flask[async]"), Requirement("x; sys_platform == 'none'")])
    assert {"flask", "werkzeug", "markupsafe", "asgiref"} <= found.keys()
    assert "asgiref" not in licences.with_all_that_they_need([Requirement("flask")])
