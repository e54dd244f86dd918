"""What the host asks of a vendor: the one place that a new CRM fills in, beside its contract."""

from __future__ import annotations

import base64
import binascii
import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from crm_mocks.contract import ContractFile, Outcome
from crm_mocks.errors import CrmMocksError, Refusal, UsageError
from crm_mocks.mock_response import MockResponse
from crm_mocks.parsing.media_types import ContentType, Unreadable
from crm_mocks.request_problem import RequestProblem
from crm_mocks.settings import VendorSettings
from crm_mocks.state.records import RecordKind, Records
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Session

if TYPE_CHECKING:
    from crm_mocks.request_context import RequestContext

Handler = Callable[["RequestContext"], Awaitable[MockResponse]]


class Vendor(ABC):
    """A CRM: its contract, and everything about it that a contract cannot say.

    A vendor is a folder in `crm_mocks/vendors` whose `__init__.py` names its subclass `VENDOR`; the folder's name
    is the vendor's name and the name of its contract in `openapi/`. All that has a sensible default has one here.

    Attributes:
        operations: module with an async function for each operationId, named so, taking a `RequestContext`, returning
            a `MockResponse` or raising a `Refusal`.
        settings_type: the vendor's settings.
        kinds: the kinds of record that the vendor keeps.
        credentials: demo credentials, shown in the banner, on the home page and in the ready-file.
        charset: that the vendor names in the Content-Type of its answers; empty if it names none.
    """

    operations: ModuleType
    settings_type: type[VendorSettings] = VendorSettings
    kinds: tuple[RecordKind, ...] = ()
    credentials: Mapping[str, str] = {}
    charset: str = ""

    def __init__(self, name: str, contract: Path | None = None) -> None:
        """Load the contract.

        Args:
            name: the vendor's name.
            contract: the contract's file, when it stands elsewhere than in `openapi/`.

        Raises:
            ContractError: the contract cannot be used.
        """
        self.name = name
        self.contract_file = ContractFile(name, contract)

    @cached_property
    def kinds_by_name(self) -> dict[str, RecordKind]:
        """The kinds of record by name."""
        return {kind.name: kind for kind in self.kinds}

    def handler(self, operation_id: str) -> Handler:
        """Return the function that carries out an operation.

        Raises:
            CrmMocksError: the contract has an operation that nothing carries out.
        """
        handler: Handler | None = getattr(self.operations, operation_id, None)
        if handler is None:
            raise CrmMocksError(f"{self.name}: nothing carries out the operation {operation_id}")
        return handler

    # --- state ---

    async def seed(self, session: Session, records: Records) -> None:
        """Put the records into a session that it starts with."""

    def record_fault(self, kind: str, record: Mapping[str, Any]) -> str:
        """Say what is wrong with a record of the user's, so that the mock can answer with what it has stored.

        Args:
            kind: name of its kind.
            record: has its key.

        Returns:
            What is wrong, for a sentence that begins with the record; empty if nothing is.
        """
        return ""

    # --- requests ---

    def canonical_path(self, path: str) -> str:
        """Return the path in the contract's spelling, for vendors whose routes ignore letter case."""
        return path

    def decode(self, context: RequestContext, kind: ContentType) -> Any:
        """Decode a request body; vendors override it to be as lenient or as strict as the real one.

        Raises:
            Unreadable: the body is not what its media type says.
        """
        return context.decoded(kind)

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield the values of the request in which a magic value may stand."""
        return ()

    async def admit(self, context: RequestContext) -> None:
        """Refuse a request after its credentials were checked and before it is validated, as a rate limiter does.

        Raises:
            Refusal: the vendor will not have it.
        """

    async def respond_without_operation(self, context: RequestContext) -> MockResponse | None:
        """Answer a request that no operation of the contract is for (HEAD, say), or return `None`."""
        return None

    # --- credentials ---

    async def authenticate(self, context: RequestContext, scheme: Mapping[str, Any], scopes: list[str]) -> Any:
        """Check the credentials that a request brings for one security scheme of the contract.

        Args:
            context: the request.
            scheme: the security scheme object, its name as `x-name`.
            scopes: scopes that the contract asks for.

        Returns:
            What the vendor knows the client as, or `None` if the request brings no credentials of this scheme.

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
            user, password = parse_basic(value) or ("", "")
            return await self.check_basic(context, user, password)
        if kind.lower() != "bearer":
            return None
        return await self.check_bearer(context, value.strip())

    def authorization(self, context: RequestContext) -> str | None:
        """Return the header that carries Basic and bearer credentials."""
        return context.headers.get("authorization")

    @staticmethod
    def _api_key(context: RequestContext, scheme: Mapping[str, Any]) -> str | None:
        name = scheme["name"]
        return context.query.get(name) if scheme["in"] == "query" else context.headers.get(name.lower())

    async def check_key(self, context: RequestContext, key: str) -> Any:
        """Return who an API key belongs to; raise a `Refusal` if nobody."""
        raise Refusal(self.refuse(context, RequestProblem.UNAUTHENTICATED))

    async def check_basic(self, context: RequestContext, user: str, password: str) -> Any:
        """Return who Basic credentials belong to; raise a `Refusal` if nobody."""
        raise Refusal(self.refuse(context, RequestProblem.UNAUTHENTICATED))

    async def check_bearer(self, context: RequestContext, token: str) -> Any:
        """Return who a bearer token belongs to; raise a `Refusal` if nobody."""
        raise Refusal(self.refuse(context, RequestProblem.UNAUTHENTICATED))

    # --- answers ---

    @abstractmethod
    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Return the vendor's own answer to a request in which the host found a fault.

        Args:
            context: the request; `call.violations` says what is wrong, `call.operation` may be `None`.
            problem: the fault.
        """

    def example(self, context: RequestContext, outcome: Outcome, media_type: str) -> Any:
        """Return the body of a forced answer: the outcome's example, as the vendor would word it for the request.

        Args:
            context: the request.
            outcome: which answer of the contract.
            media_type: one of those of the outcome.
        """
        return outcome.value.get(media_type)

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return a generated body for an outcome, for `Prefer: dynamic=true`; by default the example itself.

        Args:
            context: the request.
            outcome: which answer of the contract.
            seeded: where generated values come from.
            ordinal: which of the generated values.
        """
        return outcome.value.get(outcome.media_type)


def parse_basic(value: str) -> tuple[str, str] | None:
    """Return user and password of Basic credentials, or `None` if they are malformed."""
    try:
        user, colon, password = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (user, password) if colon else None


def vendor_names() -> list[str]:
    """Return the names of all vendors: the folders in `crm_mocks/vendors`."""
    from crm_mocks import vendors

    return sorted(module.name for module in pkgutil.iter_modules(vendors.__path__) if module.ispkg)


@cache
def load_vendor(name: str) -> Vendor:
    """Load one vendor with its contract; a vendor keeps no state, so that one serves all suites of a process.

    Raises:
        UsageError: there is no such vendor.
    """
    if name not in vendor_names():
        raise UsageError(f"unknown vendor '{name}': there are {', '.join(vendor_names())}")
    module = importlib.import_module(f"crm_mocks.vendors.{name}")
    vendor: Vendor = module.VENDOR(name)
    return vendor


__all__ = ["Handler", "Unreadable", "Vendor", "load_vendor", "parse_basic", "vendor_names"]
