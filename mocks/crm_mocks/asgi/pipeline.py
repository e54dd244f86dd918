"""From a matched request to its response: override, then security, validation and operation through connexion."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson

from crm_mocks.asgi.connexion_app import connexion_app
from crm_mocks.asgi.missing_credentials import missing_credentials_message
from crm_mocks.asgi.overrides import NO_OVERRIDE, ResponseOverride, choose_override
from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.asgi.validation import read_body, validate_request
from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Contract
from crm_mocks.errors import Refusal
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.sent_value import sent_value
from crm_mocks.vendor import Vendor

log = logging.getLogger("crm_mocks")


class RequestPipeline:
    """Determines the response to a request."""

    def __init__(self, vendors: Mapping[str, Vendor], contracts: Mapping[str, Contract]) -> None:
        self._endpoint = connexion_app(vendors, contracts)

    async def respond(self, context: RequestContext) -> tuple[ResponseOverride, MockResponse]:
        """Return the override and the response for a request to a known operation.

        Raises:
            UnsupportedPreference: the request prefers something that the operation does not document.
        """
        read_body(context)
        override = choose_override(context)
        if override is not NO_OVERRIDE and override.is_dry_run:
            context.dry_run = True
            context.records = await context.session.dry_run(context.vendor.name)
        try:
            await self._endpoint(context)
        except Refusal as refusal:
            context.response = self._respond_to_refusal(context, refusal)
        except Exception as error:  # noqa: BLE001  # becomes the vendor's 500
            context.response = self._respond_to_error(context, error)
        if override.response is None:
            assert context.response is not None  # the endpoint leaves one or raises
            return override, context.response
        if override.delivers_success:
            records = await context.session.records(context.vendor.name)
            await context.vendor.adopt(context, records, _decoded(override.response))
        return override, override.response

    async def unmatched(self, context: RequestContext, match: RouteMatch) -> MockResponse:
        """Return the vendor's response to a path or method that is not in its contract."""
        response = await context.vendor.respond_without_operation(context)
        if response is not None:
            return response
        if not match.allowed:
            context.violate(
                ("path",),
                "path",
                f"{context.contract.title} has no such path",
                basis=context.contract.path_basis,
                sent=sent_value(context.path, ("path",)),
            )
            return context.vendor.refuse(context, RequestProblem.NO_SUCH_PATH)
        allowed = ", ".join(match.allowed)
        context.violate(
            ("method",),
            "method",
            f"the path allows {allowed}",
            list(match.allowed),
            basis=context.contract.method_basis(match.path),
            sent=sent_value(context.method, ("method",)),
        )
        response = context.vendor.refuse(context, RequestProblem.METHOD_NOT_ALLOWED)
        response.headers.append(("Allow", allowed))
        return response

    @staticmethod
    def _respond_to_refusal(context: RequestContext, refusal: Refusal) -> MockResponse:
        context.refused = True
        validate_request(context)
        known = {(each.location, each.rule, each.message) for each in context.violations}
        causes = [each for each in refusal.violations if (each.location, each.rule, each.message) not in known]
        context.violations[:0] = causes  # first, since they explain the response
        return refusal.response

    @staticmethod
    def _respond_to_error(context: RequestContext, error: Exception) -> MockResponse:
        """Respond to other exceptions: connexion's for missing credentials, or a bug of the mock."""
        if getattr(error, "status_code", None) == 401 or getattr(error, "status", None) == 401:
            operation = context.operation
            basis = operation.security_basis if operation else DOCUMENT
            context.violate(("security",), "credentials", missing_credentials_message(context), basis=basis)
            validate_request(context)
            return context.vendor.refuse(context, RequestProblem.UNAUTHENTICATED)
        name = context.operation.key if context.operation is not None else context.vendor.name
        log.error("%s failed in request %s", name, context.request_id, exc_info=error)  # the path may have a credential
        return context.vendor.refuse(context, RequestProblem.CRASH)


def _decoded(response: MockResponse) -> Any:
    """Return the body of a response as clients read it; `None` if it is not JSON."""
    if response.raw is None:
        return response.body
    try:
        return orjson.loads(response.raw)
    except orjson.JSONDecodeError:
        return None
