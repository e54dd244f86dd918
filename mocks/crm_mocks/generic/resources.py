"""Resources of a contract, and what its operations do with their records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Action(StrEnum):
    """What an operation does with the records of a resource."""

    LIST = "list"
    CREATE = "create"
    READ = "read"
    REPLACE = "replace"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class Resource:
    """Records of one kind, with the operations that read and change them.

    Attributes:
        name: name of the kind of record, such as `contacts`.
        path: of the collection; that of the item if there is no collection.
        item: what one record is called, a plain name such as `contact`.
        key_parameter: path parameter that identifies a record; empty if no path does.
        depth: number of path parameters before the record's own: records of other values of these are not seen.
        parent: name of the resource that the last of these parameters identifies; empty if there is none.
        operations: operationIds by action.
        replace_creates: PUT creates a record that is not there: it documents a 201.
    """

    name: str
    path: str
    item: str
    key_parameter: str
    depth: int
    parent: str
    operations: dict[Action, list[str]] = field(default_factory=dict, hash=False)
    replace_creates: bool = False

    @property
    def is_creatable(self) -> bool:
        """Whether clients can create records: if they cannot, records of any id exist."""
        return Action.CREATE in self.operations or self.replace_creates

    def __str__(self) -> str:
        return f"{self.path}: {', '.join(self.operations)}"


@dataclass(frozen=True)
class OperationRole:
    """What one operation does.

    Attributes:
        action: with the records of the resource.
        resource: the resource.
        has_key: the path identifies the record; otherwise the body does.
        linked_by: member that holds the last path parameter, for `/accounts/{id}/contacts` beside `/contacts/{id}`.
    """

    action: Action
    resource: Resource
    has_key: bool = False
    linked_by: str = ""


@dataclass(frozen=True)
class Resources:
    """The resources of a contract.

    Attributes:
        by_name: resources by name.
        roles: what operations do, by operationId; operations without state are missing.
        by_template: resources by the `path_template` of their collection.
    """

    by_name: Mapping[str, Resource]
    roles: Mapping[str, OperationRole]
    by_template: Mapping[str, Resource]
