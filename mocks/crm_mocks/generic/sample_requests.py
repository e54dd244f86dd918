"""Requests with the credentials that any contract asks for, and with paths of records that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Protocol

from crm_mocks.contract import ContractFile
from crm_mocks.generic.credentials import malformed_headers
from crm_mocks.generic.known_records import KnownRecords, Recognised
from crm_mocks.generic.request_bodies import RequestBodies
from crm_mocks.vendor.sample_requests import SampleRequests


class RecognisedContract(Recognised, Protocol):
    """A vendor whose resources are recognised from its contract."""

    name: str
    contract_file: ContractFile


class ContractSamples(SampleRequests):
    """Sample requests of a vendor of which only the contract is known.

    Attributes:
        security: security requirements by operationId.
        schemes: security schemes by name.
        vendor: the vendor.
    """

    security: ClassVar[Mapping[str, list[Mapping[str, Any]]]] = {}
    schemes: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    vendor: ClassVar[RecognisedContract | None] = None

    # --- credentials ---

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return the headers of the first security requirement that can be satisfied; none if there is none."""
        return _merged(self._header(scheme) for scheme in self._required(operation))

    def query(self, operation: str) -> Mapping[str, str]:
        """Return the query parameters of the first security requirement that can be satisfied."""
        required = self._required(operation)
        names = [str(each.get("name")) for each in required if _is_in_query(each)]
        return {name: self.credentials[name] for name in names}

    def _required(self, operation: str) -> list[Mapping[str, Any]]:
        """Return the schemes of the first requirement that headers satisfy, else of the first that can be satisfied."""
        requirements = [[self.schemes.get(name, {}) for name in each] for each in self.security.get(operation, ())]
        requirements = [each for each in requirements if all(map(_can_be_sent, each))]
        by_headers = [each for each in requirements if not any(map(_is_in_query, each))]
        return next(iter(by_headers or requirements), [])

    def _header(self, scheme: Mapping[str, Any]) -> dict[str, str]:
        """Return the header of a scheme; empty if it has none."""
        kind, place = scheme.get("type"), scheme.get("in")
        if kind == "apiKey":
            name = str(scheme.get("name"))
            if place == "query":
                return {}
            value = self.credentials[name]
            return {"Cookie": f"{name}={value}"} if place == "cookie" else {name: value}
        word = str(scheme.get("scheme", "bearer")) if kind == "http" else "bearer"
        if word.lower() == "basic":
            return self.basic()
        return {"Authorization": f"{word.capitalize()} {self.credentials['token']}"}

    def wrong_headers(self, operation: str) -> Iterator[Mapping[str, str]]:
        """Yield missing credentials, malformed ones, and wrong ones if the setting `credentials` lists the right ones.

        A provider that accepts any credentials of the right form, as a sandbox may, breaks no rule of a contract.
        """
        yield {}
        malformed = _merged(malformed_headers(scheme) for scheme in self._required(operation))
        if malformed:
            yield malformed
        if self._known_credentials():
            yield from list(super().wrong_headers(operation))[1:]

    def unchecked(self) -> Iterator[str]:
        """Say that credentials with a wrong value are not tried unless the right ones are known."""
        if any(self.security.values()) and not self._known_credentials():
            name = self.vendor.name if self.vendor is not None else "NAME"
            yield (
                "credentials of the right form with a wrong value: a contract does not say which are right "
                f"(--set {name}.credentials=… does)"
            )

    def _known_credentials(self) -> tuple[str, ...]:
        known: tuple[str, ...] = getattr(self.settings, "credentials", ())
        return known

    # --- paths ---

    def path_parameters(self, operation: str, generated: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return path parameters that name existing records: those that the user has named, else known ones."""
        return generated if self.vendor is None else self._known_records.path_parameters(operation, generated)

    @cached_property
    def _known_records(self) -> KnownRecords:
        assert self.vendor is not None
        return KnownRecords(self.vendor, self._bodies, self._call, self.data)

    @cached_property
    def _bodies(self) -> RequestBodies:
        assert self.vendor is not None
        return RequestBodies(self.vendor.contract_file.in_force(self.settings))

    def _call(self, operation: str, path: str, media_type: str, body: Any) -> Any:
        assert self.vendor is not None
        query = "&".join(f"{name}={value}" for name, value in self.query(operation).items())
        path = f"{path}{'&' if '?' in path else '?'}{query}" if query else path
        headers = {**self._bodies.parameters(operation, "header"), **self.headers(operation)}
        method = self.vendor.nodes[operation].method.upper()
        return self.send(
            method, path, json=body, headers=headers, media_type=media_type or "application/json", succeed=True
        )


def samples_of(vendor: RecognisedContract) -> type[ContractSamples]:
    """Return the class of sample requests of a vendor, with the credentials and path parameters of its contract."""
    default = vendor.document.get("security", [])
    names = {name: None for node in vendor.nodes.values() for name in node.parameters}
    members = {
        "vendor": vendor,
        "security": {name: each.node.get("security", default) for name, each in vendor.nodes.items()},
        "schemes": vendor.document.get("components", {}).get("securitySchemes", {}),
        "reference_data": {name: f"existing values of the path parameter {name}; the first is used" for name in names},
    }
    return type("SuppliedSamples", (ContractSamples,), members)


def _merged(parts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {name: value for part in parts for name, value in part.items()}


def _is_in_query(scheme: Mapping[str, Any]) -> bool:
    return scheme.get("type") == "apiKey" and scheme.get("in") == "query"


def _can_be_sent(scheme: Mapping[str, Any]) -> bool:
    """Return whether a request can carry the credentials of a scheme, which is known."""
    return bool(scheme) and scheme.get("type") != "mutualTLS"
