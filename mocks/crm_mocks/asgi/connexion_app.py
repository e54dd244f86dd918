"""connexion as the host: its middlewares route, check credentials and validate, from the vendors' contracts.

What is replaced, through connexion's own extension points, and why:

* the contract given to connexion is one document of all vendors, cut down to what its middlewares read (paths,
  security, parameters, body media types): several APIs under one base path do not all answer, and checking four whole
  contracts against the meta-schema takes most of a start (`make check` does that instead);
* the security handlers call the vendor, without inspecting signatures on each request, and without the request object
  of Starlette's that would be made for each;
* the validation operation calls validators compiled at start-up, whatever the letter case of the Content-Type;
* the router does not redirect trailing slashes, which no vendor does, and finds a path without parameters in a table of
  its own routes instead of trying one pattern after another.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from crm_mocks.asgi.validation import validate_request
from crm_mocks.contract import Contract, Operation
from crm_mocks.errors import Refusal
from crm_mocks.request_context import RequestContext
from crm_mocks.vendor import Vendor

with warnings.catch_warnings():
    # connexion imports Starlette's test client, which warns about the httpx version; users cannot act on that.
    warnings.simplefilter("ignore")
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.abstract import ROUTING_CONTEXT
    from connexion.middleware.request_validation import RequestValidationAPI, RequestValidationMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.middleware.security import SecurityAPI, SecurityMiddleware, SecurityOperation
    from connexion.resolver import Resolver
    from connexion.security import NO_VALUE, AbstractSecurityHandler

CONTEXT = "crm_mocks.request_context"
"""Where the call stands in the ASGI scope."""

Asgi = Callable[..., Any]


def connexion_app(vendors: Mapping[str, Vendor], contracts: Mapping[str, Contract]) -> Asgi:
    """Build the ASGI application that takes a matched request to its operation.

    The application sends nothing: it leaves the operation's answer in `RequestContext.response`, or raises the refusal.

    Args:
        vendors: by name.
        contracts: what each vendor's requests are routed by.
    """
    handlers = {
        operation.key: vendors[name].handler(operation.id)
        for name, contract in contracts.items()
        for operation in contract.operations.values()
    }

    async def endpoint(scope: Mapping[str, Any], _receive: Asgi, _send: Asgi) -> None:
        context: RequestContext = scope[CONTEXT]
        context.response = await handlers[scope["extensions"][ROUTING_CONTEXT]["operation_id"]](context)

    middleware = ConnexionMiddleware(
        endpoint,
        middlewares=[_Routing, _Security, _Validation],
        resolver=Resolver(handlers.__getitem__),
        security_map=dict.fromkeys(("apiKey", "basic", "bearer", "oauth2"), _VendorCredentials),
    )
    middleware.add_api(_merged(contracts))
    application: Asgi = middleware
    return application


def _merged(contracts: Mapping[str, Contract]) -> dict[str, Any]:
    """Return one document for connexion, with the parts of all contracts that its middlewares read."""
    paths: dict[str, dict[str, Any]] = {}
    schemes: dict[str, Any] = {}
    for name, contract in contracts.items():
        for scheme_name, scheme in contract.security_schemes.items():
            schemes[f"{name}.{scheme_name}"] = {**_plain(scheme), "x-name": scheme_name}
        for operation in contract.operations.values():
            paths.setdefault(operation.path, {})[operation.method.lower()] = _stripped(operation)
    return {
        "openapi": "3.0.3",
        "info": {"title": "crm-mocks", "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }


def _stripped(operation: Operation) -> dict[str, Any]:
    node: dict[str, Any] = {
        "operationId": operation.key,
        "security": [
            {f"{operation.vendor}.{name}": scopes for name, scopes in alternative.items()}
            for alternative in operation.security
        ],
        "parameters": [
            {"name": each.name, "in": each.place, "required": each.required, "schema": {"type": "string"}}
            for each in operation.parameters  # as texts, since the router turns away what is of another type
        ],
        "responses": {"default": {"description": "see the vendor's contract"}},
    }
    if operation.body is not None:
        node["requestBody"] = {"content": {name: {} for name in operation.body.media_types}}
    return node


def _plain(scheme: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in scheme.items() if not key.startswith("x-")}


class _Routing(RoutingMiddleware):  # type: ignore[misc]  # connexion is untyped
    """connexion's routing, without redirects of trailing slashes, and with a short way for paths without parameters."""

    def __init__(self, app: Asgi) -> None:
        super().__init__(app)
        self._exact: dict[tuple[str, str], dict[str, str]] = {}

    def add_api(self, *args: Any, **kwargs: Any) -> None:
        super().add_api(*args, **kwargs)
        for mount in self.router.routes:
            mount.app.redirect_slashes = False
            for route in mount.app.routes:
                if not route.param_convertors:
                    context = {"api_base_path": mount.path, "operation_id": route.endpoint.operation_id}
                    self._exact.update({(method, mount.path + route.path): context for method in route.methods})

    async def __call__(self, scope: MutableMapping[str, Any], receive: Asgi, send: Asgi) -> None:
        context = self._exact.get((scope["method"], scope["path"]))
        if context is None:
            await super().__call__(scope, receive, send)
        else:
            scope["extensions"][ROUTING_CONTEXT] = context
            await self.app(scope, receive, send)


