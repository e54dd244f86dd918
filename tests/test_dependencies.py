"""Every package that is imported is declared, and every declared one is used."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SHIPPED = ("mocks/crm_mocks", "contracts/crm_contracts")
OWN = {"crm_mocks", "crm_contracts", "tests", "tools", "benchmarks", "examples"}
FOUND_AT_RUN_TIME = {
    "requests", "urllib3",  # of the user's suite
    "openapi_spec_validator",  # of the extra dev, for the house rules
}  # fmt: skip
"""Packages that are imported only where the user has them."""

USED_BY_NAME = {"uvloop"}
"""Packages that are chosen where they are installed."""


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    return {normalized(re.split(r"[\s\[<>=!~;]", each, maxsplit=1)[0]) for each in requirements}


def imported() -> Iterator[tuple[str, str]]:
    """Yield the top-level packages that shipped modules import, with a module that does."""
    for folder in SHIPPED:
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module or ""]
                else:
                    continue
                yield from ((name.partition(".")[0], str(file.relative_to(ROOT))) for name in names)


@pytest.fixture(scope="module")
def foreign() -> dict[str, str]:
    """Imported packages of others, with a module that imports each."""
    ours = OWN | sys.stdlib_module_names
    return {name: module for name, module in imported() if name not in ours}


def test_every_import_is_declared(foreign: dict[str, str]) -> None:
    known = declared(PROJECT["dependencies"])
    groups = PROJECT["optional-dependencies"]
    extras = {name for group, listed in groups.items() if group != "dev" for name in declared(listed)}
    distributions = packages_distributions()
    undeclared = {
        name: module
        for name, module in foreign.items()
        if name not in FOUND_AT_RUN_TIME
        and not {normalized(each) for each in distributions.get(name, [name])} & (known | extras)
    }
    assert undeclared == {}


def test_every_dependency_is_used(foreign: dict[str, str]) -> None:
    distributions = packages_distributions()
    used = {normalized(each) for name in foreign for each in distributions.get(name, [name])} | USED_BY_NAME
    assert declared(PROJECT["dependencies"]) - used == set()


def test_every_exception_is_needed(foreign: dict[str, str]) -> None:
    declared_names = declared(PROJECT["dependencies"])
    assert FOUND_AT_RUN_TIME - foreign.keys() == set()
    assert {name for name in FOUND_AT_RUN_TIME if normalized(name) in declared_names} == set()
