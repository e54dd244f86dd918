"""GET health, version, vendors, a sample request, and the contract of the control API."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response

from crm_mocks import __version__
from crm_mocks.admin.api_contract import admin_contract
from crm_mocks.admin.json_responses import json_response, problem_response
from crm_mocks.admin.request_args import arguments, base_url, session_name
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.pages import overview
from crm_mocks.contract import Contract, Operation
from crm_mocks.off_loop import off_loop
from crm_mocks.parsing.json_members import reject_unknown, required_string
from crm_mocks.vendor import Vendor


def blueprint(mock_app: MockApp) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("about", __name__)

    @routes.get("/health")
    async def health() -> Response:
        return json_response({"status": "ok", "version": __version__, "vendors": list(mock_app.vendors)})

    @routes.get("/version")
    async def version() -> Response:
        contracts = {
            name: {"version": contract.document.get("info", {}).get("version"), "digest": contract.digest}
            for name, contract in mock_app.contracts.items()
        }
        return json_response({"version": __version__, "contracts": contracts})

    @routes.get("/openapi.json")
    async def contract() -> Response:
        return json_response({**admin_contract(), "servers": [{"url": base_url()}]})

    @routes.get("/vendors")
    async def vendors() -> Response:
        values = arguments()
        reject_unknown(values, ("session",))
        session = mock_app.sessions.find(session_name(values))
        described = overview(mock_app, base_url())["vendors"]
        for name, vendor in mock_app.vendors.items():
            contract = mock_app.contract(session, name)
            described[name]["operations"] = await off_loop(partial(_operations, contract, vendor))
            described[name]["records"] = list(vendor.kinds_by_name)
            described[name]["record_keys"] = {kind: about.key for kind, about in vendor.kinds_by_name.items()}
            described[name]["magic_members"] = list(vendor.magic_members)
        return json_response({"vendors": described})

    @routes.get("/sample")
    async def sample() -> Response:
        values = arguments()
        reject_unknown(values, ("session", "operation"))
        vendor, _, operation = required_string(values, "operation").partition(".")
        session = mock_app.sessions.find(session_name(values))
        if vendor not in mock_app.vendors:
            return problem_response(404, f"there is no vendor '{vendor}'")
        contract = mock_app.contract(session, vendor)
        if operation not in contract.operations:
            return problem_response(404, f"{vendor} has no operation '{operation}'")
        return json_response(await off_loop(partial(_sample, contract, operation)))

    return routes


def _sample(contract: Contract, operation: str) -> dict[str, Any]:
    from crm_mocks.generic.sample_values import sample_request  # slow to import, and often not needed

    return sample_request(contract, operation)


def _operations(contract: Contract, vendor: Vendor) -> list[dict[str, Any]]:
    return [
        {
            "id": each.key,
            "method": each.method,
            "path": each.path,
            "summary": each.summary,
            "outcomes": _outcomes(each, vendor),
        }
        for each in contract.operations.values()
    ]


def _outcomes(operation: Operation, vendor: Vendor) -> list[dict[str, Any]]:
    are_words = vendor.reads_magic and not operation.magic_numbers
    return [
        {
            "name": each.name,
            "status": each.status,
            "summary": each.summary,
            "cause": each.cause or None,
            "only_on_request": each.only_on_request,
            "protocol": each.protocol,
            "magic": f"mock-{each.name}" if are_words else each.magic,
        }
        for each in operation.outcomes.values()
    ]
