"""The operations of the Activix receiver."""

from __future__ import annotations

from typing import Any

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.vendors.activix.cases import case_of
from crm_mocks.vendors.activix.credentials import check_client, issue_token
from crm_mocks.vendors.activix.errors import Refused, documented


async def createLead(call: Call) -> Answer:
    """Store a pushed lead under its id; a known one is replaced (position `activix-same-id-again`).

    Raises:
        Refused: the lead's account is unknown, or it names two.
    """
    if _account_of(call) not in call.settings.known_accounts:
        raise Refused(call, "unknown_account")
    if await call.records.put_if_absent("leads", call.body):
        return documented(call, case_of(call))
    await call.records.put("leads", call.body)
    return documented(call, "replaced")


def _account_of(call: Call) -> Any:
    """Return the account's id from either of its places (position `activix-account-reference`)."""
    named = call.body.get("account_id")
    linked = (call.body.get("account") or {}).get("id")
    if named is not None and linked is not None and named != linked:
        call.violate(("body", "account_id"), "accountsDiffer", "must be the same as account.id")
        raise Refused(call, "accounts_differ")
    return linked if named is None else named


async def issueToken(call: Call) -> Answer:
    """Issue a bearer token by the client credentials grant (position `activix-token-endpoint`).

    Raises:
        Refused: the client does not authenticate as it should.
    """
    token = await issue_token(call, check_client(call))
    body = {"access_token": token, "token_type": "Bearer", "expires_in": call.settings.token_seconds}
    return documented(call, "token_issued", body)
