"""Operations of a contract, compiled once at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import jsonschema_rs

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.members import BodyMembers, members_of
from crm_mocks.contract.outcome import DocumentedResponse, Outcome, OutcomeResult
from crm_mocks.contract.parameter import Parameter
from crm_mocks.contract.position_marks import SchemaMarks, position_of
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.shape import BodyShape, body_shape
from crm_mocks.errors import ContractError

RESULT: Final = "x-result"
"""Extension of an example that states whether it is a success or a refusal, where the status does not."""


@dataclass(frozen=True)
class MediaType:
    """A media type that a request body may have."""

    name: str
    validator: jsonschema_rs.Draft4Validator
    shape: BodyShape
    examples: dict[str, Any]
    schema: Any = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)
    marks: SchemaMarks = field(repr=False)

    @cached_property
    def members(self) -> BodyMembers:
        """Documented members."""
        return members_of(self.document, self.schema)


@dataclass(frozen=True)
class RequestBody:
    """The request body of an operation.

    Attributes:
        default_media_type: media type of a body without Content-Type, or `None` if Content-Type is required.
        basis: "document" or the id of the position that makes a body required.
        media_types_basis: likewise, for the refusal of other media types.
    """

    required: bool
    media_types: dict[str, MediaType]
    default_media_type: str | None
    basis: str = DOCUMENT
    media_types_basis: str = DOCUMENT

    @property
    def examples(self) -> dict[str, tuple[MediaType, Any]]:
        """Example requests by name, with the first media type that has each."""
        examples: dict[str, tuple[MediaType, Any]] = {}
        for media_type in self.media_types.values():
            for name, value in media_type.examples.items():
                examples.setdefault(name, (media_type, value))
        return examples


@dataclass(frozen=True)
class Operation:
    """One operation of one vendor.

    Attributes:
        key: `<vendor>.<operationId>`.
        security: the contract's alternatives, each a mapping of scheme name to scopes.
        scopes: scopes that the credential must have (`x-required-scopes`).
        security_basis: "document" or the id of the position that makes credentials required.
        deprecated: whether the operation is deprecated.
    """

    id: str
    key: str
    vendor: str
    method: str
    path: str
    summary: str
    security: tuple[Mapping[str, list[str]], ...]
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: dict[int, DocumentedResponse]
    outcomes: dict[str, Outcome]
    security_basis: str = DOCUMENT
    deprecated: bool = False

    def first_outcome(self, status: int) -> Outcome | None:
        """Return the first documented outcome of a status."""
        return next((outcome for outcome in self.outcomes.values() if outcome.status == status), None)

    def outcome_for_code(self, status: str) -> Outcome | None:
        """Return the first documented outcome of a status written by a client, which may be any string."""
        return next((outcome for outcome in self.outcomes.values() if str(outcome.status) == status), None)

    @cached_property
    def magic_numbers(self) -> tuple[str, ...]:
        """The magic values of outcomes that are no words, as digits."""
        return tuple(str(each.magic) for each in self.outcomes.values() if each.magic is not None)

    def success(self) -> Outcome:
        """Return the first success of the lowest status.

        Raises:
            ContractError: the contract documents no success.
        """
        successes = [outcome for outcome in self.outcomes.values() if outcome.is_success]
        if not successes:
            raise ContractError(f"{self.key} documents no success")
        return min(successes, key=lambda outcome: outcome.status)


class OperationReader:
    """Compiles the operations of a contract in force."""

    def __init__(self, vendor: str, document: Mapping[str, Any], schemas: Schemas) -> None:
        self.vendor = vendor
        self.document = document
        self.schemas = schemas

    def read(self, path: str, method: str, node: Mapping[str, Any], shared: list[Any]) -> Operation:
        """Compile one operation.

        Args:
            path: template as written in the contract.
            method: lower-case HTTP method.
            node: the operation object.
            shared: parameters of the path item.
        """
        operation_id = node.get("operationId")
        if not operation_id:
            raise ContractError(f"{self.vendor}: {method.upper()} {path} has no operationId")
        responses, outcomes = self._responses(node, operation_id)
        return Operation(
            id=operation_id,
            key=f"{self.vendor}.{operation_id}",
            vendor=self.vendor,
            method=method.upper(),
            path=path,
            summary=node.get("summary", ""),
            security=tuple(node.get("security", self.document.get("security", ()))),
            scopes=tuple(node.get("x-required-scopes", ())),
            parameters=tuple(map(self._parameter, [*shared, *node.get("parameters", ())])),
            body=self._request_body(node.get("requestBody")),
            responses=responses,
            outcomes=outcomes,
            security_basis=position_of(node, "security") or DOCUMENT,
            deprecated=node.get("deprecated") is True,
        )

    def _parameter(self, node: Any) -> Parameter:
        node = follow(self.document, node)
        name = node["name"].lower() if node["in"] == "header" else node["name"]
        return self._parameter_or_header(name, node["in"], node)

    def _parameter_or_header(
        self, name: str, place: str, node: Mapping[str, Any], default: str = DOCUMENT
    ) -> Parameter:
        schema = follow(self.document, node.get("schema", {}))
        required = bool(node.get("required"))
        return Parameter(
            name,
            place,
            required,
            schema.get("type", "string"),
            self.schemas.compile(schema),
            position_of(node, "required") or default,
            SchemaMarks(self.document, schema, position_of(node, "schema") or default),
        )

    def _request_body(self, node: Any) -> RequestBody | None:
        if node is None:
            return None
        node = follow(self.document, node)
        content_basis = position_of(node, "content") or DOCUMENT
        media_types = {}
        for name, content in node.get("content", {}).items():
            schema = content.get("schema", {})
            media_types[name.lower()] = MediaType(
                name.lower(),
                self.schemas.compile(schema),
                body_shape(self.document, schema),
                {key: follow(self.document, example).get("value") for key, example in _examples(content).items()},
                schema,
                self.document,
                SchemaMarks(
                    self.document,
                    schema,
                    position_of(content, "schema") or content_basis,
                    position_of(content, "nullable"),
                ),
            )
        return RequestBody(
            bool(node.get("required")),
            media_types,
            node.get("x-missing-content-type"),
            position_of(node, "required") or DOCUMENT,
            position_of(node, "media-types") or content_basis,
        )

    def _responses(
        self, node: Mapping[str, Any], operation_id: str
    ) -> tuple[dict[int, DocumentedResponse], dict[str, Outcome]]:
        responses: dict[int, DocumentedResponse] = {}
        outcomes: dict[str, Outcome] = {}
        for status_text, reference in node.get("responses", {}).items():
            response = follow(self.document, reference)
            status = int(status_text)
            content: Mapping[str, Any] = response.get("content", {})
            headers_basis = position_of(response, "headers") or DOCUMENT
            headers = tuple(
                self._parameter_or_header(name.lower(), "header", follow(self.document, header), headers_basis)
                for name, header in response.get("headers", {}).items()
            )
            body_basis = position_of(response, "body") or DOCUMENT
            responses[status] = DocumentedResponse(
                status,
                bool(response.get("x-protocol")),
                {name.lower(): self.schemas.compile(media.get("schema", {})) for name, media in content.items()},
                headers,
                position_of(response, "status") or DOCUMENT,
                body_basis,
                {
                    name.lower(): SchemaMarks(
                        self.document, media.get("schema", {}), body_basis, position_of(media, "nullable")
                    )
                    for name, media in content.items()
                },
            )
            for outcome in self._outcomes(status, response, content):
                if outcomes.setdefault(outcome.name, outcome) is not outcome:
                    raise ContractError(f"{self.vendor}.{operation_id}: two examples are named '{outcome.name}'")
        return responses, outcomes

    def _outcomes(self, status: int, response: Mapping[str, Any], content: Mapping[str, Any]) -> list[Outcome]:
        protocol = bool(response.get("x-protocol"))
        headers = {
            name: str(follow(self.document, header).get("example", ""))
            for name, header in response.get("headers", {}).items()
            if follow(self.document, header).get("required")
        }
        basis = position_of(response, "outcome") or position_of(response, "status") or DOCUMENT
        if not content:
            name = response.get("x-outcome", f"status_{status}")
            only_on_request = bool(response.get("x-only-on-request"))
            result = self._result(name, response)
            return [Outcome(name, status, {}, protocol, only_on_request, headers=headers, basis=basis, result=result)]
        values: dict[str, dict[str, Any]] = {}
        nodes: dict[str, Mapping[str, Any]] = {}
        for media_type, media in content.items():
            for name, reference in _examples(media).items():
                nodes.setdefault(name, follow(self.document, reference))
                values.setdefault(name, {})[media_type.lower()] = follow(self.document, reference).get("value")
        return [
            Outcome(
                name=name,
                status=status,
                value=values[name],
                protocol=protocol,
                only_on_request=bool(example.get("x-only-on-request")),
                cause=example.get("x-cause", ""),
                summary=example.get("summary", ""),
                magic=example.get("x-magic"),
                headers=headers,
                basis=position_of(example, "outcome") or basis,
                result=self._result(name, example),
                ends_token=bool(example.get("x-ends-token")),
                generated=bool(example.get("x-generated")),
            )
            for name, example in nodes.items()
        ]

    def _result(self, name: str, node: Mapping[str, Any]) -> OutcomeResult | None:
        """Return the result that an example or a response without body states, if any."""
        stated = node.get(RESULT)
        if stated is not None and stated not in tuple(OutcomeResult):
            raise ContractError(
                f"{self.vendor}: {RESULT} of '{name}' is '{stated}', but must be {' or '.join(OutcomeResult)}"
            )
        return None if stated is None else OutcomeResult(stated)


def _examples(content: Mapping[str, Any]) -> dict[str, Any]:
    examples: dict[str, Any] = content.get("examples", {})
    return examples
