"""connexion hosts the mocks: it checks security and validates, then calls the vendor's operation.

Each decision has a section below. Parts that do the work are replaced through connexion's public extension points
(`middlewares`, `api_cls`, `security_map`), each for a measured reason:

Route: which operation is called. `routing.py` has decided: overrides and unmatched paths need the operation earlier.
    * The first request of an operation goes through all middlewares; `RoutingMiddleware` finds the operation by its
      id, once for security and validation. Later requests begin there: the stock middlewares each look the operation
      up in each request, after a router that tries one pattern after another.
    * connexion gets one document of all vendors (`connexion_document.py`): of several APIs under one base path only one
      responds, and checking four whole contracts takes most of a start (`make check` does it).
Security: which alternative of credentials holds. `SecurityMiddleware` decides.
    * It looks at an object with the two attributes it reads, not at a Starlette request made for each request.
    * `Vendor.authenticate` checks each scheme: the stock handlers inspect signatures in each request, and know nothing
      of a vendor's accounts, tokens and scopes.
    * Where an operation has one way to authenticate, the vendor is asked directly.
Validation: whether the request keeps the contract. `RequestValidationMiddleware` calls `validation.py`.
    * Validators are compiled at the start: the stock ones compile in each request, and skip a body whose Content-Type
      has capital letters.
Left out: responses are validated by `exchange_recorder.py`, after overrides and faults; exceptions are turned into the
    vendor's errors by `pipeline.py`, since the stock middleware responds with problem+json, which no vendor does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from crm_mocks.asgi.connexion_document import SECURED, connexion_document, security_document
from crm_mocks.asgi.lean_import import lean_import
from crm_mocks.asgi.validation import validate_request
from crm_mocks.contract import Contract
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

_OPERATION = "crm_mocks.operation"
"""Key in the ASGI scope of the operationId in connexion's document."""

_FOUND = "crm_mocks.found"
"""Key in the ASGI scope of the operations that were found by earlier requests, by operationId."""

AsgiCall = Callable[..., Any]
"""An ASGI application or channel: connexion is untyped."""

Endpoint = Callable[[RequestContext], Awaitable[None]]
"""Takes a request through connexion to the vendor's operation, which leaves a response in it or raises a refusal."""


def connexion_app(vendors: Mapping[str, Vendor], contracts: Mapping[str, Contract]) -> Endpoint:
    """Return the endpoint of all vendors.

    Args:
        vendors: vendors by name.
        contracts: contracts by the vendor's name, as in force at the start.
    """
    own = {name: contract for name, contract in contracts.items() if contract.supplied is None}
    if own and len(own) == len(contracts):
        return _contracts_app(vendors, own)
    return _SuppliedApp(_contracts_app(vendors, own) if own else None)


class _SuppliedApp:
    """Serves contracts that users supply, beside the product's own.

    They may have a thousand operations, and connexion takes milliseconds to set up each. The vendor and operation are
    known by now, so connexion is left with the credentials: it gets one operation for each way to require them.
    """

    def __init__(self, own: Endpoint | None) -> None:
        self._own = own
        self._by_security: dict[str, Endpoint] = {}

    async def __call__(self, context: RequestContext) -> None:
        if context.contract.supplied is None and self._own is not None:
            await self._own(context)
            return
        assert context.operation is not None  # called for matched requests only
        key = repr(context.operation.security)
        endpoint = self._by_security.get(key)
        if endpoint is None:
            document = security_document(context.operation)
            endpoint = self._by_security[key] = _connexion(document, {SECURED: _call})
        await endpoint(context)


def _call(context: RequestContext) -> Awaitable[MockResponse]:
    assert context.operation is not None  # called for matched requests only
    return context.vendor.handler(context.operation.id)(context)


def _contracts_app(vendors: Mapping[str, Vendor], contracts: Mapping[str, Contract]) -> Endpoint:
    """Return the endpoint of the vendors with a contract of the product's own."""
    handlers = {
        operation.key: vendors[name].handler(operation.id)
        for name, contract in contracts.items()
        for operation in contract.operations.values()
    }

    return _connexion(connexion_document(contracts), handlers)


def _connexion(document: Mapping[str, Any], handlers: Mapping[str, Handler]) -> Endpoint:
    """Return the endpoint behind connexion's middlewares for a document.

    Args:
        document: the OpenAPI document.
        handlers: functions by operationId.
    """
    middleware = ConnexionMiddleware(
        None,  # operations are called by the validation, which knows them
        import_name=__name__,  # the default is the current folder, which may have been deleted
        middlewares=[_Routing, _Security, _Validation],
        resolver=Resolver(handlers.__getitem__),
        security_map=dict.fromkeys(("apiKey", "basic", "bearer", "oauth2"), _VendorSecurityHandler),
    )
    middleware.add_api(document)
    only = next(iter(handlers)) if len(handlers) == 1 else ""
    found: dict[str, AsgiCall] = {}

    def endpoint(context: RequestContext) -> Awaitable[None]:
        assert context.operation is not None  # called for matched requests only
        operation_id = only or context.operation.key
        operation = found.get(operation_id)
        call: Awaitable[None]
        if operation is None:
            scope = {"type": "http", CONTEXT: context, _OPERATION: operation_id, _FOUND: found}
            call = middleware(scope, None, None)
        else:
            call = operation({CONTEXT: context}, None, None)
        return call

    return endpoint


