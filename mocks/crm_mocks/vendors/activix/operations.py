"""The operations of the Activix receiver."""

from __future__ import annotations

from typing import Any

from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.vendors.activix.cases import case_of
from crm_mocks.vendors.activix.credentials import check_client, issue_token
from crm_mocks.vendors.activix.errors import ActivixRefusal, documented


async def createLead(context: RequestContext) -> MockResponse:
    """Store a pushed lead under its id; a known one is replaced (position `activix-same-id-again`).

    Raises:
        Refused: the lead's account is unknown, or it names two.
    """
    if _account_of(context) not in context.settings.known_accounts:
        raise ActivixRefusal(context, "unknown_account")
    if await context.records.put_if_absent("leads", context.body):
        return documented(context, case_of(context))
    await context.records.put("leads", context.body)
    return documented(context, "replaced")


def _account_of(context: RequestContext) -> Any:
    """Return the account's id from either of its places (position `activix-account-reference`)."""
    named = context.body.get("account_id")
    linked = (context.body.get("account") or {}).get("id")
    if named is not None and linked is not None and named != linked:
        message = "must be the same as account.id"
        context.violate(("body", "account_id"), "accountsDiffer", message, basis="activix-accounts-differ")
        raise ActivixRefusal(context, "accounts_differ")
    return linked if named is None else named


async def issueToken(context: RequestContext) -> MockResponse:
    """Issue a bearer token by the client credentials grant (position `activix-token-endpoint`).

    Raises:
        Refused: the client does not authenticate as it should.
    """
    token = await issue_token(context, check_client(context))
    body = {"access_token": token, "token_type": "Bearer", "expires_in": context.settings.token_seconds}
    return documented(context, "token_issued", body)
