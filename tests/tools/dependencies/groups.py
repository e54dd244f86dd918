"""The requirements that pyproject.toml declares, by group."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution

import pytest

from tools.dependencies import licences
from tools.dependencies.declared import ALWAYS, FOR_USERS, Declared, declared

DECLARED = declared()
WITH_SUITES_OF_THEIR_OWN = {"delivery", "site"}
"""Extras that only `make test-delivery` and `make test-site` install, and test as below."""

GROUPS = sorted({each.group for each in DECLARED} - WITH_SUITES_OF_THEIR_OWN)


def in_group(*groups: str) -> list[Declared]:
    return [each for each in DECLARED if each.group in groups]


def installed(group: str) -> list[Declared]:
    """Return the requirements of a group; skip the test if it is not installed, as in `make test-lowest`."""
    found = [each for each in in_group(group) if each.applies]
    for each in found:
        try:
            distribution(each.name)
        except PackageNotFoundError:
            pytest.skip(f"{each.name} is not installed: pip install -e '.[{group}]'")
    return found


def refused_licences(group: str) -> dict[str, str]:
    """Return the licences that are not accepted, by package, of a group and of all that it needs."""
    accepted = licences.ACCEPTED if group in (ALWAYS, *FOR_USERS) else licences.ACCEPTED_FOR_TOOLS
    packages = licences.with_all_that_they_need(each.requirement for each in installed(group))
    found = {name: licences.licence_of(package) for name, package in packages.items()}
    return {name: each for name, each in found.items() if not licences.is_accepted(each, accepted)}
