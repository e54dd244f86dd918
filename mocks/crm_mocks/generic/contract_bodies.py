"""Bodies of responses that the contract alone determines, in the media type that a client accepts."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crm_mocks.contract import Operation, Outcome
from crm_mocks.contract.outcome import is_json, is_xml
from crm_mocks.generic.example_bodies import ExampleBodies
from crm_mocks.generic.record_models import DocumentedOperation
from crm_mocks.generic.response_schemas import response_schema
from crm_mocks.generic.xml_bodies import xml_text
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.state.seeded_values import SeededValues


class ContractBodies:
    """The part of `GenericVendor` that makes bodies.

    Attributes:
        document: the contract.
        nodes: operations by operationId.
        bodies: makes the bodies of outcomes.
    """

    document: Mapping[str, Any]
    nodes: Mapping[str, DocumentedOperation]
    bodies: ExampleBodies

    def media_type(self, context: RequestContext, outcome: Outcome) -> str:
        """Return the media type of an outcome that the client accepts, else its first JSON one, else its first.

        Args:
            context: the request.
            outcome: the outcome.
        """
        if len(outcome.value) < 2:
            return outcome.media_type
        accepted = [part.partition(";")[0].strip().lower() for part in context.headers.get("accept", "").split(",")]
        chosen = next((each for each in accepted if each in outcome.value), None)
        return chosen or next((each for each in outcome.value if is_json(each)), outcome.media_type)

    def in_media_type(self, context: RequestContext, response: MockResponse) -> MockResponse:
        """Return a response with a body in XML where its media type is XML; strings are sent as they are.

        Args:
            context: the request.
            response: the response; its body is a value as in JSON.
        """
        if not is_xml(response.media_type) or isinstance(response.body, str | None) or context.operation is None:
            return response
        node = self.nodes[context.operation.id].node
        schema = response_schema(self.document, node, response.status, response.media_type)
        return replace(response, body=xml_text(self.document, schema, response.body))

    def example(self, context: RequestContext, outcome: Outcome, media_type: str) -> Any:
        """Return the example of an outcome; one made from the schema if the contract has none.

        Args:
            context: the request.
            outcome: the outcome, of this operation or another one.
            media_type: one of the outcome's.
        """
        operation = context.operation
        if operation is None or operation.outcomes.get(outcome.name) is not outcome:
            operation = next(
                (each for each in context.contract.operations.values() if each.outcomes.get(outcome.name) is outcome),
                operation,
            )
        if operation is None:
            return outcome.value.get(media_type)
        return self.bodies.of(operation, outcome, media_type, context.seeded)

    def documented_body(self, context: RequestContext, operation_id: str, outcome: Outcome) -> tuple[str, Any]:
        """Return media type and body of an outcome of any operation.

        Args:
            context: the request.
            operation_id: operationId of the outcome's operation.
            outcome: the outcome.

        Returns:
            The media type, JSON if the outcome has one, and a body that can be changed.

        Raises:
            KeyError: the contract has no such operation.
        """
        media_type = next((each for each in outcome.value if is_json(each)), outcome.media_type)
        operation = context.contract.operations[operation_id]
        return media_type, copy.deepcopy(self.bodies.of(operation, outcome, media_type, context.seeded))

    def sample_body(self, operation: Operation, outcome: Outcome, media_type: str) -> Any:
        """Return the example of an outcome; a body made from the schema if the contract has none.

        Args:
            operation: the operation.
            outcome: the outcome.
            media_type: one of the outcome's; empty if it has no body.

        Returns:
            The body, the same each time; `None` if the outcome has none.
        """
        return self.bodies.of(operation, outcome, media_type, SeededValues(0, "")) if media_type else None

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return a body generated from the schema, without the contract's examples.

        Args:
            context: the request.
            outcome: the outcome.
            seeded: source of the generated values.
            ordinal: number of the generated values, from 1.

        Returns:
            The body; `None` if the outcome has none.
        """
        operation = context.operation
        if operation is None or not outcome.value:
            return None
        media_type = self.media_type(context, outcome)
        return self.bodies.generated(operation, outcome, media_type, seeded, ordinal, examples=False)