class _Request:
    """All of a request that connexion's security and the handlers below read."""

    __slots__ = ("context", "scope")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.scope = scope
        self.context: dict[str, Any] = {}


class _SecuredOperation(SecurityOperation):  # type: ignore[misc]  # connexion is untyped
    """One operation's security: connexion's decision, on a request of ours."""

    async def __call__(self, scope: Mapping[str, Any], receive: Asgi, send: Asgi) -> None:
        if self.security:
            await self.verification_fn(_Request(scope))
        await self.next_app(scope, receive, send)


class _SecurityApi(SecurityAPI):  # type: ignore[misc]  # connexion is untyped
    def make_operation(self, operation: Any) -> _SecuredOperation:
        made: _SecuredOperation = _SecuredOperation.from_operation(
            operation, next_app=self.next_app, security_handler_factory=self.security_handler_factory
        )
        return made


class _Security(SecurityMiddleware):  # type: ignore[misc]  # connexion is untyped
    """connexion's security, its operations replaced."""

    api_cls = _SecurityApi


class _VendorCredentials(AbstractSecurityHandler):  # type: ignore[misc]  # connexion is untyped
    """Asks the vendor whether the credentials of one security scheme are good."""

    def get_fn(self, security_scheme: Mapping[str, Any], required_scopes: list[str]) -> Any:
        async def check(request: Any) -> Any:
            context: RequestContext = request.scope[CONTEXT]
            identity = await context.vendor.authenticate(context, security_scheme, required_scopes)
            if identity is None:
                return NO_VALUE
            context.identity = identity
            return {"sub": identity}

        return check


class _ValidatedOperation:
    """One operation's request validation."""

    def __init__(self, next_app: Asgi) -> None:
        self._next_app = next_app

    async def __call__(self, scope: Mapping[str, Any], receive: Asgi, send: Asgi) -> None:
        context: RequestContext = scope[CONTEXT]
        if not context.dry_run:
            await context.vendor.admit(context)
        problem = validate_request(context)
        if problem is not None:
            raise Refusal(context.vendor.refuse(context, problem), tuple(context.violations))
        await self._next_app(scope, receive, send)


class _ValidationApi(RequestValidationAPI):  # type: ignore[misc]  # connexion is untyped
    def make_operation(self, operation: Any) -> _ValidatedOperation:  # noqa: ARG002  # the call knows its operation
        return _ValidatedOperation(self.next_app)


class _Validation(RequestValidationMiddleware):  # type: ignore[misc]  # connexion is untyped
    """connexion's request validation, its operations replaced."""

    api_cls = _ValidationApi
