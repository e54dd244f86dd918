"""Scenarios for CRM.COM: the life of a token; see `crm_mocks.vendor.scenario`.

[D] marks what the vendor documents; the others name their position.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any, Final

from crm_mocks.vendor.scenario import ScenarioProvider
from crm_mocks.vendors.crmcom.credentials import FIRST_WITH_JWT, LIFE_SECONDS

_HEX: Final = re.compile(r"[0-9A-F]{32}")


def tokens_are_of_their_release(provider: ScenarioProvider) -> None:
    """From R12.0.0 a token is a JWT that lives two hours; before, it is 32 upper-case hex digits [D]."""
    token = _login(provider)
    if provider.settings.release < FIRST_WITH_JWT:
        provider.must(bool(_HEX.fullmatch(token)), "the token is not 32 upper-case hex digits")
        return
    provider.must(token.count(".") == 2, "the token is no JWT")
    claims = _claims(token)
    provider.must({"usr", "org", "oun", "exp", "iat", "jti"} <= claims.keys(), f"the token claims {sorted(claims)}")
    life = int(claims["exp"]) - int(claims["iat"])
    provider.must(life == LIFE_SECONDS, f"the token lives {life} s, not {LIFE_SECONDS} s")


def each_login_has_its_token(provider: ScenarioProvider) -> None:
    """Each login gets a token of its own (position crmcom-token-life)."""
    provider.must(_login(provider) != _login(provider), "two logins gave the same token")


def released_tokens_are_refused(provider: ScenarioProvider) -> None:
    """A released token is refused [D]."""
    token = _login(provider)
    released = provider.call("releaseToken", {"token": token})
    provider.need(not released.refused, "a live token was not released")
    provider.must(provider.call("releaseToken", {"token": token}).refused, "a released token was released again")
    lead = {**provider.good("createLead"), "token": token}
    provider.must(provider.call("createLead", lead).refused, "a lead was created with a released token")


def unknown_tokens_are_refused(provider: ScenarioProvider) -> None:
    """A token that was never issued is refused [D]."""
    lead = {**provider.good("createLead"), "token": "0" * 32}
    provider.must(provider.call("createLead", lead).refused, "a lead was created with a token never issued")


def a_token_serves_many_calls(provider: ScenarioProvider) -> None:
    """A token can be used for several requests [D]."""
    token = _login(provider)
    for _ in range(2):
        reply = provider.call("createLead", {**provider.good("createLead"), "token": token})
        provider.must(not reply.refused, "a good lead with a live token was refused")


def _login(provider: ScenarioProvider) -> str:
    return str(provider.call("createToken", provider.good("createToken")).at("data", "token"))


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
