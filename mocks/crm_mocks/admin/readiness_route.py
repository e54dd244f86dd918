"""Direct route GET ready, for readiness probes."""

from __future__ import annotations

from crm_mocks.admin.direct_routes import ControlRequest, ControlResponse, DirectRoutes
from crm_mocks.asgi.mock_app import MockApp


def routes(mock_app: MockApp) -> DirectRoutes:
    """Return the route."""

    async def ready(_request: ControlRequest) -> ControlResponse:
        """Return whether requests can be served: not while a state that is shared cannot be used."""
        problem = mock_app.shared.problem if mock_app.shared is not None else ""
        return ControlResponse.problem(503, problem) if problem else ControlResponse.json({"status": "ready"})

    return {("GET", "/__admin/ready"): ready}
