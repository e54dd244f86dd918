"""The vendor that serves any contract."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from types import ModuleType
from typing import Any, ClassVar, Final

from crm_mocks.contract import ContractFile, Operation, Outcome
from crm_mocks.contract.outcome import is_json, is_xml
from crm_mocks.contract.supplied_contract import SuppliedContract
from crm_mocks.generic.answers import Answers, decoded
from crm_mocks.generic.body_places import find_list, value_at
from crm_mocks.generic.credentials import (
    MalformedCredentials,
    demo_credentials,
    is_accepted,
    sent_credential,
    strings_in,
)
from crm_mocks.generic.error_bodies import RefusalReason, sentence
from crm_mocks.generic.example_bodies import ExampleBodies
from crm_mocks.generic.operation_plans import OperationPlan
from crm_mocks.generic.operations import StatefulOperation
from crm_mocks.generic.recognition import recognise
from crm_mocks.generic.record_models import DocumentedOperation, RecordModel, operation_nodes, record_models
from crm_mocks.generic.record_scenarios import record_scenarios
from crm_mocks.generic.refusals import documented_outcome, refusal, refusal_response
from crm_mocks.generic.resources import Action, Resource
from crm_mocks.generic.response_schemas import response_schema
from crm_mocks.generic.sample_requests import ContractSamples, samples_of
from crm_mocks.generic.schema_views import SchemaViews
from crm_mocks.generic.settings import GenericSettings, StatelessSettings
from crm_mocks.generic.stored_records import DELETED, StoredRecords
from crm_mocks.generic.xml_bodies import xml_text
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.records import Indexed, Records
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendor.base import Handler, Vendor
from crm_mocks.vendor.scenario import Scenario
from crm_mocks.violations import Violation

_MAX_KEPT: Final = 2048
_UNMADE: Final = object()
_MESSAGES: Final = {
    RequestProblem.UNREADABLE_BODY: "the body cannot be read",
    RequestProblem.VIOLATIONS: "the request breaks the contract",
    RequestProblem.UNAUTHENTICATED: "credentials are required",
    RequestProblem.NO_SUCH_PATH: "there is no such path",
    RequestProblem.METHOD_NOT_ALLOWED: "the path does not allow this method",
    RequestProblem.TIMEOUT: "the request took too long to arrive",
    RequestProblem.BODY_TOO_LARGE: "the body is too large",
    RequestProblem.UNSUPPORTED_MEDIA_TYPE: "the media type is not supported",
    RequestProblem.HEADERS_TOO_LARGE: "the headers are too large",
    RequestProblem.CRASH: "the server failed",
}


class GenericVendor(Vendor):
    """A CRM of which only the contract is known.

    Attributes:
        document: the contract.
        views: its schemas.
        resources: recognised resources by name.
        by_template: recognised resources by the `path_template` of their collection.
        nodes: operations by operationId.
        answers: makes bodies with records.
        indexed: members by which `find` finds a resource's records, as in `{"contacts": {"email": str.lower}}`.
    """

    operations = ModuleType("no operations")
    indexed: ClassVar[Indexed] = {}
    settings_type = GenericSettings

    def __init__(self, name: str, contract: SuppliedContract | ContractFile, stateless: bool = False) -> None:  # noqa: FBT001, FBT002  # as the design of its callers has it
        """Recognise the resources of a contract.

        Args:
            name: the vendor's name.
            contract: the contract.
            stateless: respond with examples only, unless a setting says otherwise.

        Raises:
            ContractError: the contract cannot be used.
        """
        file = contract if isinstance(contract, ContractFile) else ContractFile.supplied(name, contract)
        super().__init__(name, file)
        if stateless:
            self.settings_type = StatelessSettings
        self.document: Mapping[str, Any] = self.contract_file.document
        self.credentials = demo_credentials(self.document.get("components", {}).get("securitySchemes", {}))
        recognised = recognise(self.document)
        self.resources: Mapping[str, Resource] = recognised.by_name
        self._roles = recognised.roles
        self.by_template: Mapping[str, Resource] = recognised.by_template
        self.nodes: Mapping[str, DocumentedOperation] = operation_nodes(self.document)
        self.views = SchemaViews(self.document)
        self._models = record_models(self.views, self.resources, self.nodes, self.indexed)
        self._plans: dict[str, OperationPlan] = {}
        self.kinds = (*(model.kind for model in self._models.values()), DELETED)
        self.answers = Answers(self.views, self.nodes)
        self._bodies = ExampleBodies(self.views, self.nodes, self._roles, self.made_once)
        self._made: dict[tuple[Any, ...], Any] = {}

    def model(self, resource: str) -> RecordModel:
        """Return what records of a resource look like.

        Args:
            resource: name of the resource.

        Raises:
            KeyError: the contract has no such resource.
        """
        return self._models[resource]

    def made_once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """Return what was made for a key before, else make it. The oldest are forgotten beyond a limit.

        Args:
            key: says what it is, with seed and session.
            make: makes it.
        """
        found = self._made.get(key, _UNMADE)
        if found is _UNMADE:
            while len(self._made) >= _MAX_KEPT:
                del self._made[next(iter(self._made))]
            found = self._made[key] = make()
        return found

    # --- requests ---

    def handler(self, operation_id: str) -> Handler:
        """Return the function that carries out an operation: that of `operations`, else `respond`.

        Args:
            operation_id: operationId of the contract.
        """
        is_own = getattr(self.respond, "__func__", None) is GenericVendor.respond
        handler: Handler = getattr(self.operations, operation_id, self._respond if is_own else self.respond)
        return handler

    def recognised(self) -> Iterable[str]:
        """Yield the recognised resources, one line each."""
        return map(str, self.resources.values())

    async def respond(self, context: RequestContext) -> MockResponse:
        """Return the response to a valid request: with state if its resource is recognised, else as documented.

        A function of `operations` calls it for what the contract alone determines.

        Args:
            context: the request, which matches an operation.

        Returns:
            The response, with a body that can be read and changed.

        Raises:
            Refusal: the records do not permit the operation, such as those of an unknown key.
        """
        return decoded(await self._respond(context))

    async def _respond(self, context: RequestContext) -> MockResponse:
        """Return the same response with a body that only JSON serialization reads."""
        assert context.operation is not None  # connexion routes to operations
        plan = None if context.settings.stateless else self._plan(context.operation)
        if plan is None:
            return self.answers.plain(context, context.operation.success())
        return await StatefulOperation(self, context, plan).respond()

    def _plan(self, operation: Operation) -> OperationPlan | None:
        """Return what an operation does with the records of its resource; `None` if it has none."""
        plan = self._plans.get(operation.id)
        if plan is None and operation.id in self._roles:
            role = self._roles[operation.id]
            plan = self._plans[operation.id] = OperationPlan(operation, role, self._models[role.resource.name])
        return plan

    async def find(self, context: RequestContext, resource: str, member: str, value: object) -> list[dict[str, Any]]:
        """Return the records of a resource that clients have stored and in which an indexed member has a value.

        Args:
            context: the request.
            resource: name of the resource.
            member: member of the record that `indexed` names for the resource.
            value: its value, compared as `indexed` says.

        Raises:
            KeyError: the contract has no such resource.
        """
        return await StoredRecords(self, context, self.resources[resource]).find(member, value)

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield all strings of the body if one of them may be magic, such as `mock-not_found`.

        Args:
            context: the request, valid or not; its body may have any type.
        """
        return strings_in(context.body) if b"mock-" in context.raw_body else ()

    # --- credentials ---

    async def authenticate(self, context: RequestContext, scheme: Mapping[str, Any], scopes: list[str]) -> Any:
        """Return the credential of a scheme if it has the right form and is an accepted one.

        Args:
            context: the request.
            scheme: the security scheme object, its name as `x-name`.
            scopes: scopes that the contract requires; the mock does not check them.

        Returns:
            The credential, or `None` if the request brings none of this scheme.

        Raises:
            Refusal: the credential is malformed, or is not accepted.
        """
        try:
            credential = sent_credential(context, scheme)
        except MalformedCredentials as error:
            raise refusal(context, _credential_reason(str(error))) from None
        if credential is not None and not is_accepted(credential, context.settings.credentials):
            raise refusal(context, _credential_reason("the credentials are not accepted"))
        return credential

    @cached_property
    def samples_type(self) -> type[ContractSamples]:
        """The class of requests that `crm-mocks verify` sends, with the credentials of the contract."""
        return samples_of(self)

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """The rules over several requests that `crm-mocks verify` plays, by name."""
        return record_scenarios(self.resources.values(), self._roles, self.contract_file)

    # --- refusals ---

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Return the documented refusal of a problem, filled with what is wrong, else a problem document.

        Args:
            context: the request; `context.violations` says what is wrong, `context.operation` may be `None`.
            problem: the problem.
        """
        is_security = problem is RequestProblem.UNAUTHENTICATED
        violations = tuple(each for each in context.violations if not is_security or each.location[:1] == ("security",))
        message = sentence(violations) if violations else _MESSAGES[problem]
        status = 400 if problem is RequestProblem.VIOLATIONS else problem.value
        return refusal_response(context, RefusalReason(status, message, violations))

    def problem_outcome(self, context: RequestContext, problem: RequestProblem) -> str:
        """Return the name of the outcome for a problem; empty if the contract documents none.

        Args:
            context: the request; `context.operation` may be `None`.
            problem: the problem.
        """
        found = documented_outcome(context.operation, problem.value) if context.operation is not None else None
        return "" if found is None else found.name

    # --- bodies ---

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
        return self._bodies.of(operation, outcome, media_type, context.seeded)

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
        return media_type, copy.deepcopy(self._bodies.of(operation, outcome, media_type, context.seeded))

    def sample_body(self, operation: Operation, outcome: Outcome, media_type: str) -> Any:
        """Return the example of an outcome; a body made from the schema if the contract has none.

        Args:
            operation: the operation.
            outcome: the outcome.
            media_type: one of the outcome's; empty if it has no body.

        Returns:
            The body, the same each time; `None` if the outcome has none.
        """
        return self._bodies.of(operation, outcome, media_type, SeededValues(0, "")) if media_type else None

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
        return self._bodies.generated(operation, outcome, media_type, seeded, ordinal, examples=False)

    async def adopt(self, context: RequestContext, records: Records, body: Any) -> None:
        """Store the records that a forced success hands to the client, so that later requests find them.

        Args:
            context: the request, valid or not.
            records: the records of the session.
            body: decoded body of the response, of any type and form.
        """
        role = self._roles.get(context.operation.id) if context.operation is not None else None
        if role is None or context.settings.stateless or role.action is Action.DELETE or context.operation is None:
            return
        stored = StoredRecords(self, context, role.resource)
        stored.records = records
        node = self.nodes[context.operation.id].node
        outcome = context.operation.success()
        schema = response_schema(self.document, node, outcome.status)
        for record in self._records_in(schema, body, stored.model, role.action):
            key = stored.model.key_of(record)
            if key:
                await stored.adopt(record, key)

    def _records_in(self, schema: Any, body: Any, model: RecordModel, action: Action) -> list[Any]:
        if schema is None:
            return []
        if action is Action.LIST:
            place = find_list(self.document, schema, model.resource.item)
            entries = value_at(body, place.path) if place is not None else None
            found = [value_at(each, place.entry) for each in entries] if isinstance(entries, list) and place else []
        else:
            steps = model.record_place(schema)
            found = [] if steps is None else [value_at(body, steps)]
        return [each for each in found if isinstance(each, dict)]


def _credential_reason(message: str) -> RefusalReason:
    return RefusalReason(401, message, (Violation(("security",), "credentials", message),))
