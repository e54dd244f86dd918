"""Every imported package is declared, and every declared one is used."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from tests.tools.dependencies.groups import DECLARED, GROUPS, in_group, installed
from tools.dependencies.declared import ALWAYS, FOR_USERS, Declared
from tools.dependencies.usage import FOR_WORK, SHIPPED, USED_UNNAMED, undeclared, unused

FOUND_AT_RUN_TIME = {
    "requests": "of the user's suite",
    "urllib3": "of the user's suite",
    "openapi_spec_validator": "of the extra `test`, for the house rules",
}
"""Modules that the shipped packages import only where the user has them."""

OF_A_CLIENT = {"pydantic": "tools/supplied/client_journey.py"}
"""Modules of an environment of their own, with what runs there."""


def test_the_shipped_packages_import_what_users_have() -> None:
    assert undeclared(SHIPPED, in_group(ALWAYS, *FOR_USERS)).keys() == FOUND_AT_RUN_TIME.keys()


def test_every_other_import_is_declared() -> None:
    assert undeclared(FOR_WORK, DECLARED) == OF_A_CLIENT


@pytest.mark.parametrize("group", GROUPS)
def test_every_declared_package_is_used(group: str) -> None:
    assert unused(installed(group)) == []


def test_every_package_used_unnamed_is_declared() -> None:
    assert USED_UNNAMED.keys() <= {each.name for each in DECLARED}


@pytest.mark.parametrize("group", [ALWAYS, "dev"])
def test_a_package_that_nothing_uses_is_found(group: str) -> None:
    name = "Iniconfig"  # pytest needs it
    assert unused([Declared(name, Requirement(name), group, "")]) == [name]
