"""The ASGI application."""

from __future__ import annotations

from crm_mocks.admin.gateway import AdminGateway
from crm_mocks.admin.page_access import PageAccess
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.rejected_request import RejectedRequest
from crm_mocks.asgi.request_handler import RequestHandler
from crm_mocks.asgi.transport import Asgi, Receive, Scope, Send
from crm_mocks.options import AppOptions, accept_options


class AsgiApp:
    """An ASGI application that serves mocks.

    Attributes:
        mock_app: vendors, settings and sessions; tests may inspect it.
        admin: the control API.
        handle: serves a request as a call does, for servers that do not look for the version of ASGI.
        page_access: opens the live page in browsers where the control API requires a token.
    """

    def __init__(self, mock_app: MockApp) -> None:
        self.mock_app = mock_app
        self.page_access = PageAccess()
        gateway, handler = AdminGateway, RequestHandler
        if mock_app.shared is not None:
            from crm_mocks.admin.shared_gateway import SharedGateway  # most mocks share nothing
            from crm_mocks.asgi.shared_requests import SharedRequestHandler

            gateway, handler = SharedGateway, SharedRequestHandler
        self.admin = gateway(mock_app, self.page_access)
        self._handler = handler(mock_app, self.admin)
        self.handle: Asgi = self._handler.__call__

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection scope."""
        await self.handle(scope, receive, send)

    def record_rejected(self, request: RejectedRequest) -> None:
        """Journal a request that the server rejected before it reached the application."""
        self._handler.record_rejected(request)


@accept_options(AppOptions)
def create_app(options: AppOptions) -> AsgiApp:
    """Return the ASGI application that serves mocks.

    Example:
        httpx.AsyncClient(transport=httpx.ASGITransport(create_app(["config_api"], seed=1)))

    Raises:
        UsageError: a vendor, setting, record or replayed response is invalid.
    """
    return AsgiApp(MockApp(options))
