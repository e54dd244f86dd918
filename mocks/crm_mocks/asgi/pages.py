"""Pages of the host: the home page and the contracts."""

from __future__ import annotations

import re
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.problems import problem, problem_bytes
from crm_mocks.asgi.request_headers import header_values
from crm_mocks.asgi.transport import Asgi, Receive, Scope, Send, send_response
from crm_mocks.contract import Contract
from crm_mocks.contract.servers import base_path
from crm_mocks.live_page.static_files import live_page
from crm_mocks.state.session import Session
from crm_mocks.vendor import Vendor

HOME: Final = ("/", "")
"""Paths of the home page."""

CONTRACTS: Final = "/openapi/"
"""Beginning of the paths of contracts."""

_CONTRACT: Final = re.compile(r"/openapi/([A-Za-z0-9_]+)\.json")


def find_page(mock_app: MockApp, session: Session, scope: Scope, base: str, path: str) -> Asgi | None:
    """Return the page at a path, or `None`.

    Args:
        mock_app: the mocks.
        session: session of the request, whose contracts are shown.
        scope: ASGI scope of the request.
        base: URL of the server as the client addressed it, with the session prefix.
        path: path without session prefix.
    """
    contract = _CONTRACT.fullmatch(path)
    if path not in HOME and not (contract and contract[1] in mock_app.vendors):
        return None
    if scope["method"] not in ("GET", "HEAD"):
        headers, body = problem_bytes(problem(405, "this page is read-only"))
        return _page(405, [*headers, ("Allow", "GET, HEAD")], body)
    if contract:
        document = served_contract(mock_app, session, contract[1], base)
        return _page(200, [("Content-Type", "application/json")], orjson.dumps(document))
    home = overview(mock_app, base)
    if any("text/html" in accepted for accepted in header_values(scope["headers"], b"accept")):
        root = urlsplit(mock_app.server_url.of(scope, "")).path
        return _page(200, *live_page(root, session.name, _without_script(home)))
    return _page(200, [("Content-Type", "application/json")], orjson.dumps(home))


def served_contract(mock_app: MockApp, session: Session, vendor: str, base: str) -> dict[str, Any]:
    """Return the contract of a session, with this server as its only server."""
    contract = mock_app.contract(session, vendor)
    document = contract.published()
    if contract.supplied is None:
        return {**document, "servers": [{"url": base, "description": "this mock"}]}
    prefix = contract.supplied.server_path.removesuffix(base_path(document.get("servers")))
    paths = {
        path: _at_this_server(
            {key: _at_this_server(value, base + prefix) for key, value in item.items()}, base + prefix
        )
        if isinstance(item, dict)
        else item
        for path, item in document.get("paths", {}).items()
    }
    servers = [{"url": f"{base}{contract.supplied.server_path}", "description": "this mock"}]
    return {**document, "servers": servers, **({"paths": paths} if "paths" in document else {})}


def _at_this_server(node: Any, base: str) -> Any:
    """Return a path item or operation whose own servers, if it has any, are this one."""
    if not isinstance(node, dict) or "servers" not in node:
        return node
    return {**node, "servers": [{"url": f"{base}{base_path(node['servers'])}", "description": "this mock"}]}


def overview(mock_app: MockApp, base: str) -> dict[str, Any]:
    """Return the content of the home page: vendors, URLs, demo credentials and links."""
    return {
        "name": "crm-mocks",
        "vendors": {
            name: {
                "title": mock_app.contracts[name].title,
                "url": base,
                "credentials": dict(vendor.credentials),
                "contract": f"{base}/openapi/{name}.json",
                "operations": [
                    {"id": each.key, "method": each.method, "path": each.path, "summary": each.summary}
                    for each in mock_app.contracts[name].operations.values()
                ],
                **about_supplied(vendor, mock_app.contracts[name]),
            }
            for name, vendor in mock_app.vendors.items()
        },
        "links": {"health": f"{base}/__admin/health", "requests": f"{base}/__admin/requests"},
    }


def about_supplied(vendor: Vendor, contract: Contract) -> dict[str, list[str]]:
    """Return what was recognised in a supplied contract, what is not served and why, and which parts have no effect."""
    if contract.supplied is None:
        return {}
    return {
        "recognised": list(vendor.recognised()),
        "unserved": list(map(str, contract.supplied.unserved)),
        "notes": list(map(str, contract.supplied.notes)),
    }


def _without_script(home: dict[str, Any]) -> str:
    """Return the vendors, their URLs and credentials as HTML, for browsers that run no scripts."""
    sections = []
    for name, vendor in home["vendors"].items():
        rows = "".join(
            f"<li><code>{escape(each['method'])} {escape(vendor['url'] + each['path'])}</code> "
            f"{escape(each['summary'])}</li>"
            for each in vendor["operations"]
        )
        credentials = ", ".join(
            f"{escape(key)} <code>{escape(value)}</code>" for key, value in vendor["credentials"].items()
        )
        sections.append(
            f"<h2>{escape(vendor['title'])} <small>{escape(name)}</small></h2><ul>{rows}</ul>"
            f"<p>Credentials: {credentials or 'none'}. <a href='{escape(vendor['contract'])}'>Contract</a></p>"
        )
    return "".join(sections)


def _page(status: int, headers: list[tuple[str, str]], body: bytes) -> Asgi:
    async def page(scope: Scope, _receive: Receive, send: Send) -> None:
        lengths = [] if any(name == "Content-Length" for name, _ in headers) else [("Content-Length", str(len(body)))]
        await send_response(send, status, [*headers, *lengths], b"" if scope["method"] == "HEAD" else body)

    return page
