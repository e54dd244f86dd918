"""Web API keys, and tokens: issuing, checking, releasing (facts, Transport; position crmcom-token-life)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import orjson

from crm_mocks.vendor import Records, RequestContext, expired_token_violations
from crm_mocks.vendors.crmcom.errors import CrmComRefusal
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.schemas import reached

DEMO: Final[Mapping[str, str]] = {
    "username": "demo",
    "password": "demo",
    "organisation": "demo",
    "web API key": "demo-web-key",
}

LIFE_SECONDS: Final = 7200
IDLE_SECONDS: Final = 3600
FIRST_WITH_JWT: Final = "R14.0.0"  # R12.0.0 introduced them but is no value of the setting
_SIGNING_KEY: Final = b"crm-mocks"  # no secret: all tokens are made up


async def check_web_api_key(context: RequestContext, key: str, password: str) -> Record:
    """Return the record of a web API key, which comes as the user name with an empty password.

    Raises:
        CrmComRefusal: the key is missing or unknown, or has a password.
    """
    if not key:
        context.violate(("header", "authorization"), "credentials", "a web API key is required as the user name")
        raise CrmComRefusal(context, "web_api_key_missing")
    record: Record | None = await context.records.get("web_api_keys", key)
    if record is None:
        context.violate(("header", "authorization"), "credentials", "the web API key is unknown")
        raise CrmComRefusal(context, "web_api_key_unknown")
    if password:
        context.violate(("header", "authorization"), "credentials", "the password must be empty")
        raise CrmComRefusal(context, "web_api_key_with_password")
    return record


def has_jwt(context: RequestContext) -> bool:
    """Return whether tokens are JWTs in the release in force."""
    return reached(context.contract, FIRST_WITH_JWT, context.settings.release)


async def issue(context: RequestContext, user: Record, organisation: str, unit: Record) -> str:
    """Store a new token and return it."""
    now = int(context.session.clock.timestamp())
    ordinal = await context.ordinal("token")
    record: dict[str, Any] = {"user": user["id"], "organisation": organisation, "unit": unit["id"]}
    token = token_id = context.seeded.hex("token", ordinal).upper()
    if has_jwt(context):
        record["expires"] = now + LIFE_SECONDS
        token = jwt(token_id, (user["username"], organisation, unit["id"] or ""), now)
    else:
        record |= {"idle_seconds": IDLE_SECONDS, "used": context.session.clock.timestamp()}
    await context.records.put("tokens", {"token": token, **record})
    return token


async def adopt_token(context: RequestContext, records: Records, token: str) -> None:
    """Make the token of a forced response known, as one of the user who logs in.

    Args:
        context: the login, valid or not.
        records: the records of the session.
        token: the token.
    """
    known: Record | None = await records.get("tokens", token)
    now = context.session.clock.timestamp()
    if known is not None and not _has_expired(known, now):
        return
    name = context.body.get("username") if isinstance(context.body, dict) else None
    users = await records.find("users", "username", name if isinstance(name, str) else DEMO["username"])
    user = users[0] if users else {}
    record = {"user": user.get("id"), "organisation": user.get("organisation", ""), "unit": user.get("unit")}
    if has_jwt(context):
        record["expires"] = int(now) + LIFE_SECONDS
    else:
        record |= {"idle_seconds": IDLE_SECONDS, "used": now}
    await records.put("tokens", {"token": token, **record})


def jwt(token_id: str, names: tuple[str, str, str], now: int) -> str:
    """Return a token of releases from R12.0.0: a JWT signed with HMAC and SHA-256.

    Args:
        token_id: 32 upper-case hex digits, by themselves a token of older releases.
        names: of the user and the organisation, and id of the unit.
        now: seconds since 1970.
    """
    claims = {
        **dict(zip(("usr", "org", "oun"), names, strict=True)),
        "exp": str(now + LIFE_SECONDS),
        "iat": str(now),
        "jti": token_id,
    }
    signed = b".".join(_base64(orjson.dumps(part)) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return b".".join((signed, _base64(hmac.digest(_SIGNING_KEY, signed, sha256().name)))).decode()


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


async def live_token(context: RequestContext) -> Record:
    """Return the record of the token in the body.

    Raises:
        CrmComRefusal: it is unknown, or has expired (position crmcom-expired-token).
    """
    record: Record | None = await context.records.get("tokens", context.body["token"])
    if record is None:
        context.violate(
            ("body", "token"), "token_unknown", "the token was never issued in this session, or was released"
        )
        raise CrmComRefusal(context, "token_unknown")
    if _has_expired(record, context.session.clock.timestamp()):
        renewal, basis = "createToken or createTokenFromWebApiKey", "crmcom-expired-token"
        context.violations += expired_token_violations(
            context, "tokens", record, ("body", "token"), renewal=renewal, basis=basis
        )
        raise CrmComRefusal(context, "token_expired")
    return record


def _has_expired(record: Mapping[str, Any], now: float) -> bool:
    idle = record.get("idle_seconds")
    return now >= record.get("expires", now + 1) or (idle is not None and now - record["used"] >= idle)


async def use(context: RequestContext, record: Record) -> None:
    """Remember the use of a token that expires by idling."""
    if "idle_seconds" in record:
        await context.records.put("tokens", {**record, "used": context.session.clock.timestamp()})


async def release(context: RequestContext, record: Record) -> None:
    """Release a token, except the document's sample token, which stays valid."""
    if not record.get("sample"):
        await context.records.delete("tokens", record["token"])
