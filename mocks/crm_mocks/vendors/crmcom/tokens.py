"""Tokens: issuing, checking, releasing (facts, Transport; positions crmcom-token-life, -expired-token and others)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import orjson

from crm_mocks.request_context import RequestContext
from crm_mocks.vendors.crmcom.errors import CrmComRefusal
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.schemas import reached

LIFE_SECONDS: Final = 7200
IDLE_SECONDS: Final = 3600
FIRST_WITH_JWT: Final = "R14.0.0"  # R12.0.0 brought them, and is no release of the setting
_SAID_BEFORE: Final = (
    "the token has expired, as an answer has said before: createToken or createTokenFromWebApiKey gives a new one"
)
_SIGNING_KEY: Final = b"crm-mocks"  # no secret: everything here is made up


def has_jwt(context: RequestContext) -> bool:
    """Tell whether tokens are JWTs in the release in force."""
    return reached(context.contract, FIRST_WITH_JWT, context.settings.release)


async def issue(context: RequestContext, user: Record, organisation: str, unit: Record) -> str:
    """Make a token, keep it, and return it."""
    now = int(context.session.clock.timestamp())
    ordinal = await context.ordinal("token")
    record: dict[str, Any] = {"user": user["id"], "organisation": organisation, "unit": unit["id"]}
    token = token_id = context.seeded.hex("token", ordinal).upper()
    if has_jwt(context):
        record["expires"] = now + LIFE_SECONDS
        token = jwt(token_id, (user["username"], organisation, unit["name"]), now)
    else:
        record |= {"idle_seconds": IDLE_SECONDS, "used": context.session.clock.timestamp()}
    await context.records.put("tokens", {"token": token, **record})
    return token


def jwt(token_id: str, names: tuple[str, str, str], now: int) -> str:
    """Return a token as releases from R12.0.0 on make it: a JWT signed with HMAC and SHA-256.

    Args:
        token_id: 32 upper-case hex digits, which by themselves are what older releases use as a token.
        names: of the user, the organisation and the unit.
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

    A client learns by an answer that its token has expired; only what it does with it afterwards is a mistake
    (position crmcom-expired-token).

    Raises:
        Refused: it is unknown, or has expired.
    """
    record: Record | None = await context.records.get("tokens", context.body["token"])
    if record is None:
        context.violate(
            ("body", "token"), "token_unknown", "the token was never issued in this session, or was released"
        )
        raise CrmComRefusal(context, "token_unknown")
    if _has_expired(record, context.session.clock.timestamp()):
        if record.get("end_is_known"):
            context.violate(("body", "token"), "token_expired", _SAID_BEFORE)
        context.afterwards(lambda: _note_end(context, record))
        raise CrmComRefusal(context, "token_expired")
    return record


async def _note_end(context: RequestContext, record: Record) -> None:
    """Note that the client has been told that its token has expired, if the answer has reached it."""
    if context.response_sent:
        await context.records.put("tokens", {**record, "end_is_known": True})


def _has_expired(record: Mapping[str, Any], now: float) -> bool:
    idle = record.get("idle_seconds")
    return now >= record.get("expires", now + 1) or (idle is not None and now - record["used"] >= idle)


async def use(context: RequestContext, record: Record) -> None:
    """Note that a call was made with a token whose life ends by idling."""
    if "idle_seconds" in record:
        await context.records.put("tokens", {**record, "used": context.session.clock.timestamp()})


async def release(context: RequestContext, record: Record) -> None:
    """End a token's life; the document's sample token lives on."""
    if not record.get("sample"):
        await context.records.delete("tokens", record["token"])


def token_fault(record: Mapping[str, Any]) -> str:
    """Say what is wrong with a token of the user's, for a sentence that begins with the record; empty if nothing is."""
    wanted = {"expires", "idle_seconds"} & record.keys() | ({"used"} if "idle_seconds" in record else set())
    wrong = [name for name in sorted(wanted) if type(record.get(name)) not in (int, float)]
    return f"has no number as '{wrong[0]}'" if wrong else ""
