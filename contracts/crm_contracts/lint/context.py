"""Input of the rules: a contract with its operations and variants, and the mock that implements it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

from crm_contracts.lint.boolean_schemas import without_boolean_schemas
from crm_contracts.lint.locations import walk
from crm_contracts.lint.operations import OperationNode, operations_of
from crm_contracts.lint.registry import Problems
from crm_mocks.contract.in_force import IN_FORCE, OPEN_WHEN, RELEASE_SETTING, RELEASES, in_force, settings_used
from crm_mocks.contract.line_numbers import LineNumbers
from crm_mocks.contract.published_form import expand
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.source import read
from crm_mocks.errors import UsageError
from crm_mocks.files.reading import read_bytes
from crm_mocks.location import Location
from crm_mocks.settings import VendorSettings
from crm_mocks.vendor import load_vendor

_ANOTHER = "(another value)"


@dataclass(frozen=True)
class Implementation:
    """The mock that implements a contract.

    Attributes:
        operations: names of the functions that implement operations.
        settings: settings of the vendor with their defaults.
    """

    operations: frozenset[str]
    settings: VendorSettings


def implementation_of(vendor: str) -> Implementation | None:
    """Return the implementation of a vendor's contract, or `None` if there is no such vendor."""
    try:
        mock = load_vendor(vendor)
    except UsageError:
        return None
    return Implementation(frozenset(vars(mock.operations)), mock.settings_type())


@dataclass(frozen=True)
class ContractVariant:
    """A contract under a combination of settings.

    Attributes:
        vendor: name of the vendor.
        settings: values of the settings that change the contract.
        document: the contract in force.
    """

    vendor: str
    settings: Mapping[str, Any]
    document: dict[str, Any]

    @cached_property
    def schemas(self) -> Schemas:
        """Compiler for the schemas of this variant."""
        return Schemas(self.vendor, self.document)

    @cached_property
    def operations(self) -> list[OperationNode]:
        """The operations of this variant."""
        return list(operations_of(self.document))

    @property
    def label(self) -> str:
        """The settings as a string, such as `strict True, release R1`."""
        return ", ".join(f"{name} {value}" for name, value in self.settings.items())


class LintContext:
    """A contract to check.

    Attributes:
        vendor: name of the vendor.
        published: the contract as it is in the file.
        implementation: the mock that implements it, or `None`.
        lines: lines of the file; `None` if the contract is not read from a file.
    """

    def __init__(
        self,
        vendor: str,
        published: dict[str, Any],
        implementation: Implementation | None,
        lines: LineNumbers | None = None,
    ) -> None:
        self.vendor = vendor
        self.published = published
        self.implementation = implementation
        self.lines = lines

    @classmethod
    def from_file(cls, path: Path, vendor: str = "") -> LintContext:
        """Read a contract file.

        Args:
            path: the file.
            vendor: name of its vendor; by default that of the file.

        Raises:
            ContractError: the file is not a contract.
        """
        published, _ = read(path, ("3.0", "3.1"))
        if not str(published["openapi"]).startswith("3.0"):
            published = without_boolean_schemas(published)
        vendor = vendor or path.stem
        return cls(vendor, published, implementation_of(vendor), LineNumbers(read_bytes(path)))

    @property
    def is_30(self) -> bool:
        """Whether it is OpenAPI 3.0, rather than 3.1."""
        return str(self.published.get("openapi", "")).startswith("3.0")

    @cached_property
    def document(self) -> dict[str, Any]:
        """The contract with all variants under the keywords that they belong to."""
        document: dict[str, Any] = expand(self.published)
        return document

    @cached_property
    def default(self) -> dict[str, Any] | None:
        """The contract in force under the default settings of its implementation; `None` without implementation."""
        if self.implementation is None:
            return None
        settings = vars(self.implementation.settings)
        used = settings_used(self.document) & settings.keys()
        return in_force(self.document, {name: settings[name] for name in used})

    @cached_property
    def operations(self) -> list[OperationNode]:
        """The operations, including all variants."""
        return list(operations_of(self.document))

    @cached_property
    def variants(self) -> list[ContractVariant]:
        """The contract under each combination of releases and of the setting values that it names."""
        values = self._values_of_settings()
        return [
            ContractVariant(self.vendor, settings, in_force(self.document, settings) if settings else self.document)
            for combination in product(*values.values())
            for settings in [dict(zip(values, combination, strict=True))]
        ]

    def in_each_variant(self, find: Callable[[ContractVariant], Problems]) -> Problems:
        """Run a check on each variant and yield each problem once, with the settings under which it occurs."""
        labels: dict[tuple[Location, str], list[str]] = {}
        for variant in self.variants:
            for location, message in dict.fromkeys(find(variant)):
                labels.setdefault((location, message), []).append(variant.label)
        for (location, message), affected in labels.items():
            if len(affected) == len(self.variants):
                yield location, message
            else:
                yield location, f"{message} (with {affected[0]}{_and_more(len(affected) - 1)})"

    def _values_of_settings(self) -> dict[str, list[Any]]:
        values: dict[str, dict[str, Any]] = {}
        for name, value in _conditions(self.document):
            for option in value if isinstance(value, list) else [value]:
                values.setdefault(name, {}).setdefault(str(option), option)
        for name, options in values.items():
            if any(isinstance(option, bool) for option in options.values()):
                options.update({"True": True, "False": False})
            default = getattr(self.implementation and self.implementation.settings, name, None)
            if default is not None:
                options.setdefault(str(default), default)
            if len(options) == 1:
                options[_ANOTHER] = _ANOTHER
        if RELEASES in self.document:
            values[RELEASE_SETTING] = {release: release for release in self.document[RELEASES]}
        return {name: list(options.values()) for name, options in values.items()}


def _conditions(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for _, node in walk(document):
        if isinstance(node, Mapping):
            for keyword in (IN_FORCE, OPEN_WHEN):
                condition = node.get(keyword)
                if isinstance(condition, Mapping):
                    yield from condition.items()


def _and_more(count: int) -> str:
    return f" and {count} other variant{'s' if count > 1 else ''}" if count else ""
