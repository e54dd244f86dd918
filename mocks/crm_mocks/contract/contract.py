"""Contracts: the file with all its variants, and the contract that is in force under given settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from crm_mocks.basis import DOCUMENT, HTTP, HTTP_SOURCE, HTTP_SOURCES, Basis, BasisKind, Position
from crm_mocks.contract import source
from crm_mocks.contract.host_positions import HOST_POSITIONS
from crm_mocks.contract.in_force import in_force, settings_used
from crm_mocks.contract.operation import Operation, OperationReader
from crm_mocks.contract.position_marks import position_of
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.sources import SOURCE, nearest_source
from crm_mocks.errors import ContractError

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class ContractFile:
    """The contract of one vendor as its file says it, with all variants.

    Attributes:
        vendor: the vendor's name, which is the file's name without suffix.
        document: the parsed file.
        digest: SHA-256 of the file, in hex.
    """

    def __init__(self, vendor: str, path: Path | None = None) -> None:
        """Read the file.

        Args:
            vendor: whose contract.
            path: the file, when it stands elsewhere than in the folder of contracts.

        Raises:
            ContractError: the file cannot be used.
        """
        self.vendor = vendor
        self.document, self.digest = source.read(path or source.directory() / f"{vendor}.yaml")
        self._settings_used = sorted(settings_used(self.document))
        self._in_force: dict[tuple[str, ...], Contract] = {}
        self._latest: tuple[Any, Contract | None] = None, None

    def in_force(self, settings: Any) -> Contract:
        """Return the compiled contract for the vendor's settings; each variant is compiled once.

        Args:
            settings: the vendor's settings object; only attributes named by the contract are read.
        """
        asked, contract = self._latest
        if settings is asked and contract is not None:
            return contract  # as most sessions have the settings that the process started with
        chosen = {name: getattr(settings, name) for name in self._settings_used if hasattr(settings, name)}
        key = tuple(map(str, chosen.values()))
        contract = self._in_force.get(key)
        if contract is None:
            document = in_force(self.document, chosen) if chosen else self.document
            contract = self._in_force[key] = Contract(self.vendor, document, self.digest)
        self._latest = settings, contract
        return contract


class Contract:
    """A contract in force: what requests are held to, and answers too.

    Attributes:
        document: the OpenAPI document of this variant.
        operations: by operationId.
        base_path: unknown paths below it are answered as this vendor would.
    """

    def __init__(self, vendor: str, document: dict[str, Any], digest: str) -> None:
        self.vendor = vendor
        self.document = document
        self.digest = digest
        self.base_path: str = document.get("x-base-path", "")
        self.operations = _read_operations(vendor, document)

    @cached_property
    def title(self) -> str:
        """The contract's title."""
        return str(self.document.get("info", {}).get("title", self.vendor))

    @cached_property
    def security_schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """Security schemes by name."""
        schemes: Mapping[str, Mapping[str, Any]] = self.document.get("components", {}).get("securitySchemes", {})
        return schemes

    @cached_property
    def positions(self) -> Mapping[str, Position]:
        """Positions by id: the contract's own and the host's."""
        described = self.document.get("x-positions", {})
        return {**HOST_POSITIONS, **{name: Position.read(name, text) for name, text in described.items()}}

    def basis(
        self,
        name: str,
        operation: Operation | None = None,
        location: tuple[str | int, ...] = (),
        status: int | None = None,
    ) -> Basis:
        """Return the basis that a violation or an outcome names.

        Example:
            >>> contract.basis("activix-created-body").setting
            'activix.created_body (2018-07, 2018-11; 2018-07)'

        Args:
            name: "document", "http" or the id of a position.
            operation: whose violation or outcome.
            location: of the violation, where several documents describe one operation.
            status: of the answer, if that is at fault rather than the request.

        Raises:
            ContractError: no position has this id.
        """
        if name == DOCUMENT:
            return Basis(BasisKind.DOCUMENT, self._source(operation, location, status))
        if name == HTTP:
            return Basis(BasisKind.HTTP, HTTP_SOURCES.get(location, HTTP_SOURCE))
        if name not in self.positions:
            raise ContractError(f"{self.vendor} has no position '{name}'")
        return Basis.of_position(self.positions[name])

    def _source(self, operation: Operation | None, location: tuple[str | int, ...], status: int | None) -> str:
        if operation is None:
            return self.source
        node = self.document["paths"][operation.path][operation.method.lower()]
        part = node.get("requestBody") if status is None else node["responses"].get(str(status))
        nodes = [node, part]
        if location[:1] == ("body",) and part is not None:
            content = follow(self.document, part).get("content", {})
            nodes += [media.get("schema") for media in content.values()][:1]
        return nearest_source(self.document, nodes, location[1:]) or self.source

    @property
    def source(self) -> str:
        """Title of the vendor's document, where no part of the contract names another one."""
        return str(self.document.get(SOURCE, self.title))

    @cached_property
    def path_basis(self) -> str:
        """The basis of the rule that there are no other paths: a position if every path rests on one."""
        return self._common_basis("path", self.operations.values())

    def method_basis(self, path: str) -> str:
        """Return the basis of the rule that a path has no other methods."""
        return self._common_basis("method", [each for each in self.operations.values() if each.path == path])

    def _common_basis(self, part: str, operations: Iterable[Operation]) -> str:
        found = [position_of(self.document["paths"][each.path][each.method.lower()], part) for each in operations]
        return found[0] if found and all(found) else DOCUMENT


def _read_operations(vendor: str, document: dict[str, Any]) -> dict[str, Operation]:
    reader = OperationReader(vendor, document, Schemas(vendor, document))
    operations: dict[str, Operation] = {}
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                operation = reader.read(path, method, item[method], item.get("parameters", []))
                operations[operation.id] = operation
    return operations
