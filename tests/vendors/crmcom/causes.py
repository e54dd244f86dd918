"""Natural cause of each outcome of CRM.COM, and its magic values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from crm_mocks.contract import ContractFile
from crm_mocks.vendors.crmcom.settings import CrmComSettings

BASE = "/crmapi/rest/v2"
SAMPLE_TOKEN = "6DACB1A17F5B87C53729C52EB3C365F3"
LOGIN = {"username": "demo", "password": "demo", "organisation": "demo"}
KEY = "demo-web-key"
RELEASES = ("R11.0.0", "R11.1.0", "R14.0.0", "R15.0.0", "R18.0.0")

_FILE = ContractFile("crmcom")
PATHS = {each.id: each.path for each in _FILE.in_force(CrmComSettings()).operations.values()}
Cause = Callable[[Any], httpx.Response]


def examples() -> dict[str, dict[str, Any]]:
    """Return the example requests of all releases, by operation and name."""
    found: dict[str, dict[str, Any]] = {operation: {} for operation in PATHS}
    for release in RELEASES:
        for operation in _FILE.in_force(CrmComSettings(release=release)).operations.values():
            for name, (_, value) in (operation.body.examples if operation.body else {}).items():
                found[operation.id][name] = value
    return found


EXAMPLES = examples()


def login(api: Any) -> str:
    """Return a token of the user demo."""
    token: str = api.post(PATHS["createToken"], json=LOGIN).json()["data"]["token"]
    return token


def call(api: Any, operation: str, body: Any) -> httpx.Response:
    """Call an operation; `{{token}}` in the body stands for a token from a login."""
    if isinstance(body, dict) and body.get("token") == "{{token}}":
        body = {**body, "token": login(api)}
    auth = httpx.BasicAuth(KEY, "") if operation == "createTokenFromWebApiKey" else None
    return api.post(PATHS[operation], json=body, auth=auth)


def send_example(operation: str, name: str) -> Cause:
    return lambda api: call(api, operation, EXAMPLES[operation][name])


def send_raw(operation: str, content: bytes) -> Cause:
    auth = httpx.BasicAuth(KEY, "") if operation == "createTokenFromWebApiKey" else None
    headers = {"Content-Type": "application/json"}
    return lambda api: api.post(PATHS[operation], content=content, headers=headers, auth=auth)


def with_expired_token(operation: str, body: dict[str, Any]) -> Cause:
    def cause(api: Any) -> httpx.Response:
        token = login(api)
        api.app.mock_app.sessions.get(api.session).clock.advance(7201)
        return call(api, operation, {**body, "token": token})

    return cause


def with_key(user: str, password: str = "") -> Cause:
    return lambda api: api.post(PATHS["createTokenFromWebApiKey"], auth=httpx.BasicAuth(user, password))


LEAD = EXAMPLES["createLead"]["created"]
FULL_LEAD = EXAMPLES["createLead"]["created_for_existing_contact"]

CAUSES: dict[str, Cause] = {
    f"{operation}.{name}": send_example(operation, name) for operation, named in EXAMPLES.items() for name in named
}
for _operation in PATHS:
    CAUSES[f"{_operation}.malformed_json"] = send_raw(_operation, b'{"token": "x",}')
for _operation in ("createToken", "releaseToken", "createLead"):
    CAUSES[f"{_operation}.body_missing"] = send_raw(_operation, b"")
CAUSES |= {
    "createLead.token_expired": with_expired_token("createLead", LEAD),
    "releaseToken.token_expired": with_expired_token("releaseToken", {}),
    "createTokenFromWebApiKey.web_api_key_missing": lambda api: api.post(PATHS["createTokenFromWebApiKey"]),
    "createTokenFromWebApiKey.web_api_key_unknown": with_key("unknown"),
    "createTokenFromWebApiKey.web_api_key_with_password": with_key(KEY, "secret"),
}

MAGIC: dict[str, Callable[[Any, str], httpx.Response]] = {
    "createToken": lambda api, word: call(api, "createToken", {**LOGIN, "username": word}),
    "releaseToken": lambda api, word: call(api, "releaseToken", {"token": word}),
    "createTokenFromWebApiKey": lambda api, word: with_key(word)(api),
    # The forced lead is the documented one as it is only if the request selects members.
    "createLead": lambda api, word: call(
        api, "createLead", {**LEAD, "fields_set": "number", "contact_email": f"{word}@example.com"}
    ),
}


def valid(operation: str, body: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda _api: {"method": "POST", "url": PATHS[operation], "json": body}


VALID: dict[str, Callable[[Any], dict[str, Any]]] = {
    "createToken": valid("createToken", {**LOGIN, "unit": "1"}),
    "releaseToken": valid("releaseToken", {"token": SAMPLE_TOKEN}),
    "createTokenFromWebApiKey": lambda _api: {
        "method": "POST",
        "url": PATHS["createTokenFromWebApiKey"],
        "auth": httpx.BasicAuth(KEY, ""),
    },
    "createLead": valid("createLead", FULL_LEAD),
}
