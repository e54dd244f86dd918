"""connexion hosts the mocks: it checks security and validates, then calls the vendor's operation.

Each decision has a section below. Parts that do the work are replaced through connexion's public extension points
(`middlewares`, `api_cls`, `security_map`), each for a measured reason:

Route: which operation is called. `routing.py` has decided: overrides and unmatched paths need the operation earlier.
    * connexion gets a document with one operation (`connexion_document.py`) for each way in which operations require
      credentials, when the first of them is called: it takes milliseconds to set up each operation and to check each
      part of a document, and supplied contracts may have a thousand operations. `make check` checks whole contracts.
    * The first request goes through all middlewares; `RoutingMiddleware` finds the operation, once for security and
      validation. Later requests begin there: the stock middlewares each look the operation up in each request, after a
      router that tries one pattern after another.
Security: which alternative of credentials holds. `SecurityMiddleware` decides.
    * It looks at an object with the two attributes it reads, not at a Starlette request made for each request.
    * `Vendor.authenticate` judges each scheme: the stock handlers inspect signatures in each request, and know nothing
      of a vendor's accounts, tokens and scopes.
    * Of an operation with one way to authenticate, that is asked directly.
Validation: whether the request keeps the contract. `RequestValidationMiddleware` calls `validation.py`.
    * Validators are compiled at the start: the stock ones compile in each request, and skip a body whose Content-Type
      has capital letters.
Left out: responses are validated by `exchange_recorder.py`, after overrides and faults; exceptions are turned into the
    vendor's errors by `pipeline.py`, since the stock middleware responds with problem+json, which no vendor does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from crm_mocks.asgi.connexion_document import SECURED, security_document
from crm_mocks.asgi.lean_import import lean_import
from crm_mocks.asgi.validation import validate_request
from crm_mocks.contract import Contract, Operation
from crm_mocks.errors import Refusal
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.vendor import Vendor
from crm_mocks.vendor.base import Handler

with lean_import():
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.request_validation import RequestValidationAPI, RequestValidationMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.middleware.security import SecurityAPI, SecurityMiddleware, SecurityOperation
    from connexion.resolver import Resolver
    from connexion.security import NO_VALUE, AbstractSecurityHandler

CONTEXT = "crm_mocks.request_context"
"""Key of the `RequestContext` in the ASGI scope."""

_FOUND = "crm_mocks.found"
"""Key in the ASGI scope of the list that the operation is added to when it has been found."""

Asgi = Callable[..., Any]
Process = Callable[[RequestContext], Awaitable[None]]
Judge = Callable[[RequestContext], Awaitable[Any]]


def connexion_app(vendors: Mapping[str, Vendor], contracts: Mapping[str, Contract]) -> Process:
    """Return the function that takes a request to an operation through connexion to the vendor's function.

    It leaves the response in `RequestContext.response`, or raises the refusal.

    Args:
        vendors: vendors by name.
        contracts: contracts by the vendor's name, as in force at the start.

    Raises:
        CrmMocksError: a vendor lacks the function of an operation.
    """
    for name, contract in contracts.items():
        for operation_id in contract.operations if contract.supplied is None else ():
            vendors[name].handler(operation_id)
    by_security: dict[str, Process] = {}

    def process(context: RequestContext) -> Awaitable[None]:
        operation = context.operation
        assert operation is not None  # called for matched requests only
        secured = by_security.get(operation.security_key)
        if secured is None:
            secured = by_security[operation.security_key] = _secured(operation)
        return secured(context)

    return process


def _secured(operation: Operation) -> Process:
    """Return the function that takes requests through connexion to operations with the security of a given one."""
    middleware = ConnexionMiddleware(
        None,  # operations are called by the validation, which knows them
        import_name=__name__,  # the default is the current folder, which may have been deleted
        middlewares=[_Routing, _Security, _Validation],
        resolver=Resolver({SECURED: _call}.__getitem__),
        security_map={"apiKey": _VendorSecurityHandler},
    )
    middleware.add_api(security_document(operation))
    found: list[Asgi] = []

    def process(context: RequestContext) -> Awaitable[None]:
        processed: Awaitable[None]
        if found:
            processed = found[0]({CONTEXT: context}, None, None)
        else:
            processed = middleware({"type": "http", CONTEXT: context, _FOUND: found}, None, None)
        return processed

    return process


def _call(context: RequestContext) -> Awaitable[MockResponse]:
    assert context.operation is not None  # called for matched requests only
    return context.vendor.handler(context.operation.id)(context)


# --- route: which operation ---


class _Routing(RoutingMiddleware):  # type: ignore[misc]  # connexion is untyped
    """Leads a request to the security of its operation, and from there straight to the validation."""

    def add_api(self, *args: Any, **kwargs: Any) -> None:
        """Make no routes: the operation is known."""

    async def __call__(self, scope: Mapping[str, Any], receive: Asgi, send: Asgi) -> None:
        operation = self._operation()
        scope[_FOUND].append(operation)
        await operation(scope, receive, send)

    def _operation(self) -> Asgi:
        security: _Security = self.app
        validation: _Validation = security.app
        checked, validated = (next(iter(each.apis.values()))[0].operations[SECURED] for each in (security, validation))
        operation: Asgi = checked.leading_to(validated)
        return operation


# --- security: which credentials are sufficient ---


class _SecurityRequest:
    """The two attributes of a request that connexion's security and `_VendorSecurityHandler` read."""

    __slots__ = ("context", "scope")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.scope = scope
        self.context: dict[str, Any] = {}


