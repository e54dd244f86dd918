"""What each vendor's tests provide: natural causes, magic values, valid requests."""

from __future__ import annotations

import functools
import importlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from crm_mocks.contract import Contract, Operation
from crm_mocks.contract.in_force import IN_FORCE, OPEN_WHEN, RELEASES
from crm_mocks.contract.references import follow
from crm_mocks.vendor import load_vendor, vendor_names

VENDORS = vendor_names()
Settings = dict[str, Any]


def causes(vendor: str) -> ModuleType:
    """Return `tests/vendors/<vendor>/causes.py`, with CAUSES, MAGIC, VALID and optionally SETTINGS."""
    return importlib.import_module(f"tests.vendors.{vendor}.causes")


@dataclass(frozen=True)
class Variant:
    """A vendor under settings that change its contract."""

    vendor: str
    settings: tuple[tuple[str, Any], ...] = ()

    @property
    def options(self) -> Settings:
        """The settings as `create_app` takes them."""
        return {f"{self.vendor}.{name}": value for name, value in self.settings}

    def contract(self, more: Settings | None = None) -> Contract:
        """Return the contract in force, under further settings if given."""
        from crm_mocks.settings import changed

        vendor = load_vendor(self.vendor)
        start = {self.vendor: vendor.settings_type()}
        settings = changed(start, {**self.options, **(more or {})}, starting=True)
        return vendor.contract_file.in_force(settings[self.vendor])

    def operations(self) -> Iterator[Operation]:
        """Yield the operations in force."""
        yield from self.contract().operations.values()

    def own_operations(self) -> Iterator[Operation]:
        """Yield the operations that the settings change: all of the vendor as it is by default."""
        default = definitions(Variant(self.vendor)) if self.settings else {}
        own = definitions(self)
        yield from (each for each in self.operations() if own[each.key] != default.get(each.key))

    def __str__(self) -> str:
        settings = ",".join(f"{name}={value}" for name, value in self.settings)
        return f"{self.vendor}[{settings}]" if settings else self.vendor


def variants(vendor: str) -> list[Variant]:
    """Return the vendor with its defaults, and with each release and each setting value that its contract names."""
    document = load_vendor(vendor).contract_file.document
    values: dict[str, set[str]] = {}
    _collect(document, values)
    if RELEASES in document:
        values["release"] = set(document[RELEASES])
    changes = [((name, value),) for name, found in sorted(values.items()) for value in sorted(found)]
    return [Variant(vendor), *itertools.starmap(Variant, ((vendor, change) for change in changes))]


@functools.cache
def definitions(variant: Variant) -> dict[str, str]:
    """Return what a variant's contract says of each operation, references included, as a text to compare."""
    contract = variant.contract()
    document = contract.document
    found = {}
    for operation in contract.operations.values():
        item = document["paths"][operation.path]
        found[operation.key] = json.dumps(
            [item, _referenced(document, item), document.get("security")], sort_keys=True, default=str
        )
    return found


def _referenced(document: dict[str, Any], start: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    nodes = [start]
    while nodes:
        node = nodes.pop()
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        nodes.extend(inner)
        reference = node.get("$ref") if isinstance(node, dict) else None
        if isinstance(reference, str) and reference not in found:
            found[reference] = follow(document, {"$ref": reference})
            nodes.append(found[reference])
    return found


def _collect(node: Any, values: dict[str, set[str]]) -> None:
    if isinstance(node, dict):
        for name, value in (*node.get(IN_FORCE, {}).items(), *node.get(OPEN_WHEN, {}).items()):
            values.setdefault(name, set()).update(map(str, value if isinstance(value, list) else [value]))
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _collect(inner, values)


ALL_VARIANTS = [variant for vendor in VENDORS for variant in variants(vendor)]
