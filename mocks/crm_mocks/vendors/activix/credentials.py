"""Credentials of senders: bearer tokens, the signature of later webhooks, and the clients of the token endpoint."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from crm_mocks.vendor import (
    DocumentedRefusal,
    Records,
    RequestContext,
    Violation,
    expired_token_violations,
    parse_basic,
    same_secret,
)

DEMO: Final[Mapping[str, str]] = {
    "username": "activix",
    "password": "activix-secret",
    "client_id": "activix",
    "client_secret": "activix-secret",
}

TOKEN_SCHEMA: Final[Mapping[str, Any]] = {
    "required": ["client_id", "expires_at"],
    "properties": {"client_id": {"type": "string"}, "expires_at": {"type": "string", "format": "date-time"}},
}
"""Schema of the records of tokens."""

_MAX_LIFE: Final = 10 * 365 * 86_400

_TOKENS: Final = "activix-token-endpoint"
_SIGNATURE: Final = "activix-signature"
"""Positions on which the rules rest."""


def authorization(context: RequestContext) -> str | None:
    """Return the header with the credentials, under either of its names (position `activix-authentication-header`)."""
    return context.headers.get("authorization", context.headers.get("authentication"))


async def check_token(context: RequestContext, token: str) -> str:
    """Return the client that a bearer token was issued to.

    Raises:
        DocumentedRefusal: the session issued no such token, or it has expired (position `activix-expired-token`).
    """
    record = await context.records.get("tokens", token)
    if record is None:
        violation = _wrong("the access token was not issued in this session", _TOKENS)
        raise DocumentedRefusal(context, "token_unknown", violation)
    if context.now() >= datetime.fromisoformat(record["expires_at"].upper()):
        basis = "activix-expired-token"
        repeated = expired_token_violations(context, "tokens", record, ("security",), renewal="issueToken", basis=basis)
        raise DocumentedRefusal(context, "token_expired", *repeated)
    return str(record["client_id"])


def check_signature(context: RequestContext) -> str:
    """Check the signature: HMAC-SHA256 over the body's exact bytes, lower-case hex (position `activix-signature`).

    Raises:
        DocumentedRefusal: there is no signature, or it is wrong.
    """
    sent = context.headers.get("x-activix-signature")
    if sent is None:
        violation = _wrong("the header X-Activix-Signature is required", _SIGNATURE)
        raise DocumentedRefusal(context, "signature_missing", violation)
    if not same_secret(sent, signature(context.settings.signature_key, context.raw_body)):
        violation = _wrong("the signature does not match the body and the key", _SIGNATURE)
        raise DocumentedRefusal(context, "signature_wrong", violation)
    return "signature"


def signature(key: str, body: bytes) -> str:
    """Return the signature of a body under a key."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def check_client(context: RequestContext) -> str:
    """Return the client that authenticates at the token endpoint, by Basic or in the body (RFC 6749, section 2.3.1).

    Raises:
        DocumentedRefusal: the client sends no, wrong, or two kinds of credentials, or repeats a parameter.
    """
    names = [name for name, _ in parse_qsl(context.raw_body.decode("latin-1"), keep_blank_values=True)]
    for name in context.body:
        if names.count(name) > 1:
            violation = Violation(("body", name), "repeated", f"'{name}' is repeated", basis=_TOKENS)
            raise DocumentedRefusal(context, "parameter_repeated", violation)
    client = _client_in_header(context)
    if client is not None and "client_secret" in context.body:
        message = "Basic credentials are there as well"
        violation = Violation(("body", "client_secret"), "twoAuthentications", message, basis=_TOKENS)
        raise DocumentedRefusal(context, "two_authentications", violation)
    if client is None:
        client = context.body.get("client_id"), context.body.get("client_secret")
    if None in client:
        raise DocumentedRefusal(context, "client_missing", _wrong("client credentials are required", _TOKENS))
    if not (same_secret(client[0], DEMO["client_id"]) and same_secret(client[1], DEMO["client_secret"])):
        raise DocumentedRefusal(context, "client_wrong", _wrong("the client id or the client secret is wrong", _TOKENS))
    return str(client[0])


def client_id(context: RequestContext) -> Any:
    """Return the client id that a token request states, unchecked; `None` without one."""
    client = _client_in_header(context)
    if client is not None:
        return client[0]
    return context.body.get("client_id") if isinstance(context.body, dict) else None


def _client_in_header(context: RequestContext) -> tuple[Any, Any] | None:
    kind, _, value = (authorization(context) or "").partition(" ")
    return (parse_basic(value) or ("", "")) if kind.lower() == "basic" else None


async def issue_token(context: RequestContext, client: str) -> str:
    """Store a new access token of a client and return it."""
    token = context.seeded.hex("token", await context.ordinal("token"))
    expires = context.now() + timedelta(seconds=context.settings.token_seconds)
    record = {"access_token": token, "client_id": client, "expires_at": expires.isoformat()}
    await context.records.put("tokens", record)
    return token


async def adopt_token(context: RequestContext, records: Records, body: Any) -> None:
    """Make the access token of a forced response known, for the life that the response states.

    Args:
        context: the request for the token.
        records: the records of the session.
        body: body of the response.
    """
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(token, str):
        return
    stated = body.get("expires_in")
    is_life = isinstance(stated, int) and not isinstance(stated, bool) and 0 < stated <= _MAX_LIFE
    life = stated if is_life else context.settings.token_seconds
    await records.put(
        "tokens",
        {
            "access_token": token,
            "client_id": DEMO["client_id"],
            "expires_at": (context.now() + timedelta(seconds=life)).isoformat(),
        },
    )


def _wrong(message: str, position: str) -> Violation:
    return Violation(("security",), "credentials", message, basis=position)
