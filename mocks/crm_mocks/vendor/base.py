"""Base class of all vendors: what the host asks of a CRM beyond its contract, with defaults."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from crm_mocks.contract import ContractFile, Operation, Outcome
from crm_mocks.errors import CrmMocksError
from crm_mocks.mock_response import JSON, MockResponse
from crm_mocks.parsing.media_types import ContentType
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.settings import VendorSettings
from crm_mocks.state.records import Records
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendor.credential_checks import CredentialChecks
from crm_mocks.vendor.magic import member_values
from crm_mocks.vendor.record_hooks import RecordHooks
from crm_mocks.vendor.responses import documented, outcome_by_status

Handler = Callable[[RequestContext], Awaitable[MockResponse]]


class Vendor(CredentialChecks, RecordHooks):
    """A CRM: its contract, and everything about it that a contract cannot say.

    A vendor is a folder in `crm_mocks/vendors` whose `__init__.py` defines one subclass; the folder's name is the
    vendor's name and that of its contract in `openapi/`. Everything with a sensible default has it here.

    Attributes:
        operations: module with one async function per operationId, of the same name, that takes a `RequestContext`
            and returns a `MockResponse` or raises a `Refusal`.
        settings_type: the vendor's settings.
        charset: charset in the Content-Type of responses; empty for none.
        magic_members: members of the request body that may hold a magic value.
        problem_outcomes: the outcome for each request problem where the first one of a fitting status is not right.
    """

    operations: ModuleType
    settings_type: type[VendorSettings] = VendorSettings
    charset: str = ""
    magic_members: tuple[str, ...] = ()
    problem_outcomes: Mapping[RequestProblem, str] = {}

    def __init__(self, name: str, contract: Path | ContractFile | None = None) -> None:
        """Load the contract.

        Args:
            name: the vendor's name.
            contract: the contract or its file, if it is not in `openapi/`.

        Raises:
            ContractError: the contract cannot be used.
        """
        self.name = name
        self.contract_file = contract if isinstance(contract, ContractFile) else ContractFile(name, contract)

    def recognised(self) -> Iterable[str]:
        """Yield what the mock recognised in a supplied contract, such as resources, one line each, to be shown."""
        return ()

    def handler(self, operation_id: str) -> Handler:
        """Return the function that carries out an operation: by default that of its name in `operations`.

        Args:
            operation_id: operationId of the contract.

        Raises:
            CrmMocksError: `operations` has no function for it.
        """
        handler: Handler | None = getattr(self.operations, operation_id, None)
        if handler is None:
            raise CrmMocksError(f"{self.name}: {self.operations.__name__} has no function {operation_id}")
        return handler

    # --- requests ---

    def canonical_path(self, path: str) -> str:
        """Return a path in the contract's spelling, for vendors whose routes ignore letter case.

        Args:
            path: path of a request, without session prefix, or of an operation.

        Returns:
            By default the path itself.
        """
        return path

    def decode(self, context: RequestContext, kind: ContentType) -> Any:
        """Decode a request body; vendors override it to be as lenient or as strict as the real CRM.

        A vendor that reads one media type as another, such as a form as JSON, sets `context.media_type` to the one
        whose schema the decoded body must match.

        Args:
            context: the request.
            kind: media type and charset of its body.

        Returns:
            The decoded body, which is validated against the schema.

        Raises:
            Unreadable: the body is not what its media type says.
        """
        return context.decoded(kind)

    def in_media_type(self, context: RequestContext, response: MockResponse) -> MockResponse:
        """Return a response whose body can be sent in its media type, as a vendor with XML needs.

        Args:
            context: the request.
            response: the response; its body is a value as in JSON.

        Returns:
            The response with a body that is serialized as JSON or, if it is a string, sent as it is. By default the
            response itself.
        """
        return response

    @property
    def reads_magic(self) -> bool:
        """Whether requests may have magic values."""
        return bool(self.magic_members) or type(self).magic is not Vendor.magic

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield the values of a request that may be magic: by default those of the body's `magic_members`.

        Args:
            context: the request, valid or not; its body may have any type.
        """
        return member_values(context.body, *self.magic_members)

    async def admit(self, context: RequestContext) -> None:
        """Refuse a request after authentication and before validation, as a rate limiter does; by default, do nothing.

        Args:
            context: the request; `context.identity` is the authenticated client.

        Raises:
            Refusal: the vendor does not admit it.
        """

    async def respond_without_operation(self, context: RequestContext) -> MockResponse | None:
        """Respond to a request that matches no operation of the contract, such as HEAD.

        Args:
            context: the request; `context.operation` is `None`.

        Returns:
            The response, or `None` to refuse the request, as by default.
        """
        return None

    async def adopt(self, context: RequestContext, records: Records, body: Any) -> None:
        """Make known what a forced success hands to the client and later requests refer to, such as an access token.

        The request itself stores nothing, but no later request must be refused because the mock does not know its own
        response. Use `Records.adopt`. By default, do nothing.

        Args:
            context: the request, valid or not; its `records` may discard writes.
            records: the records of the session.
            body: decoded body of the response, of any type and form: a test may send anything.
        """

    # --- responses ---

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Return the vendor's response to a request in which the host found a problem.

        By default it is the outcome in `problem_outcomes`, else the first documented one whose status fits.

        Args:
            context: the request; `context.violations` says what is wrong, `context.operation` may be `None`.
            problem: the problem.

        Returns:
            The refusal; a problem document if the contract has none.
        """
        name = self.problem_outcome(context, problem)
        if not name:
            return MockResponse(problem.value, "", {"status": problem.value, "title": problem.name}, JSON)
        return documented(context, name)

    def problem_outcome(self, context: RequestContext, problem: RequestProblem) -> str:
        """Return the name of the outcome for a problem; empty if the contract documents none.

        Args:
            context: the request; `context.operation` may be `None`.
            problem: the problem.
        """
        if problem in self.problem_outcomes:
            return self.problem_outcomes[problem]
        outcome = outcome_by_status(context, problem)
        return "" if outcome is None else outcome.name

    def media_type(self, context: RequestContext, outcome: Outcome) -> str:
        """Return the media type in which the vendor sends an outcome: by default the contract's first.

        Args:
            context: the request, whose `Accept` may count.
            outcome: the outcome.
        """
        return outcome.media_type

    def example(self, context: RequestContext, outcome: Outcome, media_type: str) -> Any:
        """Return the body of an outcome as the vendor words it for a request: by default the contract's example.

        Args:
            context: the request.
            outcome: the outcome.
            media_type: one of the outcome's.
        """
        return outcome.value.get(media_type)

    def sample_body(self, operation: Operation, outcome: Outcome, media_type: str) -> Any:
        """Return a body of an outcome apart from any request, such as for `fuzz`: by default the contract's example.

        Args:
            operation: the operation.
            outcome: the outcome.
            media_type: one of the outcome's.
        """
        return outcome.value.get(media_type)

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return a generated body for an outcome, for `Prefer: dynamic=true`: by default the contract's example.

        Args:
            context: the request.
            outcome: the outcome.
            seeded: source of the generated values.
            ordinal: number of the generated values, from 1.
        """
        return outcome.value.get(outcome.media_type)
