"""The vendor that serves any contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import ModuleType
from typing import Any, ClassVar, Final

from crm_mocks.contract import ContractFile, Operation
from crm_mocks.contract.supplied_contract import SuppliedContract
from crm_mocks.generic.answers import Answers, decoded
from crm_mocks.generic.contract_bodies import ContractBodies
from crm_mocks.generic.credentials import (
    MalformedCredentials,
    demo_credentials,
    is_accepted,
    sent_credential,
    strings_in,
)
from crm_mocks.generic.error_bodies import RefusalReason
from crm_mocks.generic.example_bodies import ExampleBodies
from crm_mocks.generic.operation_plans import OperationPlan
from crm_mocks.generic.operations import StatefulOperation
from crm_mocks.generic.recognition import recognise
from crm_mocks.generic.record_models import DocumentedOperation, RecordModel, operation_nodes, record_models
from crm_mocks.generic.record_scenarios import record_scenarios
from crm_mocks.generic.refusals import documented_outcome, problem_response, refusal
from crm_mocks.generic.resources import Action, Resource
from crm_mocks.generic.sample_requests import ContractSamples, samples_of
from crm_mocks.generic.schema_views import SchemaViews
from crm_mocks.generic.settings import GenericSettings, StatelessSettings
from crm_mocks.generic.stored_records import DELETED, StoredRecords
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.records import Indexed, Records
from crm_mocks.vendor.base import Handler, Vendor
from crm_mocks.vendor.scenario import Scenario
from crm_mocks.violations import Violation

_MAX_KEPT: Final = 2048
_UNMADE: Final = object()


class GenericVendor(ContractBodies, Vendor):
    """A CRM of which only the contract is known.

    Attributes:
        views: schemas of the contract.
        resources: recognised resources by name.
        by_template: recognised resources by the `path_template` of their collection.
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
        self.bodies = ExampleBodies(self.views, self.nodes, self._roles, self.made_once)
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

    def makes_people(self, settings: Any) -> bool:
        """Return true: nearly every contract has names or addresses."""
        return True

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
        return problem_response(context, problem)

    def problem_outcome(self, context: RequestContext, problem: RequestProblem) -> str:
        """Return the name of the outcome for a problem; empty if the contract documents none.

        Args:
            context: the request; `context.operation` may be `None`.
            problem: the problem.
        """
        found = documented_outcome(context.operation, problem.value) if context.operation is not None else None
        return "" if found is None else found.name

    async def adopt(self, context: RequestContext, records: Records, body: Any) -> None:
        """Store the records that a forced success hands to the client, so that later requests find them.

        Args:
            context: the request, valid or not.
            records: the records of the session.
            body: decoded body of the response, of any type and form.
        """
        role = self._roles.get(context.operation.id) if context.operation is not None else None
        if role is not None and not context.settings.stateless and role.action is not Action.DELETE:
            stored = StoredRecords(self, context, role.resource)
            stored.records = records
            await stored.adopt(body, role.action)


def _credential_reason(message: str) -> RefusalReason:
    return RefusalReason(401, message, (Violation(("security",), "credentials", message),))
