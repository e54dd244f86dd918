"""Requests to a vendor of which each response has to conform to the contract."""

# fmt: off  (lists of inputs are best read as such)

from __future__ import annotations

import json
from typing import Any

from crm_mocks.contract import Operation
from crm_mocks.contract.outcome import is_json
from tests.conftest import Api
from tests.vendors.discovery import Variant, causes

JSON = "application/json"
_REQUESTS_PER_SESSION = 10
"""Number of refused requests that share a session, since seeding one takes some vendors longer than a request."""

CONTENT_TYPES = (
    None,
    "",
    JSON,
    "APPLICATION/JSON",
    "Application/Json; Charset=UTF-8",
    "application/json;charset=utf-16",
    "application/json; charset=latin-1",
    "application/json; charset=klingon",
    "application/json; charset=hex",
    "application/json; charset=rot13",
    "application/json; charset=idna",
    'application/json; charset="utf-8"',
    "application/json; charset=\xff",
    "application/json; charset=" + "x" * 1000,
    "application/json;;;",
    "application/json; a",
    "application/problem+json",
    "application/vnd.x+json",
    "text/json",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "*/*",
    "json",
    "/",
    ";",
    "application/json, text/plain",
    "application/octet-stream",
    "image/png",
    "application/json\t",
)


def fault_of(response: Any, operation: Operation | None) -> str:
    """Return a message if a response is wrong, or an empty string."""
    if response.status_code >= 500:
        return f"{response.status_code}"
    if operation is None or response.request.method == "HEAD" or response.status_code in (204, 304):
        return ""
    documented = operation.responses.get(response.status_code)
    if documented is None:
        return f"{response.status_code} is not documented"
    media_type = response.headers.get("content-type", "").partition(";")[0]
    validator = documented.validators.get(media_type)
    if validator is None:
        return "" if not documented.validators and not response.content else f"{media_type} is not documented"
    value = response.json() if is_json(media_type) else response.text
    return "; ".join(error.message for error in validator.iter_errors(value))[:200]


class Trial:
    """Requests to one vendor, and the wrong responses."""

    def __init__(self, api: Api, vendor: str) -> None:
        self.api = api
        self.vendor = vendor
        self.tried = 0
        self.wrong: list[str] = []

    def valid(self, operation: Operation) -> tuple[dict[str, Any], bytes, dict[str, str]]:
        """Return the arguments of a valid request without body, its body, and its headers."""
        request = causes(self.vendor).VALID[operation.id](self.api)
        headers = {name: value for name, value in request.pop("headers", {}).items() if name.lower() != "content-type"}
        content = request.pop("content", None)
        if "json" in request:
            content = json.dumps(request.pop("json")).encode()
        data = request.pop("data", None)
        if content is None and data:
            content = json.dumps(dict(data)).encode()
        return request, content if content is not None else b"{}", headers

    def send(self, what: str, operation: Operation | None, **request: Any) -> None:
        """Send a request and record what is wrong with its response."""
        self.tried += 1
        try:
            response = self.api.request(**request)
        except Exception as error:  # noqa: BLE001  # each crash is listed
            self.wrong.append(f"{what}: {error!r:.300}")
            return
        entries = self.api.entries()
        faults = entries[-1].response_defects if entries else []  # the host's pages are not journalled
        fault = str(faults) if faults else fault_of(response, operation)
        if fault:
            self.wrong.append(f"{what}: {fault}")
        if response.is_success or self.tried % _REQUESTS_PER_SESSION == 0:
            self.api.app.mock_app.sessions.reset("default")


def operations(vendor: str) -> list[Operation]:
    return list(Variant(vendor).operations())
