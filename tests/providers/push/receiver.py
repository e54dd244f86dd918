"""A correct receiver, a WSGI application; receivers with defects are subclasses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from crm_mocks.vendor import load_vendor

ACCOUNTS = (44, 66)
BASIC = {"username": "activix", "password": "receiver-secret"}
KEY = "signature-key-of-the-receiver"
PATH = "/activix/leads"
Headers = dict[str, str]
Response = tuple[int, Headers, bytes]


def json_message(status: int, message: str, **more: Any) -> Response:
    body = json.dumps({"message": message, **more}).encode()
    return status, {"Content-Type": "application/json"}, body


class Receiver:
    """Stores accepted leads by id.

    Attributes:
        leads: the latest version of each, by id.
        seen: the headers of each request.
    """

    success = 200
    key = ""

    def __init__(self) -> None:
        self.leads: dict[str, Any] = {}
        self.seen: list[Headers] = []
        vendor = load_vendor("activix")
        contract = vendor.contract_file.in_force(vendor.settings_type())
        self.valid = contract.operations["createLead"].body.media_types["application/json"].validator.is_valid

    def __call__(self, environ, start_response):
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        self.seen.append(headers)
        status, response_headers, body = self.respond(headers, environ["wsgi.input"].read())
        start_response(f"{status} Status", list(response_headers.items()))
        return [body]

    def respond(self, headers: Headers, body: bytes) -> Response:
        if not self.is_authentic(headers, body):
            return self.unauthenticated()
        try:
            lead = json.loads(body)
        except ValueError:
            return self.unreadable()
        return self.take(lead)

    def is_authentic(self, headers: Headers, body: bytes) -> bool:
        if self.key:
            return self.is_signed(headers.get("x-activix-signature", ""), body)
        return self.is_user(headers.get("authorization") or headers.get("authentication") or "")

    def is_signed(self, signature: str, body: bytes) -> bool:
        return signature == hmac.new(self.key.encode(), body, hashlib.sha256).hexdigest()

    def is_user(self, header: str) -> bool:
        return header == f"Basic {base64.b64encode(':'.join(BASIC.values()).encode()).decode()}"

    def unauthenticated(self) -> Response:
        status, headers, body = json_message(401, "Unauthenticated.")
        return status, {**headers, "WWW-Authenticate": 'Basic realm="leads"'}, body

    def unreadable(self) -> Response:
        return json_message(400, "The body is not valid JSON.")

    def take(self, lead: Any) -> Response:
        if not self.is_valid(lead):
            return self.invalid(lead)
        if self.account(lead) not in ACCOUNTS:
            return self.unknown_account()
        if (
            lead.get("account_id") is not None
            and (lead.get("account") or {}).get("id", lead["account_id"]) != lead["account_id"]
        ):
            return self.invalid(lead)
        self.store(lead)
        return self.accepted()

    def is_valid(self, lead: Any) -> bool:
        return self.valid(lead)

    def account(self, lead: Any) -> Any:
        return lead.get("account_id") or (lead.get("account") or {}).get("id")

    def invalid(self, lead: Any) -> Response:
        if isinstance(lead, dict) and isinstance(lead.get("id"), int) and not self.account(lead):
            return self.unknown_account()
        return json_message(422, "The given data was invalid.", errors={"lead": ["The lead is invalid."]})

    def unknown_account(self) -> Response:
        return json_message(422, "Unknown Account.")

    def store(self, lead: Any) -> None:
        self.leads[str(lead["id"])] = lead

    def accepted(self) -> Response:
        return self.success, {"Content-Type": "text/plain"}, b""


class Signed(Receiver):
    """A correct receiver that checks signatures."""

    key = KEY
