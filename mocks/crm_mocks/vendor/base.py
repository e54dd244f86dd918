"""Base class of all vendors: what the host asks of a CRM beyond its contract, with defaults."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from crm_mocks.contract import ContractFile, Operation, Outcome
from crm_mocks.contract.schema import Schemas
from crm_mocks.errors import CrmMocksError
from crm_mocks.mock_response import JSON, MockResponse
from crm_mocks.parsing.media_types import ContentType
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.schema_errors import schema_violations
from crm_mocks.settings import VendorSettings
from crm_mocks.state.records import RecordKind, Records
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Session
from crm_mocks.vendor.credentials import parse_basic, same_secret
from crm_mocks.vendor.magic import member_values
from crm_mocks.vendor.responses import DocumentedRefusal, documented, outcome_by_status
from crm_mocks.violations import Violation

Handler = Callable[[RequestContext], Awaitable[MockResponse]]


class Vendor:
    """A CRM: its contract, and everything about it that a contract cannot say.

    A vendor is a folder in `crm_mocks/vendors` whose `__init__.py` defines one subclass; the folder's name is the
    vendor's name and that of its contract in `openapi/`. Everything with a sensible default has it here.

    Attributes:
        operations: module with one async function per operationId, of the same name, that takes a `RequestContext`
            and returns a `MockResponse` or raises a `Refusal`.
        settings_type: the vendor's settings.
        kinds: the kinds of record that the vendor keeps.
        credentials: demo credentials by name, shown in the banner, on the home page and in the ready file; the checks
            of this class accept them.
        charset: charset in the Content-Type of responses; empty for none.
        magic_members: members of the request body that may hold a magic value.
        problem_outcomes: the outcome for each request problem where the first one of a fitting status is not right.
        wrong_credentials: the outcome for wrong credentials; empty if it is that for missing ones.
    """

    operations: ModuleType
    settings_type: type[VendorSettings] = VendorSettings
    kinds: tuple[RecordKind, ...] = ()
    credentials: Mapping[str, str] = {}
    charset: str = ""
    magic_members: tuple[str, ...] = ()
    problem_outcomes: Mapping[RequestProblem, str] = {}
    wrong_credentials: str = ""

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

    @cached_property
    def kinds_by_name(self) -> dict[str, RecordKind]:
        """The kinds of record by name."""
        return {kind.name: kind for kind in self.kinds}

    def handler(self, operation_id: str) -> Handler:
        """Return the function that carries out an operation.

        Raises:
            CrmMocksError: `operations` has no function for it.
        """
        handler: Handler | None = getattr(self.operations, operation_id, None)
        if handler is None:
            raise CrmMocksError(f"{self.name}: {self.operations.__name__} has no function {operation_id}")
        return handler

    # --- records ---

    def starting_records(self) -> Mapping[str, Iterable[Mapping[str, Any]]]:
        """Return the records that every session starts with, by kind, such as those of a file; see `load_data`."""
        return {}

    async def seed(self, session: Session, records: Records) -> None:
        """Store the records that a session starts with."""
        for kind, entries in self.starting_records().items():
            for record in entries:
                await records.put(kind, record)

    def record_schemas(self) -> Mapping[str, Mapping[str, Any]]:
        """Return JSON schemas by kind for records that users supply.

        A schema asks only for what the vendor's code reads; kinds without one accept any record. Schemas may refer to
        the contract's components.
        """
        return {}

    @cached_property
    def _record_validators(self) -> dict[str, Any]:
        schemas = Schemas(self.name, self.contract_file.document)
        return {kind: schemas.compile(dict(schema)) for kind, schema in self.record_schemas().items()}

    def record_fault(self, kind: str, record: Mapping[str, Any]) -> str:
        """Return what makes a record supplied by the user unusable, as the end of a sentence; empty if nothing.

        Args:
            kind: name of its kind.
            record: has its key.
        """
        validator = self._record_validators.get(kind)
        for violation in schema_violations(validator.iter_errors(record), ()) if validator else ():
            place = "" if violation.rule == "required" else f"{'.'.join(map(str, violation.location))} "
            return f"is invalid: {place}{violation.message}"
        return ""

    # --- requests ---

    def canonical_path(self, path: str) -> str:
        """Return a path in the contract's spelling, for vendors whose routes ignore letter case."""
        return path

    def decode(self, context: RequestContext, kind: ContentType) -> Any:
        """Decode a request body; vendors override it to be as lenient or as strict as the real CRM.

        A vendor that reads one media type as another, such as a form as JSON, sets `context.media_type` to the one
        whose schema the decoded body must match.

        Raises:
            Unreadable: the body is not what its media type says.
        """
        return context.decoded(kind)

    def in_media_type(self, context: RequestContext, response: MockResponse) -> MockResponse:
        """Return a response whose body is serialized by its media type: JSON, or a string as it is."""
        return response

    @property
    def reads_magic(self) -> bool:
        """Whether requests may have magic values."""
        return bool(self.magic_members) or type(self).magic is not Vendor.magic

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield the values of a request that may be magic: by default the body's `magic_members`."""
        return member_values(context.body, *self.magic_members)

    async def admit(self, context: RequestContext) -> None:
        """Refuse a request after authentication and before validation, as a rate limiter does.

        Raises:
            Refusal: the vendor does not admit it.
        """

    async def respond_without_operation(self, context: RequestContext) -> MockResponse | None:
        """Respond to a request that matches no operation of the contract, such as HEAD; `None` refuses it."""
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

    # --- credentials ---

    async def authenticate(self, context: RequestContext, scheme: Mapping[str, Any], scopes: list[str]) -> Any:
        """Check the credentials that a request brings for one security scheme of the contract.

        Args:
            context: the request.
            scheme: the security scheme object, its name as `x-name`.
            scopes: scopes that the contract requires.

        Returns:
            The client's identity, or `None` if the request brings no credentials of this scheme.

        Raises:
            Refusal: the credentials are wrong, or do not permit the operation.
        """
        if scheme["type"] == "apiKey":
            key = self._api_key(context, scheme)
            return None if key is None else await self.check_key(context, key)
        kind, _, value = (self.authorization(context) or "").partition(" ")
        if scheme["type"] == "http" and scheme["scheme"].lower() == "basic":
            if kind.lower() != "basic":
                return None
            user, password = self.parse_basic(value) or ("", "")
            return await self.check_basic(context, user, password)
        if kind.lower() != "bearer":
            return None
        return await self.check_bearer(context, value.strip())

    def authorization(self, context: RequestContext) -> str | None:
        """Return the header with Basic or bearer credentials."""
        return context.headers.get("authorization")

    @staticmethod
    def _api_key(context: RequestContext, scheme: Mapping[str, Any]) -> str | None:
        name = scheme["name"]
        return context.query.get(name) if scheme["in"] == "query" else context.headers.get(name.lower())

    def parse_basic(self, value: str) -> tuple[str, str] | None:
        """Return user and password of Basic credentials; vendors override it to be as lenient as the real CRM."""
        return parse_basic(value)

    async def check_key(self, context: RequestContext, key: str) -> Any:
        """Return the identity that an API key belongs to; by default, any of the demo credentials is a good key.

        Raises:
            Refusal: the key is wrong.
        """
        if not any(same_secret(key, known) for known in self.credentials.values()):
            raise self.refusal_of_credentials(context, "the API key is unknown")
        return key

    async def check_basic(self, context: RequestContext, user: str, password: str) -> Any:
        """Return the identity that Basic credentials belong to; by default, `username` and `password` are good.

        Raises:
            Refusal: they are wrong.
        """
        known = self.credentials.get("username", ""), self.credentials.get("password", "")
        if "" in known or not (same_secret(user, known[0]) and same_secret(password, known[1])):
            raise self.refusal_of_credentials(context, "the user name or the password is wrong")
        return user

    async def check_bearer(self, context: RequestContext, token: str) -> Any:
        """Return the identity that a bearer token belongs to; by default, the demo credential `token` is good.

        Raises:
            Refusal: the token is wrong.
        """
        known = self.credentials.get("token", "")
        if not known or not same_secret(token, known):
            raise self.refusal_of_credentials(context, "the access token is unknown")
        return token

    def refusal_of_credentials(self, context: RequestContext, message: str) -> DocumentedRefusal:
        """Return the refusal of wrong credentials.

        Args:
            context: the request.
            message: what is wrong, for the violation; without the credentials themselves.
        """
        outcome = self.wrong_credentials or self.problem_outcome(context, RequestProblem.UNAUTHENTICATED)
        return DocumentedRefusal(context, outcome, Violation(("security",), "credentials", message))

    # --- responses ---

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Return the vendor's response to a request in which the host found a problem.

        By default it is the outcome in `problem_outcomes`, else the first documented one whose status fits.

        Args:
            context: the request; `context.violations` says what is wrong, `context.operation` may be `None`.
            problem: the problem.
        """
        name = self.problem_outcome(context, problem)
        if not name:
            return MockResponse(problem.value, "", {"status": problem.value, "title": problem.name}, JSON)
        return documented(context, name)

    def problem_outcome(self, context: RequestContext, problem: RequestProblem) -> str:
        """Return the name of the outcome for a problem; empty if the contract documents none."""
        if problem in self.problem_outcomes:
            return self.problem_outcomes[problem]
        outcome = outcome_by_status(context, problem)
        return "" if outcome is None else outcome.name

    def media_type(self, context: RequestContext, outcome: Outcome) -> str:
        """Return the media type in which the vendor sends an outcome: by default the contract's first."""
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