class _SecurityOperation(SecurityOperation):  # type: ignore[misc]  # connexion is untyped
    """connexion's decision for one operation, on a `_SecurityRequest`."""

    def leading_to(self, next_app: Asgi) -> Asgi:
        """Return the decision before another application."""
        verify, security, only = self.verification_fn, self.security, self._only_judge()

        async def decide(scope: Mapping[str, Any], receive: Asgi, send: Asgi) -> None:
            if security and (only is None or await only(scope[CONTEXT]) is NO_VALUE):
                await verify(_SecurityRequest(scope))  # raises connexion's exception for missing credentials
            await next_app(scope, receive, send)

        return decide

    def _only_judge(self) -> Judge | None:
        """Return what judges the credentials of an operation with one way to authenticate, else `None`."""
        if len(self.security) != 1 or len(self.security[0]) != 1:
            return None
        ((name, scopes),) = self.security[0].items()
        return _judge(self.security_schemes[name]["x-name"], scopes)


class _SecurityApi(SecurityAPI):  # type: ignore[misc]  # connexion is untyped
    def make_operation(self, operation: Any) -> _SecurityOperation:
        made: _SecurityOperation = _SecurityOperation.from_operation(
            operation, next_app=self.next_app, security_handler_factory=self.security_handler_factory
        )
        return made


class _Security(SecurityMiddleware):  # type: ignore[misc]  # connexion is untyped
    api_cls = _SecurityApi


class _VendorSecurityHandler(AbstractSecurityHandler):  # type: ignore[misc]  # connexion is untyped
    """Ask the vendor whether the credentials of one security scheme are valid."""

    def get_fn(self, security_scheme: Mapping[str, Any], required_scopes: list[str]) -> Any:
        judge = _judge(security_scheme["x-name"], required_scopes)
        return lambda request: judge(request.scope[CONTEXT])


def _judge(name: str, required_scopes: list[str]) -> Judge:
    """Return the function that judges the credentials of one security scheme.

    Args:
        name: the scheme's name in the contract.
        required_scopes: scopes that the operation requires.
    """
    latest: Contract | None = None
    scheme: dict[str, Any] = {}

    async def judge(context: RequestContext) -> Any:
        nonlocal latest, scheme
        if context.contract is not latest:
            latest = context.contract
            scheme = {**latest.security_schemes[name], "x-name": name}
        identity = await context.vendor.authenticate(context, scheme, required_scopes)
        if identity is None:
            return NO_VALUE
        context.identity = identity
        return {"sub": identity}

    return judge


# --- validation: which requests keep the contract ---


def _validating(call_operation: Handler) -> Asgi:
    """Return the validation of one operation's requests, between the vendor's rate limiter and the operation."""

    async def validate(scope: Mapping[str, Any], _receive: Asgi, _send: Asgi) -> None:
        context: RequestContext = scope[CONTEXT]
        if not context.dry_run:
            await context.vendor.admit(context)
        problem = validate_request(context)
        if problem is not None:
            raise Refusal(context.vendor.refuse(context, problem), tuple(context.violations))
        context.response = await call_operation(context)

    return validate


class _ValidationApi(RequestValidationAPI):  # type: ignore[misc]  # connexion is untyped
    def make_operation(self, operation: Any) -> Asgi:
        return _validating(operation.function)


class _Validation(RequestValidationMiddleware):  # type: ignore[misc]  # connexion is untyped
    api_cls = _ValidationApi
