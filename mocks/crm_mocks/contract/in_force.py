"""Which parts of a contract are in force under given settings.

A contract carries its variants as data: `x-in-force`, `x-open-when` and `x-path-setting` name a setting,
`x-available-from`, `x-available-before`, `x-mandatory-before` and `x-deprecated-from` a release of `x-releases`, and
`x-values-available-from` one for each value of an enum that came later than the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.errors import UsageError

MARK: Final = "x-position"
IN_FORCE: Final = "x-in-force"
OPEN_WHEN: Final = "x-open-when"
VALUES_FROM: Final = "x-values-available-from"
PATH_SETTING: Final = "x-path-setting"
RELEASES: Final = "x-releases"
RELEASE_SETTING: Final = "release"
_GONE: Final = object()


def settings_used(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the settings that change this contract."""
    found: set[str] = {RELEASE_SETTING} if RELEASES in document else set()
    _collect(document, found)
    return frozenset(found)


def _collect(node: Any, found: set[str]) -> None:
    if isinstance(node, dict):
        found.update(node.get(IN_FORCE, ()), node.get(OPEN_WHEN, ()))
        if isinstance(node.get(PATH_SETTING), str):
            found.add(node[PATH_SETTING])
        for key, value in node.items():
            if key != MARK:  # it names these keywords as parts
                _collect(value, found)
    elif isinstance(node, list):
        for value in node:
            _collect(value, found)


def in_force(document: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contract as it stands under the settings; the document itself is not changed.

    Args:
        document: the whole contract, with all its variants.
        settings: value of each setting that `settings_used` names.

    Raises:
        UsageError: a setting gives one path of the contract to another.
    """
    releases: list[str] = document.get(RELEASES, [])
    result = _Variant(settings, releases).apply(document)
    assert isinstance(result, dict)  # the root carries no x-in-force
    result["paths"] = _renamed(result.get("paths", {}), settings)
    return result


def _renamed(paths: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the path items by the paths that the settings give them."""
    renamed: dict[str, Any] = {}
    for path, item in paths.items():
        wanted = str(settings.get(item.get(PATH_SETTING), path))
        if wanted in renamed:
            raise UsageError(f"a setting gives the path {wanted} to an operation, but another operation has it")
        renamed[wanted] = item
    return renamed


class _Variant:
    def __init__(self, settings: Mapping[str, Any], releases: list[str]) -> None:
        self.settings = {name: str(value) for name, value in settings.items()}
        self.order = {release: number for number, release in enumerate(releases)}
        self.release = self.order.get(str(settings.get(RELEASE_SETTING)), len(releases))

    def apply(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for value in map(self.apply, node) if value is not _GONE]
        if not isinstance(node, dict):
            return node
        if not self._holds(node):
            return _GONE
        applied = ((key, value if key == MARK else self.apply(value)) for key, value in node.items())
        result = {key: value for key, value in applied if value is not _GONE}
        if VALUES_FROM in node and "enum" in node:
            later = node[VALUES_FROM]
            result["enum"] = [each for each in node["enum"] if each not in later or self._from(later, each)]
        if OPEN_WHEN in node and self._matches(node[OPEN_WHEN]):
            result.pop("enum", None)
        if self._from(node, "x-deprecated-from"):
            result["deprecated"] = True
        if "properties" in node and isinstance(node["properties"], dict):
            self._adjust_required(node, result)
        return result

    def _holds(self, node: Mapping[str, Any]) -> bool:
        if IN_FORCE in node and not self._matches(node[IN_FORCE]):
            return False
        if "x-available-from" in node and not self._from(node, "x-available-from"):
            return False
        return not self._from(node, "x-available-before")

    def _matches(self, wanted: Mapping[str, Any]) -> bool:
        return all(
            self.settings.get(name) in (map(str, value) if isinstance(value, list) else (str(value),))
            for name, value in wanted.items()
        )

    def _from(self, node: Mapping[str, Any], key: str) -> bool:
        """Tell whether the release in force is the one that `key` names, or a later one."""
        return isinstance(node.get(key), str) and self.release >= self.order.get(node[key], 0)

    def _adjust_required(self, node: Mapping[str, Any], result: dict[str, Any]) -> None:
        required = [name for name in node.get("required", ()) if name in result["properties"]]
        for name, schema in node["properties"].items():
            before = isinstance(schema, dict) and "x-mandatory-before" in schema
            if before and name in result["properties"] and not self._from(schema, "x-mandatory-before"):
                required.append(name)
        if required:
            result["required"] = required
        else:
            result.pop("required", None)
