"""Read the operations of a contract in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.media_type_map import MediaTypeMap
from crm_mocks.contract.operation import RESULT, UNVALIDATED, MediaType, Operation, RequestBody
from crm_mocks.contract.outcome import DocumentedResponse, Outcome, OutcomeResult
from crm_mocks.contract.parameter import Parameter, serialization_of
from crm_mocks.contract.position_marks import SchemaMarks, position_of
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.schema_validator import Compiled, SchemaValidator
from crm_mocks.contract.shape import ShapeBuilder
from crm_mocks.errors import ContractError


class OperationReader:
    """Compiles the operations of a contract in force."""

    def __init__(self, vendor: str, document: Mapping[str, Any], schemas: Schemas, request_schemas: Schemas) -> None:
        self.vendor = vendor
        self.document = document
        self.schemas = schemas
        self.request_schemas = request_schemas
        self._shapes = ShapeBuilder(document)
        self._quiet_forms: dict[str, Compiled] = {}

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
        return Operation(
            id=operation_id,
            key=f"{self.vendor}.{operation_id}",
            vendor=self.vendor,
            method=method.upper(),
            path=path,
            summary=node.get("summary", ""),
            security=tuple(node.get("security", self.document.get("security", ()))),
            scopes=tuple(node.get("x-required-scopes", ())),
            node=node,
            shared=tuple(shared),
            reader=self,
            security_basis=position_of(node, "security") or DOCUMENT,
            deprecated=node.get("deprecated") is True,
        )

    def parameters(self, nodes: Iterable[Any]) -> tuple[Parameter, ...]:
        """Read parameters."""
        return tuple(map(self._parameter, nodes))

    def _parameter(self, node: Any) -> Parameter:
        node = follow(self.document, node)
        name = node["name"].lower() if node["in"] == "header" else node["name"]
        return self._parameter_or_header(name, node["in"], node)

    def _parameter_or_header(
        self, name: str, place: str, node: Mapping[str, Any], default: str = DOCUMENT
    ) -> Parameter:
        content: Mapping[str, Any] = next(iter(node.get("content", {}).values()), {})
        schema = follow(self.document, node.get("schema", content.get("schema", {})))
        return Parameter(
            name,
            place,
            bool(node.get("required")),
            schema.get("type", "string"),
            partial(self.schemas.compile, schema),
            position_of(node, "required") or default,
            SchemaMarks(self.document, schema, position_of(node, "schema") or default),
            serialization_of(node, place),
            schema,
            self.document,
        )

    def request_body(self, node: Any) -> RequestBody | None:
        """Read a request body; `None` if there is none."""
        if node is None:
            return None
        node = follow(self.document, node)
        content_basis = position_of(node, "content") or DOCUMENT
        content: Mapping[str, Any] = node.get("content", {})
        return RequestBody(
            bool(node.get("required")),
            MediaTypeMap(content, lambda name, media: self._media_type(name, media, content_basis)),
            node.get("x-missing-content-type"),
            position_of(node, "required") or DOCUMENT,
            position_of(node, "media-types") or content_basis,
        )

    def _media_type(self, name: str, media: Mapping[str, Any], content_basis: str) -> MediaType:
        schema = media.get("schema", {})
        basis = position_of(media, "schema") or content_basis
        return MediaType(
            name,
            partial(self._validator, self.request_schemas, media),
            partial(self.request_schemas.compile_quiet, _validated(media)),
            {key: follow(self.document, example).get("value") for key, example in _examples(media).items()},
            schema,
            self.document,
            SchemaMarks(self.document, schema, basis, position_of(media, "nullable")),
            media.get("encoding", {}),
        )

    @staticmethod
    def _validator(schemas: Schemas, media: Mapping[str, Any]) -> SchemaValidator:
        return schemas.compile(_validated(media))

    def responses(
        self, node: Mapping[str, Any], operation_id: str
    ) -> tuple[dict[int, DocumentedResponse], dict[str, Outcome]]:
        """Read the responses of an operation: by status, and their outcomes by name.

        Raises:
            ContractError: two outcomes have the same name.
        """
        responses: dict[int, DocumentedResponse] = {}
        outcomes: dict[str, Outcome] = {}
        for status_text, reference in node.get("responses", {}).items():
            response = follow(self.document, reference)
            status = int(status_text)
            content: Mapping[str, Any] = response.get("content", {})
            responses[status] = self._response(status, response, content)
            for outcome in self._outcomes(status, response, content):
                if outcomes.setdefault(outcome.name, outcome) is not outcome:
                    raise ContractError(f"{self.vendor}.{operation_id}: two examples are named '{outcome.name}'")
        return responses, outcomes

    def _response(self, status: int, response: Mapping[str, Any], content: Mapping[str, Any]) -> DocumentedResponse:
        headers_basis = position_of(response, "headers") or DOCUMENT
        body_basis = position_of(response, "body") or DOCUMENT
        return DocumentedResponse(
            status,
            bool(response.get("x-protocol")),
            MediaTypeMap(content, lambda _, media: self._validator(self.schemas, media)),
            tuple(
                self._parameter_or_header(name.lower(), "header", follow(self.document, header), headers_basis)
                for name, header in response.get("headers", {}).items()
            ),
            position_of(response, "status") or DOCUMENT,
            body_basis,
            MediaTypeMap(
                content,
                lambda _, media: SchemaMarks(
                    self.document, media.get("schema", {}), body_basis, position_of(media, "nullable")
                ),
            ),
            MediaTypeMap(content, lambda _, media: media.get("schema", {})),
            MediaTypeMap(content, lambda _, media: self._quiet(media)),
        )

    def _quiet(self, media: Mapping[str, Any]) -> Compiled:
        schema, validated = media.get("schema", {}), _validated(media)
        key = repr((schema, validated))  # operations share schemas, above all those of errors
        if key not in self._quiet_forms:
            self._quiet_forms[key] = self.schemas.compile_quiet(validated, self._shapes.built(schema))
        return self._quiet_forms[key]

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
                client_mistake=example.get("x-client-mistake"),
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


def _validated(media: Mapping[str, Any]) -> Any:
    """Return the schema that bodies of a media type are validated against."""
    return {} if media.get(UNVALIDATED) else media.get("schema", {})


def _examples(content: Mapping[str, Any]) -> dict[str, Any]:
    examples: dict[str, Any] = content.get("examples", {})
    return examples
