"""Natural cause of each outcome of the Activix receiver, and its magic values."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import httpx

from crm_mocks.contract import ContractFile
from crm_mocks.vendors.activix.settings import ActivixSettings

LEADS = "/activix/leads"
TOKEN = "/activix/oauth/token"
BASIC = {"Authorization": "Basic YWN0aXZpeDphY3Rpdml4LXNlY3JldA=="}
WRONG_BASIC = {"Authorization": "Basic YWN0aXZpeDp3cm9uZw=="}
CLIENT = {"client_id": "activix", "client_secret": "activix-secret"}
GRANT = {"grant_type": "client_credentials"}
KEY = "a-signature-key"

_OPERATIONS = ContractFile("activix").in_force(ActivixSettings()).operations
_ids = itertools.count(900_000)


def example(operation: str, name: str) -> Any:
    """Return an example request of the contract."""
    return _OPERATIONS[operation].body.examples[name][1]


def lead(**attributes: Any) -> dict[str, Any]:
    """Return a small lead with an id of its own that the receiver accepts."""
    return {"id": next(_ids), "account_id": 66, "first_name": "John", "last_name": "Doe", **attributes}


def push(api: Any, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    """Push a lead; with Basic credentials unless other headers are given."""
    return api.post(LEADS, json=body, headers=BASIC if headers is None else headers)


def bearer(api: Any) -> dict[str, str]:
    """Return the header with a new access token."""
    token = api.post(TOKEN, data=GRANT | CLIENT).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def push_example(name: str) -> Callable[[Any], httpx.Response]:
    return lambda api: push(api, example("createLead", name))


def push_twice(api: Any) -> httpx.Response:
    body = lead()
    push(api, body)
    return push(api, body)


def push_with_expired_token(api: Any) -> httpx.Response:
    headers = bearer(api)
    api.app.mock_app.sessions.get(api.session).clock.advance(3600)
    return push(api, lead(), headers)


CAUSES: dict[str, Callable[[Any], httpx.Response]] = {
    **{
        f"createLead.{name}": push_example(name)
        for name in (
            "created",
            "created_every_attribute",
            "created_blank_attributes",
            "created_status_null",
            "created_year_integer",
            "created_zulu_dates",
            "created_later_webhook",
            "not_an_object",
            "unknown_account",
            "account_missing",
            "accounts_differ",
            "id_missing",
            "invalid_type",
            "invalid_value",
            "invalid_date",
            "invalid_format",
        )
    },
    "createLead.replaced": push_twice,
    "createLead.not_json": lambda api: api.post(LEADS, content=b'{"id": 1,', headers=BASIC),
    "createLead.credentials_missing": lambda api: push(api, lead(), {}),
    "createLead.credentials_wrong": lambda api: push(api, lead(), WRONG_BASIC),
    "createLead.token_unknown": lambda api: push(api, lead(), {"Authorization": "Bearer never-issued"}),
    "createLead.token_expired": push_with_expired_token,
    "createLead.signature_missing": lambda api: push(api, lead()),
    "createLead.signature_wrong": lambda api: push(api, lead(), {"X-Activix-Signature": "0" * 64}),
    "issueToken.token_issued": lambda api: api.post(TOKEN, data=GRANT | CLIENT),
    "issueToken.grant_type_missing": lambda api: api.post(TOKEN, data=CLIENT),
    "issueToken.unsupported_grant_type": lambda api: api.post(TOKEN, data=CLIENT | {"grant_type": "password"}),
    "issueToken.parameter_repeated": lambda api: api.post(TOKEN, data=CLIENT | {"grant_type": [*GRANT.values()] * 2}),
    "issueToken.two_authentications": lambda api: api.post(TOKEN, data=GRANT | CLIENT, headers=BASIC),
    "issueToken.unreadable_form": lambda api: api.post(TOKEN, data={}),
    "issueToken.client_missing": lambda api: api.post(TOKEN, data=GRANT),
    "issueToken.client_wrong": lambda api: api.post(TOKEN, data=GRANT, headers=WRONG_BASIC),
}

SETTINGS: dict[str, dict[str, object]] = {
    "createLead.signature_missing": {"activix.signature_key": KEY},
    "createLead.signature_wrong": {"activix.signature_key": KEY},
}

MAGIC: dict[str, Callable[[Any, str], httpx.Response]] = {
    "createLead": lambda api, word: push(api, lead(last_name=word)),
    "issueToken": lambda api, word: api.post(TOKEN, data=GRANT | CLIENT | {"client_id": word}),
}

VALID: dict[str, Callable[[Any], dict[str, Any]]] = {
    "createLead": lambda _: {"method": "POST", "url": LEADS, "headers": dict(BASIC), "json": lead()},
    "issueToken": lambda _: {"method": "POST", "url": TOKEN, "data": GRANT | CLIENT},
}
