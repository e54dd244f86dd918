"""Contract files with all variants, and the contract in force under particular settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from crm_mocks.basis import DOCUMENT, HTTP, HTTP_SOURCE, HTTP_SOURCES, Basis, BasisKind, Position
from crm_mocks.contract import cache, source
from crm_mocks.contract.directions import READ_ONLY, WRITE_ONLY
from crm_mocks.contract.host_positions import HOST_POSITIONS
from crm_mocks.contract.in_force import in_force, settings_used
from crm_mocks.contract.operation import Operation
from crm_mocks.contract.operation_reader import OperationReader
from crm_mocks.contract.position_marks import position_of
from crm_mocks.contract.published_form import publish
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.sources import SOURCE, description, nearest_source
from crm_mocks.contract.supplied_contract import SuppliedContract
from crm_mocks.contract.variant_problems import expand_checked
from crm_mocks.errors import ContractError
from crm_mocks.location import Location

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

T = TypeVar("T")


@lru_cache(maxsize=1)
def _code() -> str:
    """Return the digest of the code that decides what is in force and whether it compiles, whose results are kept."""
    modules = ("in_force", "operation_reader", "published_form", "schema", "variant_problems")
    return sha256(b"".join(Path(__file__).with_name(f"{name}.py").read_bytes() for name in modules)).hexdigest()


class ContractFile:
    """The contract file of one vendor, with all variants.

    What a start needs of the file is kept in the cache, so that most processes never have all variants in memory.

    Attributes:
        vendor: the vendor's name, which is the file's name without suffix.
        digest: SHA-256 of the file, in hex.
        settings_used: names of the settings that change the contract.
    """

    settings_used: tuple[str, ...] = ()

    def __init__(self, vendor: str, path: Path | None = None) -> None:
        """Read the file.

        Args:
            vendor: name of the vendor.
            path: the file, if it is not in the folder of contracts.

        Raises:
            ContractError: the file is missing or not an OpenAPI 3.0 document, or a variant matches nothing.
        """
        self.vendor = vendor
        self._path = path or source.directory() / f"{vendor}.yaml"
        self.digest = source.digest(self._path)
        self.settings_used = tuple(self._kept("settings", lambda: sorted(settings_used(self.document))))
        self._in_force: dict[tuple[str, ...], Contract] = {}
        self._latest: tuple[Any, Contract | None] = None, None

    @cached_property
    def document(self) -> dict[str, Any]:
        """The parsed file, with its variants under the keywords that they belong to.

        Raises:
            ContractError: the file has changed since it was read first, or see above.
        """
        published, digest = source.read(self._path)
        if digest != self.digest:
            raise ContractError(f"{self._path.name} has changed since the mocks started: start them again")
        return expand_checked(published, str(self._path), self._path)

    @cached_property
    def paths(self) -> list[str]:
        """The paths of all variants."""
        return self._kept("paths", lambda: [*self.document["paths"]])

    def _compiled_under(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the document under settings, if all of it compiles; then its parts are compiled when they are used."""
        document = in_force(self.document, settings) if settings else self.document
        for operation in Contract(self.vendor, document, self.digest).operations.values():
            operation.compile()
        return document

    def _kept(self, what: str, make: Callable[[], T]) -> T:
        """Return a JSON value that is made from the file, from the cache if it was made before."""
        key = f"{what} of {self.digest} by {_code()}".encode()
        value: T | None = cache.cached(key)
        if value is None:
            value = make()
            cache.store(key, value)
        return value

    @classmethod
    def supplied(cls, vendor: str, supplied: SuppliedContract) -> ContractFile:
        """Return the contract that a user supplied; it has no variants.

        Args:
            vendor: name of the vendor.
            supplied: the adapted contract; see `crm_mocks.supplied.read_contract`.
        """
        return _SuppliedContractFile(vendor, supplied)

    def in_force(self, settings: Any) -> Contract:
        """Return the compiled contract for the vendor's settings; each variant is compiled once.

        Args:
            settings: the vendor's settings object; only attributes named by the contract are read.
        """
        latest_settings, contract = self._latest
        if settings is latest_settings and contract is not None:  # most sessions share the settings of the process
            return contract
        used = {name: getattr(settings, name) for name in self.settings_used if hasattr(settings, name)}
        key = tuple(map(str, used.values()))
        contract = self._in_force.get(key)
        if contract is None:
            words = json.dumps([*used.items()], default=str)
            document = self._kept(f"contract under {words}", lambda: self._compiled_under(used))
            contract = self._in_force[key] = Contract(self.vendor, document, self.digest)
        self._latest = settings, contract
        return contract


class _SuppliedContractFile(ContractFile):
    """A contract that a user supplied: it is the same under all settings."""

    def __init__(self, vendor: str, supplied: SuppliedContract) -> None:
        self.vendor = vendor
        self.document = supplied.document
        self.digest = supplied.digest
        self._contract = Contract(vendor, supplied.document, supplied.digest, supplied)

    def in_force(self, settings: Any) -> Contract:  # noqa: ARG002  # no setting changes it
        return self._contract