# --- route: which operation ---


class _Routing(RoutingMiddleware):  # type: ignore[misc]  # connexion is untyped
    """Leads a request to the security of its operation, and from there straight to the validation."""

    def add_api(self, *args: Any, **kwargs: Any) -> None:
        """Make no routes: the operation is known."""

    async def __call__(self, scope: Mapping[str, Any], receive: AsgiCall, send: AsgiCall) -> None:
        operation_id = scope[_OPERATION]
        operation = scope[_FOUND][operation_id] = self._operation(operation_id)
        await operation(scope, receive, send)

    def _operation(self, operation_id: str) -> AsgiCall:
        security: _Security = self.app
        validation: _Validation = security.app
        checked, validated = (
            next(iter(each.apis.values()))[0].operations[operation_id] for each in (security, validation)
        )
        operation: AsgiCall = checked.leading_to(validated)
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

    def leading_to(self, next_app: AsgiCall) -> AsgiCall:
        """Return the decision before another application."""
        verify, security, only = self.verification_fn, self.security, self._only_authenticator()

        async def decide(scope: Mapping[str, Any], receive: AsgiCall, send: AsgiCall) -> None:
            if security:
                identity = None if only is None else await only.identity(scope[CONTEXT])
                if identity is None:
                    await verify(_SecurityRequest(scope))  # raises connexion's exception for missing credentials
                else:
                    scope[CONTEXT].identity = identity
            await next_app(scope, receive, send)

        return decide

    def _only_authenticator(self) -> _Authenticator | None:
        """Return the authenticator of an operation with one way to authenticate, else `None`."""
        if len(self.security) != 1 or len(self.security[0]) != 1:
            return None
        ((name, scopes),) = self.security[0].items()
        return _Authenticator(self.security_schemes[name]["x-name"], scopes)


class _SecurityApi(SecurityAPI):  # type: ignore[misc]  # connexion is untyped
    def make_operation(self, operation: Any) -> _SecurityOperation:
        made: _SecurityOperation = _SecurityOperation.from_operation(
            operation, next_app=self.next_app, security_handler_factory=self.security_handler_factory
        )
        return made


class _Security(SecurityMiddleware):  # type: ignore[misc]  # connexion is untyped
    api_cls = _SecurityApi


class _VendorSecurityHandler(AbstractSecurityHandler):  # type: ignore[misc]  # connexion is untyped
    """Lets connexion ask the vendor whether the credentials of one security scheme are valid."""

    def get_fn(self, security_scheme: Mapping[str, Any], required_scopes: list[str]) -> Any:
        return _Authenticator(security_scheme["x-name"], required_scopes)


class _Authenticator:
    """Has the vendor check the credentials of one security scheme."""

    def __init__(self, name: str, required_scopes: list[str]) -> None:
        """Prepare.

        Args:
            name: the scheme's name in the contract.
            required_scopes: scopes that the operation requires, unless its contract is a supplied one.
        """
        self._name = name
        self._required_scopes = required_scopes
        self._latest: Contract | None = None
        self._scheme: dict[str, Any] = {}

    def identity(self, context: RequestContext) -> Awaitable[Any]:
        """Return the client's identity, or `None`; see `Vendor.authenticate`."""
        contract = context.contract
        if contract is not self._latest:
            self._latest = contract
            self._scheme = {**contract.security_schemes[self._name], "x-name": self._name}
        scopes = self._required_scopes if contract.supplied is None else _scopes(context, self._name)
        return context.vendor.authenticate(context, self._scheme, scopes)

    async def __call__(self, request: _SecurityRequest) -> Any:
        """Return the identity in connexion's form."""
        context: RequestContext = request.scope[CONTEXT]
        identity = await self.identity(context)
        if identity is None:
            return NO_VALUE
        context.identity = identity
        return {"sub": identity}


def _scopes(context: RequestContext, name: str) -> list[str]:
    """Return the scopes that an operation requires of a security scheme."""
    security = context.operation.security if context.operation is not None else ()
    return next((alternative[name] for alternative in security if name in alternative), [])


# --- validation: which requests keep the contract ---


def _validating(call_operation: Handler) -> AsgiCall:
    """Return the validation of one operation's requests, between the vendor's rate limiter and the operation."""

    async def validate(scope: Mapping[str, Any], _receive: AsgiCall, _send: AsgiCall) -> None:
        context: RequestContext = scope[CONTEXT]
        if not context.dry_run:
            await context.vendor.admit(context)
        problem = validate_request(context)
        if problem is not None:
            raise Refusal(context.vendor.refuse(context, problem), tuple(context.violations))
        context.response = await call_operation(context)

    return validate


class _ValidationApi(RequestValidationAPI):  # type: ignore[misc]  # connexion is untyped
    def make_operation(self, operation: Any) -> AsgiCall:
        return _validating(operation.function)


class _Validation(RequestValidationMiddleware):  # type: ignore[misc]  # connexion is untyped
    api_cls = _ValidationApi
