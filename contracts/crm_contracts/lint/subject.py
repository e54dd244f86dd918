"""What rules look at: a contract with its operations and variants, and the vendor that carries it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

from crm_contracts.lint.operations import OperationNode, operations_of
from crm_contracts.lint.places import Place, walk
from crm_contracts.lint.registry import Found
from crm_mocks.contract.in_force import IN_FORCE, OPEN_WHEN, RELEASE_SETTING, RELEASES, in_force
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.source import read
from crm_mocks.errors import UsageError
from crm_mocks.settings import VendorSettings
from crm_mocks.vendor import load_vendor

_ANOTHER = "(another value)"


@dataclass(frozen=True)
class Implementation:
    """What carries a contract out.

    Attributes:
        operations: names of the functions that operationIds are looked up among.
        settings: the vendor's settings with their defaults.
    """

    operations: frozenset[str]
    settings: VendorSettings


def implementation_of(vendor: str) -> Implementation | None:
    """Return what carries out a vendor's contract, or `None` if there is no such vendor."""
    try:
        mock = load_vendor(vendor)
    except UsageError:
        return None
    return Implementation(frozenset(vars(mock.operations)), mock.settings_type())


@dataclass(frozen=True)
class Variant:
    """A contract as it stands under certain settings.

    Attributes:
        settings: value of each setting that changes the contract.
        document: the contract in force.
    """

    vendor: str
    settings: Mapping[str, Any]
    document: dict[str, Any]

    @cached_property
    def schemas(self) -> Schemas:
        """Compiles schemas of this variant."""
        return Schemas(self.vendor, self.document)

    @cached_property
    def operations(self) -> list[OperationNode]:
        """The operations of this variant."""
        return list(operations_of(self.document))

    @property
    def label(self) -> str:
        """The settings in words."""
        return ", ".join(f"{name} {value}" for name, value in self.settings.items())


class Subject:
    """A contract under examination.

    Attributes:
        vendor: whose contract it is.
        document: the contract with all its variants.
        implementation: what carries it out, or `None`.
    """

    def __init__(self, vendor: str, document: dict[str, Any], implementation: Implementation | None) -> None:
        self.vendor = vendor
        self.document = document
        self.implementation = implementation

    @classmethod
    def from_file(cls, path: Path) -> Subject:
        """Read a contract file; the vendor is named as the file.

        Raises:
            ContractError: the file is no contract.
        """
        return cls(path.stem, read(path)[0], implementation_of(path.stem))

    @cached_property
    def operations(self) -> list[OperationNode]:
        """The operations with all variants in them."""
        return list(operations_of(self.document))

    @cached_property
    def variants(self) -> list[Variant]:
        """The contract under each combination of releases and of the values that settings have in it."""
        values = self._values_of_settings()
        return [
            Variant(self.vendor, settings, in_force(self.document, settings) if settings else self.document)
            for combination in product(*values.values())
            for settings in [dict(zip(values, combination, strict=True))]
        ]

    def in_each_variant(self, find: Callable[[Variant], Found]) -> Found:
        """Run a check on each variant, and yield each of its findings once, with the settings under which it holds."""
        found: dict[tuple[Place, str], list[str]] = {}
        for variant in self.variants:
            for place, message in dict.fromkeys(find(variant)):
                found.setdefault((place, message), []).append(variant.label)
        for (place, message), labels in found.items():
            everywhere = len(labels) == len(self.variants)
            yield place, message if everywhere else f"{message} (with {labels[0]}{_and_more(len(labels) - 1)})"

    def _values_of_settings(self) -> dict[str, list[Any]]:
        values: dict[str, dict[str, Any]] = {}
        for name, value in _conditions(self.document):
            for each in value if isinstance(value, list) else [value]:
                values.setdefault(name, {}).setdefault(str(each), each)
        for name, found in values.items():
            if any(isinstance(each, bool) for each in found.values()):
                found.update({"True": True, "False": False})
            default = getattr(self.implementation and self.implementation.settings, name, None)
            if default is not None:
                found.setdefault(str(default), default)
            if len(found) == 1:
                found[_ANOTHER] = _ANOTHER
        if RELEASES in self.document:
            values[RELEASE_SETTING] = {release: release for release in self.document[RELEASES]}
        return {name: list(found.values()) for name, found in values.items()}


def _conditions(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for _, node in walk(document):
        if isinstance(node, Mapping):
            for keyword in (IN_FORCE, OPEN_WHEN):
                condition = node.get(keyword)
                if isinstance(condition, Mapping):
                    yield from condition.items()


def _and_more(number: int) -> str:
    return f" and {number} other variant{'s' if number > 1 else ''}" if number else ""