class Contract:
    """A contract in force, which requests and responses must satisfy.

    Attributes:
        document: the OpenAPI document of this variant.
        operations: by operationId.
        supplied: the contract that a user supplied; `None` for the product's own.
        schemas: compiles schemas of responses that may refer to the contract's components.
        base_path: requests to unknown paths below it get this vendor's response.
    """

    def __init__(
        self, vendor: str, document: dict[str, Any], digest: str, supplied: SuppliedContract | None = None
    ) -> None:
        self.vendor = vendor
        self.supplied = supplied
        self.document = document
        self.digest = digest
        self.base_path: str = document.get("x-base-path", "")
        is_supplied = supplied is not None
        self.schemas = Schemas(vendor, document, not_required=WRITE_ONLY if is_supplied else "")
        request_schemas = Schemas(vendor, document, not_required=READ_ONLY) if is_supplied else self.schemas
        self.operations = _read_operations(vendor, document, self.schemas, request_schemas)

    @cached_property
    def title(self) -> str:
        """The contract's title."""
        return str(self.document.get("info", {}).get("title", self.vendor))

    @cached_property
    def security_schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """Security schemes by name."""
        schemes: Mapping[str, Mapping[str, Any]] = self.document.get("components", {}).get("securitySchemes", {})
        return schemes

    def published(self, *, refused_examples: bool = False) -> dict[str, Any]:
        """Return the contract in force as plain OpenAPI; see `published_form`.

        Args:
            refused_examples: leave requests that break the contract among the examples.
        """
        if self.supplied is not None:
            return self.supplied.published
        document: dict[str, Any] = publish(self.document, refused_examples=refused_examples)
        return document

    @cached_property
    def positions(self) -> Mapping[str, Position]:
        """Positions by id: the contract's own and the host's."""
        entries = self.document.get("x-positions", {})
        return {**HOST_POSITIONS, **{name: Position.parse(name, entry) for name, entry in entries.items()}}

    def basis(
        self,
        name: str,
        operation: Operation | None = None,
        location: Location = (),
        status: int | None = None,
    ) -> Basis:
        """Return the basis named by a violation or outcome.

        Example:
            >>> contract.basis("activix-created-body").setting
            'activix.created_body (2018-07, 2018-11; 2018-07)'

        Args:
            name: "document", "http" or the id of a position.
            operation: operation of the violation or outcome.
            location: location of the violation, in case several documents describe the operation.
            status: status of the response, if the response rather than the request is at fault.

        Raises:
            ContractError: no position has this id.
        """
        if name == DOCUMENT:
            return self._documented(operation, location, status)
        if name == HTTP:
            return Basis(BasisKind.HTTP, HTTP_SOURCES.get(location, HTTP_SOURCE))
        if name not in self.positions:
            raise ContractError(f"{self.vendor} has no position '{name}'")
        return Basis.of_position(self.positions[name])

    def _documented(self, operation: Operation | None, location: Location, status: int | None) -> Basis:
        """Return the document behind a location, and its words about the member or parameter there."""
        if operation is None:
            return Basis(BasisKind.DOCUMENT, self.source)
        node = self.document["paths"][operation.path][operation.method.lower()]
        part = node.get("requestBody") if status is None else node["responses"].get(str(status))
        nodes = [node, part]
        if location[:1] == ("body",) and part is not None:
            content = follow(self.document, part).get("content", {})
            nodes += [media.get("schema") for media in content.values()][:1]
            words = description(self.document, nodes[-1], location[1:]) if len(location) > 1 else ""
        else:
            parameters = (follow(self.document, each) for each in node.get("parameters", ()))
            place = tuple(str(part).lower() for part in location[:2])
            named = (each for each in parameters if (each["in"], each["name"].lower()) == place)
            words = next((str(each.get("description", "")) for each in named), "") if status is None else ""
        source = nearest_source(self.document, nodes, location[1:]) or self.source
        return Basis(BasisKind.DOCUMENT, source, text=words.strip())

    @property
    def source(self) -> str:
        """Title of the vendor's document, used for parts of the contract that name no other."""
        return str(self.document.get(SOURCE, self.title))

    @cached_property
    def path_basis(self) -> str:
        """Basis of the rule that no other paths exist: a position if every path rests on one."""
        return self._common_basis("path", self.operations.values())

    def method_basis(self, path: str) -> str:
        """Return the basis of the rule that a path takes no other methods."""
        return self._common_basis(
            "method", [operation for operation in self.operations.values() if operation.path == path]
        )

    def _common_basis(self, part: str, operations: Iterable[Operation]) -> str:
        paths = self.document["paths"]
        positions = [position_of(paths[operation.path][operation.method.lower()], part) for operation in operations]
        return positions[0] if positions and all(positions) else DOCUMENT


def _read_operations(
    vendor: str, document: dict[str, Any], schemas: Schemas, request_schemas: Schemas
) -> dict[str, Operation]:
    reader = OperationReader(vendor, document, schemas, request_schemas)
    operations: dict[str, Operation] = {}
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                operation = reader.read(path, method, item[method], item.get("parameters", []))
                operations[operation.id] = operation
    return operations
