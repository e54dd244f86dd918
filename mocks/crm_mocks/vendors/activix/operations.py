"""The operations of the Activix receiver, named by operationId."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_mocks.vendor import DocumentedRefusal, MockResponse, RequestContext, documented
from crm_mocks.vendors.activix.credentials import check_client, issue_token

_ZULU: Final = re.compile(rb"T\d\d:\d\d:\d\d(\.\d+)?Z\"")


async def createLead(context: RequestContext) -> MockResponse:
    """Store a pushed lead under its id; it replaces a known one (position `activix-same-id-again`).

    Raises:
        DocumentedRefusal: the lead's account is unknown, or it names two.
    """
    if _account_of(context) not in context.settings.known_accounts:
        raise DocumentedRefusal(context, "unknown_account")
    if await context.records.put_if_absent("leads", context.body):
        return documented(context, _outcome_of_new_lead(context))
    await context.records.put("leads", context.body)
    return documented(context, "replaced")


def _account_of(context: RequestContext) -> Any:
    """Return the account's id from either of its places (position `activix-account-reference`)."""
    named = context.body.get("account_id")
    linked = (context.body.get("account") or {}).get("id")
    if named is not None and linked is not None and named != linked:
        message = "must be the same as account.id"
        context.violate(("body", "account_id"), "accountsDiffer", message, basis="activix-accounts-differ")
        raise DocumentedRefusal(context, "accounts_differ")
    return linked if named is None else named


async def issueToken(context: RequestContext) -> MockResponse:
    """Issue a bearer token by the client credentials grant (position `activix-token-endpoint`).

    Raises:
        DocumentedRefusal: the client does not authenticate as required.
    """
    token = await issue_token(context, check_client(context))
    body = {"access_token": token, "token_type": "Bearer", "expires_in": context.settings.token_seconds}
    return documented(context, "token_issued", body)


def _outcome_of_new_lead(context: RequestContext) -> str:
    """Return which documented success a new lead is: each variant has broken real receivers, so coverage counts it."""
    return next((outcome for outcome, applies in _VARIANTS if applies(context)), "created")


def _is_later_webhook(context: RequestContext) -> bool:
    return "lead_type" in context.body


def _has_integer_year(context: RequestContext) -> bool:
    return any(isinstance(vehicle.get("year"), int) for vehicle in context.body.get("vehicles") or ())


def _has_zulu_date(context: RequestContext) -> bool:
    return _ZULU.search(context.raw_body) is not None


def _fills_every_attribute(context: RequestContext) -> bool:
    return all(context.body.get(name) not in (None, "") for name in _attributes(context))


def _has_every_attribute(context: RequestContext) -> bool:
    return all(name in context.body for name in _attributes(context))


def _has_null_status(context: RequestContext) -> bool:
    return context.body.get("status", "") is None


def _attributes(context: RequestContext) -> Mapping[str, Any]:
    attributes: Mapping[str, Any] = context.contract.document["components"]["schemas"]["Lead"]["properties"]
    return attributes


_VARIANTS: Final[tuple[tuple[str, Callable[[RequestContext], bool]], ...]] = (
    ("created_later_webhook", _is_later_webhook),
    ("created_year_integer", _has_integer_year),
    ("created_zulu_dates", _has_zulu_date),
    ("created_every_attribute", _fills_every_attribute),
    ("created_blank_attributes", _has_every_attribute),
    ("created_status_null", _has_null_status),
)
