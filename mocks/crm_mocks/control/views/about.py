"""GET health, version, vendors: what is served."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from crm_mocks import __version__
from crm_mocks.contract import Contract, Operation
from crm_mocks.control.replies import reply
from crm_mocks.control.requested import arguments, base_url, session_name
from crm_mocks.host.pages import overview
from crm_mocks.host.suite import Suite
from crm_mocks.values import only


def blueprint(suite: Suite) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("about", __name__)

    @routes.get("/health")
    async def health() -> Response:
        return reply({"status": "ok", "version": __version__, "vendors": list(suite.vendors)})

    @routes.get("/version")
    async def version() -> Response:
        contracts = {
            name: {"version": contract.document.get("info", {}).get("version"), "digest": contract.digest}
            for name, contract in suite.contracts.items()
        }
        return reply({"version": __version__, "contracts": contracts})

    @routes.get("/vendors")
    async def vendors() -> Response:
        values = arguments()
        only(values, ("session",))
        session = suite.sessions.known(session_name(values))
        described = overview(suite, base_url())["vendors"]
        for name, vendor in suite.vendors.items():
            contract = suite.contract(session, name) if session is not None else suite.contracts[name]
            described[name]["operations"] = _operations(contract)
            described[name]["records"] = list(vendor.kinds_by_name)
        return reply({"vendors": described})

    return routes


def _operations(contract: Contract) -> list[dict[str, Any]]:
    return [
        {
            "id": each.key,
            "method": each.method,
            "path": each.path,
            "summary": each.summary,
            "outcomes": _outcomes(each),
        }
        for each in contract.operations.values()
    ]


def _outcomes(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "status": each.status,
            "summary": each.summary,
            "cause": each.cause or None,
            "only_on_request": each.only_on_request,
            "protocol": each.protocol,
        }
        for each in operation.outcomes.values()
    ]
