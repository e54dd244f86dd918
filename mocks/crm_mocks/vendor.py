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

from crm_mocks.answer import Answer
from crm_mocks.contract import ContractFile, Outcome
from crm_mocks.errors import CrmMocksError, Refusal, UsageError
from crm_mocks.media import ContentType, Unreadable
from crm_mocks.problems import Problem
from crm_mocks.sessions.records import Kind, Records
from crm_mocks.sessions.seeded import Seeded
from crm_mocks.sessions.session import Session
from crm_mocks.settings import VendorSettings

if TYPE_CHECKING:
    from crm_mocks.call import Call

Handler = Callable[["Call"], Awaitable[Answer]]


class Vendor(ABC):
    """A CRM: its contract, and everything about it that a contract cannot say.

    A vendor is a folder in `crm_mocks/vendors` whose `__init__.py` defines a subclass named `Mock`; the folder's name
    is the vendor's name and the name of its contract in `openapi/`. All that has a sensible default has one here.

    Attributes:
        operations: module with an async function for each operationId, named so, taking a `Call`, returning an
            `Answer` or raising a `Refusal`.
        settings_type: the vendor's settings.
        kinds: the kinds of record that the vendor keeps.
        credentials: demo credentials, shown in the banner, on the home page and in the ready-file.
        charset: that the vendor names in the Content-Type of its answers; empty if it names none.
    """

    operations: ModuleType
    settings_type: type[VendorSettings] = VendorSettings
    kinds: tuple[Kind, ...] = ()
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
    def kinds_by_name(self) -> dict[str, Kind]:
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

    def decode(self, call: Call, kind: ContentType) -> Any:
        """Decode a request body; vendors override it to be as lenient or as strict as the real one.

        Raises:
            Unreadable: the body is not what its media type says.
        """
        return call.decoded(kind)

    def magic(self, call: Call) -> Iterable[Any]:
        """Yield the values of the request in which a magic value may stand."""
        return ()

    async def admit(self, call: Call) -> None:
        """Refuse a request after its credentials were checked and before it is validated, as a rate limiter does.

        Raises:
            Refusal: the vendor will not have it.
        """

    async def answer_anyway(self, call: Call) -> Answer | None:
        """Answer a request that no operation of the contract is for (HEAD, say), or return `None`."""
        return None

    # --- credentials ---

    async def authenticate(self, call: Call, scheme: Mapping[str, Any], scopes: list[str]) -> Any:
        """Check the credentials that a request brings for one security scheme of the contract.

        Args:
            call: the request.
            scheme: the security scheme object, its name as `x-name`.
            scopes: scopes that the contract asks for.

        Returns:
            What the vendor knows the client as, or `None` if the request brings no credentials of this scheme.

        Raises:
            Refusal: the credentials are wrong, or do not permit the operation.
        """
        if scheme["type"] == "apiKey":
            key = self._api_key(call, scheme)
            return None if key is None else await self.check_key(call, key)
        kind, _, value = (self.authorization(call) or "").partition(" ")
        if scheme["type"] == "http" and scheme["scheme"].lower() == "basic":
            if kind.lower() != "basic":
                return None
            user, password = parse_basic(value) or ("", "")
            return await self.check_basic(call, user, password)
        if kind.lower() != "bearer":
            return None
        return await self.check_bearer(call, value.strip())

    def authorization(self, call: Call) -> str | None:
        """Return the header that carries Basic and bearer credentials."""
        return call.headers.get("authorization")

    @staticmethod
    def _api_key(call: Call, scheme: Mapping[str, Any]) -> str | None:
        name = scheme["name"]
        return call.query.get(name) if scheme["in"] == "query" else call.headers.get(name.lower())

    async def check_key(self, call: Call, key: str) -> Any:
        """Return who an API key belongs to; raise a `Refusal` if nobody."""
        raise Refusal(self.refuse(call, Problem.UNAUTHENTICATED))

    async def check_basic(self, call: Call, user: str, password: str) -> Any:
        """Return who Basic credentials belong to; raise a `Refusal` if nobody."""
        raise Refusal(self.refuse(call, Problem.UNAUTHENTICATED))

    async def check_bearer(self, call: Call, token: str) -> Any:
        """Return who a bearer token belongs to; raise a `Refusal` if nobody."""
        raise Refusal(self.refuse(call, Problem.UNAUTHENTICATED))

    # --- answers ---

    @abstractmethod
    def refuse(self, call: Call, problem: Problem) -> Answer:
        """Return the vendor's own answer to a request in which the host found a fault.

        Args:
            call: the request; `call.violations` says what is wrong, `call.operation` may be `None`.
            problem: the fault.
        """

    def example(self, call: Call, outcome: Outcome, media_type: str) -> Any:
        """Return the body of a forced answer: the outcome's example, as the vendor would word it for the request.

        Args:
            call: the request.
            outcome: which answer of the contract.
            media_type: one of those of the outcome.
        """
        return outcome.value.get(media_type)

    def fabricate(self, call: Call, outcome: Outcome, seeded: Seeded, ordinal: int) -> Any:
        """Return a generated body for an outcome, for `Prefer: dynamic=true`; by default the example itself.

        Args:
            call: the request.
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
    vendor: Vendor = module.Mock(name)
    return vendor


__all__ = ["Handler", "Unreadable", "Vendor", "load_vendor", "parse_basic", "vendor_names"]
