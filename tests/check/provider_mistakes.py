"""Mistakes of providers, and the findings they must cause."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from crm_contracts.judge.exchange import Exchange
from tests.conftest import Api
from tests.vendors.discovery import causes

Change = Callable[[Exchange], Exchange]


@dataclass(frozen=True)
class Mistake:
    """A mistake of a provider, with the expected finding.

    Attributes:
        about: description of the mistake.
        vendor: of the provider.
        cause: `<operationId>.<outcome>` of tests/vendors/<vendor>/causes.py, the exchange that is changed.
        change: makes the mistake in an exchange.
        rule: of the expected finding.
        place: location of the expected finding, joined by dots.
        settings: of mock and judge.
    """

    about: str
    vendor: str
    cause: str
    change: Change
    rule: str
    place: str
    settings: dict[str, Any] = field(default_factory=dict)

    def exchange(self, make: Callable[..., Api], exchange_of: Callable[[Any], Exchange]) -> Exchange:
        """Return an exchange of the mock with the mistake."""
        operation, _, outcome = f"{self.vendor}.{self.cause}".rpartition(".")
        known = causes(self.vendor)
        own = getattr(known, "SETTINGS", {}).get(self.cause, {})
        settings = {k if "." in k else f"{self.vendor}.{k}": value for k, value in own.items()}
        mock = make(self.vendor, settings={**settings, **self.settings, "host.redact": False})
        known.CAUSES[self.cause](mock)
        return self.change(
            exchange_of([each for each in mock.entries() if (each.operation, each.outcome) == (operation, outcome)][-1])
        )


def body(change: Callable[[Any], Any]) -> Change:
    """Change the decoded body of a response, in place or by a replacement that `change` returns."""

    def changed(exchange: Exchange) -> Exchange:
        value = json.loads(exchange.response_body)
        made = change(value)
        return replace(exchange, response_body=json.dumps(value if made is None else made).encode())

    return changed


def without(name: str, *path: str | int) -> Change:
    """Remove a member."""
    return body(lambda value: _at(value, path).pop(name) and None)


def with_(content: Any, *path: str | int) -> Change:
    """Replace a value."""

    def put(value: Any) -> None:
        _at(value, path[:-1])[path[-1]] = content

    return body(put)


def raw(content: bytes, media_type: str | None = "application/json", status: int | None = None) -> Change:
    """Replace the body with bytes."""

    def changed(each: Exchange) -> Exchange:
        typed = header("Content-Length", str(len(content)))(header("Content-Type", media_type)(each))
        return replace(typed, response_body=content, status=status or each.status)

    return changed


def status(code: int) -> Change:
    """Replace the status."""
    return lambda each: replace(each, status=code)


def sent(content: bytes) -> Change:
    """Replace the request body, so that the provider accepts it wrongly."""
    return lambda each: replace(each, request_body=content)


def header(name: str, value: str | None) -> Change:
    """Replace a header, or remove it if the value is `None`."""

    def changed(each: Exchange) -> Exchange:
        kept = tuple(pair for pair in each.response_headers if pair[0].lower() != name.lower())
        return replace(each, response_headers=kept if value is None else (*kept, (name, value)))

    return changed


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


HTML = b"<html><h1>502 Bad Gateway</h1></html>"
LEAD, CONFIG = "createLead.created_full", "getLeadConfig.lead_config"
TOKEN, MADE = "createToken.token_issued", "createLead.created"

MISTAKES = [
    Mistake("an undocumented status", "config_api", LEAD, status(418), "undocumented-status", "status"),
    Mistake("201 for 200", "config_api", LEAD, status(201), "undocumented-status", "status"),
    Mistake("202 for 200", "activix", MADE, status(202), "undocumented-status", "status"),
    Mistake("a redirect", "crmcom", TOKEN, status(302), "undocumented-status", "status"),
    Mistake(
        "a page of a proxy", "leadbank", "getLeads.leads", raw(HTML, "text/html", 502), "undocumented-status", "status"
    ),
    Mistake(
        "a page with 200", "leadbank", "getLeads.leads", raw(HTML, "text/html"), "mediaType", "header.content-type"
    ),
    Mistake("JSON as text", "crmcom", TOKEN, header("Content-Type", "text/plain"), "mediaType", "header.content-type"),
    Mistake("no Content-Type", "config_api", LEAD, header("Content-Type", None), "mediaType", "header.content-type"),
    Mistake(
        "half a body",
        "crmcom",
        TOKEN,
        lambda each: replace(each, response_body=each.response_body[:40]),
        "syntax",
        "body",
    ),
    Mistake("no body", "config_api", CONFIG, raw(b""), "required", "body"),
    Mistake("a body of other bytes", "leadbank", "getLeads.leads", raw(b"\xff\xfe\x00"), "syntax", "body"),
    Mistake("null for an object", "config_api", LEAD, raw(b"null"), "type", "body"),
    Mistake("a list for an object", "activix", "issueToken.token_issued", raw(b"[]"), "type", "body"),
    Mistake("no id", "config_api", LEAD, without("id"), "required", "body.id"),
    Mistake("a text for a number", "leadbank", "getLeads.leads", with_("1", "Status"), "type", "body.Status"),
    Mistake(
        "a lead without number",
        "leadbank",
        "getLeads.leads",
        without("IDLeadBank", "Leads", 0),
        "required",
        "body.Leads.*.IDLeadBank",
    ),
    Mistake(
        "a local date",
        "leadbank",
        "getLeads.leads",
        with_("31/01/2026", "Leads", 0, "CreateDate"),
        "format",
        "body.Leads.*.CreateDate",
    ),
    Mistake("no token", "activix", "issueToken.token_issued", without("access_token"), "required", "body.access_token"),
    Mistake(
        "a token type of its own",
        "activix",
        "issueToken.token_issued",
        with_("mac", "token_type"),
        "enum",
        "body.token_type",
    ),
    Mistake(
        "a life in words",
        "activix",
        "issueToken.token_issued",
        with_("an hour", "expires_in"),
        "type",
        "body.expires_in",
    ),
    Mistake(
        "a token that may be cached",
        "activix",
        "issueToken.token_issued",
        header("Cache-Control", "max-age=60"),
        "enum",
        "header.cache-control",
    ),
    Mistake(
        "no way to authenticate",
        "activix",
        "createLead.credentials_missing",
        header("WWW-Authenticate", None),
        "required",
        "header.www-authenticate",
    ),
    Mistake(
        "no Retry-After",
        "config_api",
        "createLead.rate_limit_exceeded",
        header("Retry-After", None),
        "required",
        "header.retry-after",
        {"config_api.retry_after": "true"},
    ),
    Mistake(
        "a date in Retry-After",
        "config_api",
        "createLead.rate_limit_exceeded",
        header("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"),
        "type",
        "header.retry-after",
        {"config_api.retry_after": "true"},
    ),
    Mistake(
        "an error of another shape",
        "config_api",
        "createLead.member_missing",
        raw(b'{"error": "bad request"}'),
        "required",
        "body.errorMessage",
    ),
    Mistake(
        "a bad request taken",
        "config_api",
        LEAD,
        sent(b'{"leadCustomer": {}}'),
        "accepted-invalid",
        "status",
    ),
    Mistake("a bad request taken in an envelope", "crmcom", MADE, sent(b"{}"), "accepted-invalid", "status"),
    Mistake("a word taken for leads", "leadbank", "getLeads.leads", sent(b'"many"'), "accepted-invalid", "status"),
]
