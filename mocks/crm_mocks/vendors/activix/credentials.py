"""Who pushes: Basic Auth, bearer tokens, the signature of later webhooks, and the clients of the token endpoint."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from crm_mocks.call import Call
from crm_mocks.contract.schema import FORMATS
from crm_mocks.vendor import parse_basic
from crm_mocks.vendors.activix.errors import Refused
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


def authorization(call: Call) -> str | None:
    """Return the header with the credentials, under either of its names (position `activix-authentication-header`)."""
    return call.headers.get("authorization", call.headers.get("authentication"))


def check_user(call: Call, user: str, password: str) -> str:
    """Return the user of Basic credentials.

    Raises:
        Refused: they are wrong.
    """
    if not (_same(user, DEMO["username"]) and _same(password, DEMO["password"])):
        raise Refused(call, "credentials_wrong", _wrong("the user name or the password is wrong"))
    return user


async def check_token(call: Call, token: str) -> str:
    """Return the client that a bearer token was issued to.

    Raises:
        Refused: it was not issued in this session, or its life is over. A client learns by an answer that it is; only
            what it does with the token afterwards is a mistake (position `activix-expired-token`).
    """
    record = await call.records.get("tokens", token)
    if record is None:
        raise Refused(call, "token_unknown", _wrong("the access token was not issued in this session"))
    if call.now() >= datetime.fromisoformat(record["expires_at"]):
        call.afterwards(lambda: _note_end(call, record))
        said_before = [_SAID_BEFORE] if record.get("end_is_known") else []
        raise Refused(call, "token_expired", *said_before)
    return str(record["client_id"])


async def _note_end(call: Call, record: Mapping[str, Any]) -> None:
    """Note that the client has been told that its token has expired, if the answer has reached it."""
    if call.heard:
        await call.records.put("tokens", {**record, "end_is_known": True})


def token_fault(record: Mapping[str, Any]) -> str:
    """Return what is wrong with a token that a user wants stored, or an empty text."""
    if not isinstance(record.get("client_id"), str):
        return "needs the member 'client_id', a text"
    expires_at = record.get("expires_at")
    if not isinstance(expires_at, str) or not FORMATS["date-time"](expires_at):
        return "needs the member 'expires_at', an ISO 8601 date-time with its zone"
    return ""


def check_signature(call: Call) -> str:
    """Return who signed the body: HMAC-SHA256 over its exact bytes, lower-case hex (position `activix-signature`).

    Raises:
        Refused: there is no signature, or it is not the body's.
    """
    came = call.headers.get("x-activix-signature")
    if came is None:
        raise Refused(call, "signature_missing", _wrong("the header X-Activix-Signature is required"))
    if not _same(came, signature(call.settings.signature_key, call.raw_body)):
        raise Refused(call, "signature_wrong", _wrong("the signature is not that of the body under the key"))
    return "signature"


def signature(key: str, body: bytes) -> str:
    """Return the signature that the vendor's later webhooks carry for a body."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def check_client(call: Call) -> str:
    """Return the client that authenticates at the token endpoint, by Basic or in the body (RFC 6749, section 2.3.1).

    Raises:
        Refused: with none, wrong, or two ways of authentication, or with a repeated parameter.
    """
    names = [name for name, _ in parse_qsl(call.raw_body.decode("latin-1"), keep_blank_values=True)]
    for name in call.body:
        if names.count(name) > 1:
            raise Refused(call, "parameter_repeated", Violation(("body", name), "repeated", f"'{name}' is repeated"))
    client = _client_in_header(call)
    if client is not None and "client_secret" in call.body:
        violation = Violation(("body", "client_secret"), "twoAuthentications", "Basic credentials are there as well")
        raise Refused(call, "two_authentications", violation)
    if client is None:
        client = call.body.get("client_id"), call.body.get("client_secret")
    if None in client:
        raise Refused(call, "client_missing", _wrong("client credentials are required"))
    if not (_same(client[0], DEMO["client_id"]) and _same(client[1], DEMO["client_secret"])):
        raise Refused(call, "client_wrong", _wrong("the client's id or its secret is wrong"))
    return str(client[0])


def client_id(call: Call) -> Any:
    """Return the name under which a client comes to the token endpoint, unchecked; `None` without one."""
    client = _client_in_header(call)
    if client is not None:
        return client[0]
    return call.body.get("client_id") if isinstance(call.body, dict) else None


def _client_in_header(call: Call) -> tuple[Any, Any] | None:
    kind, _, value = (authorization(call) or "").partition(" ")
    return (parse_basic(value) or ("", "")) if kind.lower() == "basic" else None


async def issue_token(call: Call, client: str) -> str:
    """Store a new access token of a client and return it."""
    token = call.seeded.hex("token", await call.ordinal("token"))
    expires = call.now() + timedelta(seconds=call.settings.token_seconds)
    record = {"access_token": token, "client_id": client, "expires_at": expires.isoformat()}
    await call.records.put("tokens", record)
    return token


def _same(came: Any, wanted: str) -> bool:
    return hmac.compare_digest(str(came).encode(), wanted.encode())


def _wrong(message: str) -> Violation:
    return Violation(("security",), "credentials", message)
