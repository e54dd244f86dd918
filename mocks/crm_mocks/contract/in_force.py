"""Select the parts of a contract that are in force under particular settings.

A contract carries its variants as data: `x-in-force`, `x-open-when` and `x-path-setting` name a setting,
`x-available-from`, `x-available-before`, `x-mandatory-before` and `x-deprecated-from` a release of `x-releases`, and
`x-values-available-from` the releases of enum values that were added later. An open schema has no `enum`, no `required`
and no `nullable: false`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.errors import UsageError

MARK: Final = "x-position"
IN_FORCE: Final = "x-in-force"
OPEN_WHEN: Final = "x-open-when"
OPEN_PATTERN: Final = "x-open-pattern"
"""Pattern in place of `pattern` while the setting of `x-open-when` is in force."""

VALUES_FROM: Final = "x-values-available-from"
PATH_SETTING: Final = "x-path-setting"
RELEASES: Final = "x-releases"
RELEASE_SETTING: Final = "release"
_OMITTED: Final = object()


def settings_used(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the settings that change this contract."""
    names: set[str] = {RELEASE_SETTING} if RELEASES in document else set()
    _collect(document, names)
    return frozenset(names)


def _collect(node: Any, names: set[str]) -> None:
    if isinstance(node, dict):
        names.update(node.get(IN_FORCE, ()), node.get(OPEN_WHEN, ()))
        if isinstance(node.get(PATH_SETTING), str):
            names.add(node[PATH_SETTING])
        for key, value in node.items():
            if key != MARK:  # marks use these keywords as names of parts
                _collect(value, names)
    elif isinstance(node, list):
        for value in node:
            _collect(value, names)


def in_force(document: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contract in force under the settings; the document itself is not changed.

    Args:
        document: the whole contract, with all its variants.
        settings: value of each setting that `settings_used` names.

    Raises:
        UsageError: a setting moves an operation to the path of another one.
    """
    releases: list[str] = document.get(RELEASES, [])
    result = _Variant(settings, releases).apply(document)
    assert isinstance(result, dict)  # the root carries no x-in-force
    result["paths"] = _renamed(result.get("paths", {}), settings)
    return result


def holds(node: Mapping[str, Any], settings: Mapping[str, Any], releases: list[str]) -> bool:
    """Return whether the conditions of a node hold under the settings; those of other nodes do not count."""
    return _Variant(settings, releases).is_in_force(node)


def _renamed(paths: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the path items by their paths under the settings."""
    renamed: dict[str, Any] = {}
    for path, item in paths.items():
        new_path = str(settings.get(item.get(PATH_SETTING), path))
        if new_path in renamed:
            raise UsageError(f"a setting gives the path {new_path} to an operation, but another operation has it")
        renamed[new_path] = item
    return renamed


def _open(schema: dict[str, Any]) -> None:
    """Drop what `x-open-when` lifts."""
    schema.pop("enum", None)
    schema.pop("required", None)
    if schema.get("nullable") is False:
        schema["nullable"] = True


class _Variant:
    def __init__(self, settings: Mapping[str, Any], releases: list[str]) -> None:
        self.settings = {name: str(value) for name, value in settings.items()}
        self.order = {release: number for number, release in enumerate(releases)}
        self.release = self.order.get(str(settings.get(RELEASE_SETTING)), len(releases))

    def apply(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for value in map(self.apply, node) if value is not _OMITTED]
        if not isinstance(node, dict):
            return node
        if not self.is_in_force(node):
            return _OMITTED
        applied = ((key, value if key == MARK else self.apply(value)) for key, value in node.items())
        result = {key: value for key, value in applied if value is not _OMITTED}
        if VALUES_FROM in node and "enum" in node:
            later = node[VALUES_FROM]
            result["enum"] = [value for value in node["enum"] if value not in later or self._is_from(later, value)]
        if isinstance(node.get("x-deprecated-from"), str):
            result.pop("deprecated", None)
            if self._is_from(node, "x-deprecated-from"):
                result["deprecated"] = True
        if "properties" in node and isinstance(node["properties"], dict):
            self._adjust_required(node, result)
        if OPEN_WHEN in node and self._matches(node[OPEN_WHEN]):
            _open(result)
            if OPEN_PATTERN in node:
                result["pattern"] = node[OPEN_PATTERN]
        return result

    def is_in_force(self, node: Mapping[str, Any]) -> bool:
        """Return whether the conditions of a node hold."""
        if IN_FORCE in node and not self._matches(node[IN_FORCE]):
            return False
        if "x-available-from" in node and not self._is_from(node, "x-available-from"):
            return False
        return not self._is_from(node, "x-available-before")

    def _matches(self, condition: Mapping[str, Any]) -> bool:
        return all(
            self.settings.get(name) in (map(str, value) if isinstance(value, list) else (str(value),))
            for name, value in condition.items()
        )

    def _is_from(self, node: Mapping[str, Any], key: str) -> bool:
        """Return whether the release in force is the one that `key` names, or a later one."""
        return isinstance(node.get(key), str) and self.release >= self.order.get(node[key], 0)

    def _adjust_required(self, node: Mapping[str, Any], result: dict[str, Any]) -> None:
        required = [name for name in node.get("required", ()) if name in result["properties"]]
        for name, schema in node["properties"].items():
            before = isinstance(schema, dict) and "x-mandatory-before" in schema
            if before and name in result["properties"] and not self._is_from(schema, "x-mandatory-before"):
                required.append(name)
        if required:
            result["required"] = required
        else:
            result.pop("required", None)
