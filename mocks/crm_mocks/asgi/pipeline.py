"""From a matched call to its answer: steering, then security, validation and operation, through connexion."""

from __future__ import annotations

import logging
from typing import Any

from crm_mocks.asgi.connexion_app import CONTEXT, connexion_app
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.overrides import ResponseOverride, choose_override
from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.asgi.validation import read_body, validate_request
from crm_mocks.basis import DOCUMENT
from crm_mocks.errors import Refusal
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.sent_value import sent_value

log = logging.getLogger("crm_mocks")


class RequestPipeline:
    """Finds the answer to a call."""

    def __init__(self, mock_app: MockApp) -> None:
        self._connexion = connexion_app(mock_app.vendors, mock_app.contracts)

    async def answer(self, context: RequestContext, scope: dict[str, Any]) -> tuple[ResponseOverride, MockResponse]:
        """Return the answer to a call of a known operation, and how it was chosen.

        Raises:
            PreferenceRefused: the request prefers what the operation does not document.
        """
        read_body(context)
        chosen = await choose_override(context)
        if chosen.is_dry_run:
            context.dry_run = True
            context.records = await context.session.dry_run(context.vendor.name)
        natural = await self._natural(context, scope)
        return chosen, natural if chosen.answer is None else chosen.answer

    async def unmatched(self, context: RequestContext, match: RouteMatch) -> MockResponse:
        """Return the vendor's answer to a path or method that is not in its contract."""
        answer = await context.vendor.respond_without_operation(context)
        if answer is not None:
            return answer
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
        answer = context.vendor.refuse(context, RequestProblem.METHOD_NOT_ALLOWED)
        answer.headers.append(("Allow", allowed))
        return answer

    async def _natural(self, context: RequestContext, scope: dict[str, Any]) -> MockResponse:
        """Return what the mock answers by itself; whatever goes wrong becomes the vendor's own error."""
        scope[CONTEXT] = context
        try:
            await self._connexion(scope, None, None)
        except Refusal as refusal:
            context.refused = True
            validate_request(context)
            known = {(each.location, each.rule, each.message) for each in context.violations}
            further = (each for each in refusal.violations if (each.location, each.rule, each.message) not in known)
            context.violations.extend(further)
            return refusal.answer
        except Exception as error:  # noqa: BLE001  # whatever goes wrong becomes the vendor's own 500
            return self._refuse_otherwise(context, error)
        assert context.answer is not None  # the endpoint leaves one or raises
        return context.answer

    @staticmethod
    def _refuse_otherwise(context: RequestContext, error: Exception) -> MockResponse:
        """Answer an exception that is no vendor's: connexion's own for absent credentials, or a defect of ours."""
        if getattr(error, "status_code", None) == 401 or getattr(error, "status", None) == 401:
            operation = context.operation
            basis = operation.security_basis if operation else DOCUMENT
            context.violate(("security",), "credentials", "credentials are required", basis=basis)
            validate_request(context)
            return context.vendor.refuse(context, RequestProblem.UNAUTHENTICATED)
        log.error("%s %s failed", context.method, context.path, exc_info=error)
        return context.vendor.refuse(context, RequestProblem.CRASH)
