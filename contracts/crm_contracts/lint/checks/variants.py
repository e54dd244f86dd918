"""Rules on the marks that make a contract depend on settings and releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.context import LintContext
from crm_contracts.lint.locations import walk
from crm_contracts.lint.registry import Problems, rule
from crm_mocks.contract.in_force import IN_FORCE, OPEN_WHEN, PATH_SETTING, RELEASE_SETTING, RELEASES, VALUES_FROM
from crm_mocks.location import Location
from crm_mocks.settings import setting_infos

RELEASE_MARKS: Final = ("x-available-from", "x-available-before", "x-mandatory-before", "x-deprecated-from")


@rule(
    "setting-exists",
    why="A mark with an unknown setting is always or never in force.",
    fix="Name a setting of the vendor, without the vendor prefix.",
)
def setting_exists(context: LintContext) -> Problems:
    """Find marks with unknown settings."""
    if context.implementation is None:
        return
    settings = vars(context.implementation.settings)
    for location, name, _ in _conditions(context):
        if name not in settings:
            yield location, f"{context.vendor} has no setting '{name}'"


@rule(
    "setting-value-possible",
    why="A mark with a value that the setting never has is never in force.",
    fix="Use a value that the setting accepts.",
)
def setting_value_possible(context: LintContext) -> Problems:
    """Find marks with a value that the setting does not accept."""
    if context.implementation is None:
        return
    settings = setting_infos(type(context.implementation.settings))
    for location, name, values in _conditions(context):
        for value in values:
            try:
                possible = name not in settings or str(settings[name].parse(value)) == str(value)
            except ValueError:
                possible = False
            if not possible:
                yield location, f"the setting '{name}' is never {value!r}"


@rule(
    "release-exists",
    why="A mark with an unlisted release counts as the first release.",
    fix="Use a release from the root's x-releases, or add it there.",
)
def release_exists(context: LintContext) -> Problems:
    """Find marks with releases that are not in `x-releases`."""
    releases = context.document.get(RELEASES, [])
    for location, node in walk(context.document):
        if isinstance(node, Mapping):
            for mark in RELEASE_MARKS:
                if isinstance(node.get(mark), str) and node[mark] not in releases:
                    yield location, f"{mark} names '{node[mark]}', which is not in x-releases"
            for value, release in node.get(VALUES_FROM, {}).items():
                if release not in releases:
                    yield location, f"{VALUES_FROM} names '{release}', which is not in x-releases"
                if value not in node.get("enum", ()):
                    yield location, f"{VALUES_FROM} names '{value}', which is not in enum"


@rule(
    "release-setting-exists",
    why="Without a setting users cannot choose between the releases of the contract.",
    fix=f"Add a vendor setting '{RELEASE_SETTING}' with the releases as its values.",
)
def release_setting_exists(context: LintContext) -> Problems:
    """Find releases that the vendor's setting does not accept."""
    if context.implementation is None or RELEASES not in context.document:
        return
    setting = setting_infos(type(context.implementation.settings)).get(RELEASE_SETTING)
    if setting is None:
        yield (RELEASES,), f"{context.vendor} has no setting '{RELEASE_SETTING}'"
        return
    for release in context.document[RELEASES]:
        try:
            setting.parse(release)
        except ValueError as error:
            yield (RELEASES,), f"the setting '{RELEASE_SETTING}' does not accept '{release}', only {error}"


def _conditions(context: LintContext) -> Iterator[tuple[Location, str, list[Any]]]:
    """Yield location, setting and values of each mark that names a setting."""
    for location, node in walk(context.document):
        if not isinstance(node, Mapping):
            continue
        for mark in (IN_FORCE, OPEN_WHEN):
            for name, value in (node.get(mark) or {}).items():
                yield (*location, mark), name, value if isinstance(value, list) else [value]
        if isinstance(node.get(PATH_SETTING), str):
            yield (*location, PATH_SETTING), node[PATH_SETTING], []
