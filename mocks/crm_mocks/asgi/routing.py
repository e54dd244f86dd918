"""Routing: finds the vendor and operation of a request by path and method."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from crm_mocks.asgi.path_tree import PathTree
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.vendor import Vendor

_PARAMETER: Final = re.compile(r"\{[^{}]+\}")


class RouteMatch(msgspec.Struct, frozen=True):
    """Result of routing a request.

    Attributes:
        vendor: vendor that owns the path, or `None`.
        path: path as spelled in the contract.
        operation_id: empty if path or method are not in the contract.
        allowed: methods of the path; empty for an unknown path.
        parameters: values of the path parameters.
    """

    vendor: Vendor | None
    path: str
    operation_id: str = ""
    allowed: tuple[str, ...] = ()
    parameters: Mapping[str, str] = msgspec.field(default_factory=dict)


class _Route:
    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.methods: dict[str, str] = {}


class Router:
    """Finds the vendor and operation of a request."""

    def __init__(self, vendors: Mapping[str, Vendor], contracts: Mapping[str, Contract]) -> None:
        """Build the routing table.

        Raises:
            UsageError: two vendors have the same path, possibly in different spellings.
        """
        self._exact: dict[str, _Route] = {}
        self._templates: PathTree[_Route] = PathTree()
        self._template_owners: dict[str, Vendor] = {}
        for name, contract in contracts.items():
            for operation in contract.operations.values():
                self._add(vendors[name], operation.path, operation.method, operation.id)
        alone = len(contracts) == 1  # then it owns all paths
        self._bases = sorted(
            (
                (contract.base_path, vendors[name])
                for name, contract in contracts.items()
                if contract.base_path or (alone and contract.supplied is not None)
            ),
            key=lambda base: -len(base[0]),
        )
        self._vendors = list(vendors.values())
        self._static_routes = {
            (method, path): self._match(entry, method, path, {})
            for path, entry in self._exact.items()
            for method in entry.methods
        }
        for path, entry in self._exact.items():
            self._refuse_other_spellings(path, entry)

    def _refuse_other_spellings(self, path: str, entry: _Route) -> None:
        """Reject a path that another vendor, which tolerates other spellings, would claim."""
        for vendor in self._vendors:
            other = self._exact.get(vendor.canonical_path(path))
            if vendor is not entry.vendor and other is not None and other.vendor is vendor:
                raise _conflict(path, entry.vendor, vendor)

    def _add(self, vendor: Vendor, path: str, method: str, operation_id: str) -> None:
        entry = self._exact.get(path)
        if entry is None:
            entry = self._exact[path] = _Route(vendor)
            if "{" in path:
                owner = self._template_owners.setdefault(_PARAMETER.sub("{}", path), vendor)
                if owner is not vendor:
                    raise _conflict(path, owner, vendor)
                self._templates.add(path, entry)
        if entry.vendor is not vendor:
            raise _conflict(path, entry.vendor, vendor)
        entry.methods[method] = operation_id

    def find(self, method: str, path: str) -> RouteMatch:
        """Return the vendor and operation of a request.

        Args:
            method: upper-case method.
            path: decoded path without session prefix.
        """
        static = self._static_routes.get((method, path))
        if static is not None:
            return static
        entry = self._exact.get(path)
        matches = [] if entry is None else [self._match(entry, method, path, {})]
        for templated, parameters in self._templates.find(path):
            match = self._match(templated, method, path, parameters)
            if match.operation_id:
                return match
            matches.append(match)
        if matches:
            allowed = tuple(dict.fromkeys(each for match in matches for each in match.allowed))
            return replace(matches[0], allowed=allowed)
        return self._find_by_spelling_or_base(method, path)

    def _find_by_spelling_or_base(self, method: str, path: str) -> RouteMatch:
        """Look up the path in each vendor's canonical spelling, then by base path."""
        for vendor in self._vendors:
            canonical = vendor.canonical_path(path)
            entry = self._exact.get(canonical) if canonical != path else None
            if entry is not None and entry.vendor is vendor:
                return self._match(entry, method, canonical, {})
        for base, vendor in self._bases:
            if _below(base, (path, vendor.canonical_path(path))):
                return RouteMatch(vendor, path)
        return RouteMatch(None, path)

    @staticmethod
    def _match(entry: _Route, method: str, path: str, parameters: Mapping[str, str]) -> RouteMatch:
        allowed = tuple(entry.methods)
        return RouteMatch(entry.vendor, path, entry.methods.get(method, ""), allowed, parameters)


def _conflict(path: str, one: Vendor, other: Vendor) -> UsageError:
    return UsageError(
        f"the path {path} belongs to both {one.name} and {other.name}: serve only one of them, or a contract of yours "
        "below a prefix (--contract NAME=FILE@/prefix)"
    )


def _below(base: str, paths: Iterable[str]) -> bool:
    return any(path == base or path.startswith(f"{base}/") for path in paths)
