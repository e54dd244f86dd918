"""One exchange with a vendor: context, response, journal entry and sending."""

from __future__ import annotations

import time
from typing import Any

from crm_mocks.asgi.exchange_recorder import ExchangeRecorder
from crm_mocks.asgi.loopback import foreign_notices
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.persona_loading import PERSONAS, may_prefer_dynamic
from crm_mocks.asgi.pipeline import RequestPipeline
from crm_mocks.asgi.preferences import UnsupportedPreference
from crm_mocks.asgi.problems import CLOSE, send_problem
from crm_mocks.asgi.reactions import judge_reaction, remember_response
from crm_mocks.asgi.received_request import ReceivedRequest
from crm_mocks.asgi.request_limits import record_limit_violation, release_body
from crm_mocks.asgi.response_sending import delay, send_chosen
from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.asgi.serialization import serialize
from crm_mocks.asgi.transport import Headers, Scope
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.state.retry_after import RETRY_AFTER_STATUSES
from crm_mocks.vendor import Vendor


class VendorExchange:
    """Responds to requests whose path belongs to a vendor, and journals them."""

    def __init__(self, mock_app: MockApp, recorder: ExchangeRecorder, pipeline: RequestPipeline) -> None:
        self._mock_app = mock_app
        self._recorder = recorder
        self._pipeline = pipeline

    async def respond(self, request: ReceivedRequest, match: RouteMatch, vendor: Vendor) -> None:
        """Respond to a request.

        Args:
            request: the request.
            match: operation that the request matches, if any.
            vendor: owner of the path.
        """
        start = time.perf_counter()
        scope, session = request.scope, request.session
        settings: Any = session.settings[vendor.name]  # the vendor's own dataclass, which extends VendorSettings
        if not PERSONAS.is_loaded and (
            vendor.makes_people(settings) or may_prefer_dynamic(scope["query_string"], request.headers)
        ):
            await PERSONAS.get()  # before the request has any effect
        contract = vendor.contract_file.in_force(settings)
        context = RequestContext(
            session,
            vendor,
            contract,
            operation := contract.operations.get(match.operation_id),
            settings,
            session.opened.get(vendor.name) or await session.records(vendor.name),
            scope["method"],
            request.path,
            request.base_url,
            match.parameters,
            scope["query_string"].decode("latin-1"),
            request.header_list,
            request.headers,
            request.raw_body,
            session.journal.next_number(),
        )
        context.notices += foreign_notices(scope, request.headers, self._mock_app.server_url.public_host)
        cors = self._mock_app.options.cors
        try:
            violations, notices = judge_reaction(context, scope)
            if operation is None or request.problem is not None or cors:
                override, response = await self._response(request, context, match)
            else:
                override, response = await self._pipeline.respond(context)
            if override.chunked and scope.get("http_version") == "1.0":
                override.chunked = False
            if response.body is None:
                response.media_type = ""
            headers, body = serialize(context, override, response, cors=cors)
            context.violations += violations  # in the journal only, so that responses do not depend on timing
            context.notices += notices
            # Before sending: a client with a response finds it in the journal.
            await self._delay_and_record(scope, context, override, response, headers, body, start)
            if response.status in RETRY_AFTER_STATUSES or override.response is not None:
                remember_response(context, scope, override, response, headers)
            if override.fault is not None:
                _forget_body(request, context)
            await send_chosen(request, override, response.status, headers, body, context.number)
            context.response_sent = override.response is None and override.fault is None
        except UnsupportedPreference as error:
            headers, body = await send_problem(request.send, session, error.as_problem())
            entry = self._recorder.entry(context, ResponseOverride("Prefer"), MockResponse(400, ""), headers, body)
            self._recorder.record(session, entry, context)
        finally:
            try:
                if context.has_steps:
                    await context.run_steps()
            finally:
                context.release_claims()

    async def _delay_and_record(
        self,
        scope: Scope,
        context: RequestContext,
        override: ResponseOverride,
        response: MockResponse,
        headers: Headers,
        body: bytes,
        start: float,
    ) -> None:
        """Journal a request when its response is due, which began at a time of `time.perf_counter`."""
        entry = self._recorder.entry(context, override, response, headers, body)
        entry.milliseconds = (time.perf_counter() - start) * 1000
        if context.settings.latency_ms or override.delay_ms:
            await delay(scope, context.settings.latency_ms, override)
        if context.operation is not None:
            context.session.journal.stats.record_body(context.operation, context.media_type, context.body)
        self._recorder.record(context.session, entry, context, response)

    async def _response(
        self, request: ReceivedRequest, context: RequestContext, match: RouteMatch
    ) -> tuple[ResponseOverride, MockResponse]:
        if (
            self._mock_app.options.cors
            and context.method == "OPTIONS"
            and "access-control-request-method" in context.headers
        ):
            return ResponseOverride(), MockResponse(204, "", headers=[("Access-Control-Max-Age", "600")])
        if request.problem is not None:
            record_limit_violation(context, request.problem, self._mock_app.limits)
            response = context.vendor.refuse(context, request.problem)
            response.headers.append(CLOSE)
            return ResponseOverride(), response
        if context.operation is None:
            return ResponseOverride(), await self._pipeline.unmatched(context, match)
        return await self._pipeline.respond(context)


def _forget_body(request: ReceivedRequest, context: RequestContext) -> None:
    """Free the body of a request, whose fault may take minutes."""
    if context.has_steps:  # they may need it
        return
    context.body = None
    context.raw_body = request.raw_body = b""
    release_body(request.scope)
