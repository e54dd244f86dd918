"""Who pushes: Basic Auth, bearer tokens, the signature of later webhooks, and the clients of the token endpoint."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from crm_mocks.contract.schema import FORMATS
from crm_mocks.request_context import RequestContext
from crm_mocks.vendor import parse_basic
from crm_mocks.vendors.activix.errors import ActivixRefusal
from crm_mocks.violations import Violation

DEMO: Final[Mapping[str, str]] = {
    "username": "activix",
    "password": "activix-secret",
    "client_id": "activix",
    "client_secret": "activix-secret",
}

_SAID_BEFORE: Final = Violation(
    ("security",),
    "token_expired",
    "the access token has expired, as an answer has said before: issueToken gives a new one",
)


def authorization(context: RequestContext) -> str | None:
    """Return the header with the credentials, under either of its names (position `activix-authentication-header`)."""
    return context.headers.get("authorization", context.headers.get("authentication"))


def check_user(context: RequestContext, user: str, password: str) -> str:
    """Return the user of Basic credentials.

    Raises:
        Refused: they are wrong.
    """
    if not (_same(user, DEMO["username"]) and _same(password, DEMO["password"])):
        raise ActivixRefusal(context, "credentials_wrong", _wrong("the user name or the password is wrong"))
    return user


async def check_token(context: RequestContext, token: str) -> str:
    """Return the client that a bearer token was issued to.

    Raises:
        Refused: it was not issued in this session, or its life is over. A client learns by an answer that it is; only
            what it does with the token afterwards is a mistake (position `activix-expired-token`).
    """
    record = await context.records.get("tokens", token)
    if record is None:
        raise ActivixRefusal(context, "token_unknown", _wrong("the access token was not issued in this session"))
    if context.now() >= datetime.fromisoformat(record["expires_at"]):
        context.afterwards(lambda: _note_end(context, record))
        said_before = [_SAID_BEFORE] if record.get("end_is_known") else []
        raise ActivixRefusal(context, "token_expired", *said_before)
    return str(record["client_id"])


async def _note_end(context: RequestContext, record: Mapping[str, Any]) -> None:
    """Note that the client has been told that its token has expired, if the answer has reached it."""
    if context.response_sent:
        await context.records.put("tokens", {**record, "end_is_known": True})


def token_fault(record: Mapping[str, Any]) -> str:
    """Return what is wrong with a token that a user wants stored, or an empty text."""
    if not isinstance(record.get("client_id"), str):
        return "needs the member 'client_id', a text"
    expires_at = record.get("expires_at")
    if not isinstance(expires_at, str) or not FORMATS["date-time"](expires_at):
        return "needs the member 'expires_at', an ISO 8601 date-time with its zone"
    return ""


def check_signature(context: RequestContext) -> str:
    """Return who signed the body: HMAC-SHA256 over its exact bytes, lower-case hex (position `activix-signature`).

    Raises:
        Refused: there is no signature, or it is not the body's.
    """
    came = context.headers.get("x-activix-signature")
    if came is None:
        raise ActivixRefusal(context, "signature_missing", _wrong("the header X-Activix-Signature is required"))
    if not _same(came, signature(context.settings.signature_key, context.raw_body)):
        raise ActivixRefusal(context, "signature_wrong", _wrong("the signature is not that of the body under the key"))
    return "signature"


def signature(key: str, body: bytes) -> str:
    """Return the signature that the vendor's later webhooks carry for a body."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def check_client(context: RequestContext) -> str:
    """Return the client that authenticates at the token endpoint, by Basic or in the body (RFC 6749, section 2.3.1).

    Raises:
        Refused: with none, wrong, or two ways of authentication, or with a repeated parameter.
    """
    names = [name for name, _ in parse_qsl(context.raw_body.decode("latin-1"), keep_blank_values=True)]
    for name in context.body:
        if names.count(name) > 1:
            raise ActivixRefusal(
                context, "parameter_repeated", Violation(("body", name), "repeated", f"'{name}' is repeated")
            )
    client = _client_in_header(context)
    if client is not None and "client_secret" in context.body:
        violation = Violation(("body", "client_secret"), "twoAuthentications", "Basic credentials are there as well")
        raise ActivixRefusal(context, "two_authentications", violation)
    if client is None:
        client = context.body.get("client_id"), context.body.get("client_secret")
    if None in client:
        raise ActivixRefusal(context, "client_missing", _wrong("client credentials are required"))
    if not (_same(client[0], DEMO["client_id"]) and _same(client[1], DEMO["client_secret"])):
        raise ActivixRefusal(context, "client_wrong", _wrong("the client's id or its secret is wrong"))
    return str(client[0])


def client_id(context: RequestContext) -> Any:
    """Return the name under which a client comes to the token endpoint, unchecked; `None` without one."""
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


def _same(came: Any, wanted: str) -> bool:
    return hmac.compare_digest(str(came).encode(), wanted.encode())


def _wrong(message: str) -> Violation:
    return Violation(("security",), "credentials", message)
