"""Rules on the marks by which a contract changes with settings and releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.places import Place, walk
from crm_contracts.lint.registry import Found, rule
from crm_contracts.lint.subject import Subject
from crm_mocks.contract.in_force import IN_FORCE, OPEN_WHEN, PATH_SETTING, RELEASE_SETTING, RELEASES, VALUES_FROM
from crm_mocks.settings import setting_infos

RELEASE_MARKS: Final = ("x-available-from", "x-available-before", "x-mandatory-before", "x-deprecated-from")


@rule(
    "setting-exists",
    why="What depends on a setting that does not exist is never, or always, in force.",
    fix="Name a setting of the vendor, without the vendor's name before it.",
)
def setting_exists(subject: Subject) -> Found:
    """Find marks that name no setting of the vendor."""
    if subject.implementation is None:
        return
    known = vars(subject.implementation.settings)
    for place, name, _ in _conditions(subject):
        if name not in known:
            yield place, f"{subject.vendor} has no setting '{name}'"


@rule(
    "setting-value-possible",
    why="What depends on a value that the setting never has is never in force.",
    fix="Write a value as the setting takes it.",
)
def setting_value_possible(subject: Subject) -> Found:
    """Find marks with a value that the setting never takes."""
    if subject.implementation is None:
        return
    known = setting_infos(type(subject.implementation.settings))
    for place, name, values in _conditions(subject):
        for value in values:
            try:
                possible = name not in known or str(known[name].parse(value)) == str(value)
            except ValueError:
                possible = False
            if not possible:
                yield place, f"the setting '{name}' is never {value!r}"


@rule(
    "release-exists",
    why="A mark with a release that is not listed is taken for the first release.",
    fix="Write the release as in the root's x-releases, or list it there.",
)
def release_exists(subject: Subject) -> Found:
    """Find marks that name no release of `x-releases`."""
    releases = subject.document.get(RELEASES, [])
    for place, node in walk(subject.document):
        if isinstance(node, Mapping):
            for mark in RELEASE_MARKS:
                if isinstance(node.get(mark), str) and node[mark] not in releases:
                    yield place, f"{mark} names '{node[mark]}', which is not in x-releases"
            for value, release in node.get(VALUES_FROM, {}).items():
                if release not in releases:
                    yield place, f"{VALUES_FROM} names '{release}', which is not in x-releases"
                if value not in node.get("enum", ()):
                    yield place, f"{VALUES_FROM} names '{value}', which is not in enum"


@rule(
    "release-setting-exists",
    why="Without a setting nobody can choose one of the releases that the contract tells apart.",
    fix=f"Give the vendor a setting '{RELEASE_SETTING}' with the releases as its values.",
)
def release_setting_exists(subject: Subject) -> Found:
    """Find releases that the vendor's setting cannot be set to."""
    if subject.implementation is None or RELEASES not in subject.document:
        return
    setting = setting_infos(type(subject.implementation.settings)).get(RELEASE_SETTING)
    if setting is None:
        yield (RELEASES,), f"{subject.vendor} has no setting '{RELEASE_SETTING}'"
        return
    for release in subject.document[RELEASES]:
        try:
            setting.parse(release)
        except ValueError as error:
            yield (RELEASES,), f"the setting '{RELEASE_SETTING}' does not take '{release}', but {error}"


def _conditions(subject: Subject) -> Iterator[tuple[Place, str, list[Any]]]:
    """Yield each mark that names a setting: place, setting, values."""
    for place, node in walk(subject.document):
        if not isinstance(node, Mapping):
            continue
        for mark in (IN_FORCE, OPEN_WHEN):
            for name, value in (node.get(mark) or {}).items():
                yield (*place, mark), name, value if isinstance(value, list) else [value]
        if isinstance(node.get(PATH_SETTING), str):
            yield (*place, PATH_SETTING), node[PATH_SETTING], []
