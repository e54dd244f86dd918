"""Natural cause of each outcome of LeadBank, and its magic values."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx

GET = "/api/leads"
VALIDATE = "/api/leads/ValidateGetLeads"
SEND = "/api/leads/SendAcknos"

Cause = Callable[[Any], httpx.Response]

BROKEN = {"content": b"[1, ", "headers": {"Content-Type": "application/json"}}
WRONG = {"Authorization": "Basic " + base64.b64encode(b"leadbank:wrong").decode()}


def acknowledgement(lead_id: int | str = 1000, **event: Any) -> list[dict[str, Any]]:
    """Return the body of an acknowledgement with one event; keywords override the event's members."""
    full = {"IDstatus": 2, "IDreason": None, "DateAction": "2026-01-31T10:00:00+01:00", **event}
    return [{"IDLeadBank": lead_id, "LeadEvents": [full]}]


def after(*steps: tuple[str, Any], last: tuple[str, Any]) -> Cause:
    """Send requests one after the other, each a path and a JSON body; return the last response."""

    def cause(api: Any) -> httpx.Response:
        for path, body in steps:
            assert api.post(path, json=body).status_code == 200
        return api.post(last[0], json=last[1])

    return cause


def no_date(api: Any) -> httpx.Response:
    body = acknowledgement()
    del body[0]["LeadEvents"][0]["DateAction"]
    return api.post(SEND, json=body)


CAUSES: dict[str, Cause] = {
    "getLeads.leads": after(last=(GET, 1)),
    "getLeads.default_batch": lambda api: api.post(GET),
    "getLeads.repeated_batch": after((GET, 3), last=(GET, 3)),
    "getLeads.no_leads": after((GET, 25), (VALIDATE, None), last=(GET, 1)),
    "getLeads.wrong_type": after(last=(GET, 1.5)),
    "getLeads.unreadable_body": lambda api: api.post(GET, **BROKEN),
    "getLeads.unauthorized": lambda api: api.post(GET, json=1),
    "validateGetLeads.confirmed": after((GET, 2), last=(VALIDATE, [1001, 1002])),
    "validateGetLeads.nothing_to_confirm": lambda api: api.post(VALIDATE),
    "validateGetLeads.unknown_lead": after(last=(VALIDATE, [4711])),
    "validateGetLeads.lead_not_in_progress": after((GET, 1), last=(VALIDATE, [1002])),
    "validateGetLeads.wrong_type": after(last=(VALIDATE, ["LC-558201"])),
    "validateGetLeads.unreadable_body": lambda api: api.post(VALIDATE, **BROKEN),
    "validateGetLeads.unauthorized": lambda api: api.post(VALIDATE, headers=WRONG),
    "sendAcknos.acknowledged": after((GET, 1), (VALIDATE, None), last=(SEND, acknowledgement(1001))),
    "sendAcknos.no_acknos": after(last=(SEND, [])),
    "sendAcknos.unknown_lead": after(last=(SEND, acknowledgement(4711))),
    "sendAcknos.lead_not_received": after((GET, 1), last=(SEND, acknowledgement(1001))),
    "sendAcknos.wrong_type": after(last=(SEND, acknowledgement(IDstatus="done"))),
    "sendAcknos.missing_member": no_date,
    "sendAcknos.unreadable_body": lambda api: api.post(SEND, **BROKEN),
    "sendAcknos.unauthorized": lambda api: api.post(SEND, json=acknowledgement()),
}

SETTINGS: dict[str, dict[str, object]] = {
    f"{operation}.unauthorized": {"leadbank.auth": "basic"}
    for operation in ("getLeads", "validateGetLeads", "sendAcknos")
}

MAGIC: dict[str, Callable[[Any, str], httpx.Response]] = {
    "getLeads": lambda api, value: api.post(GET, json=value),
    "validateGetLeads": lambda api, value: api.post(VALIDATE, json=[value]),
    "sendAcknos": lambda api, value: api.post(SEND, json=acknowledgement(value)),
}

VALID: dict[str, Callable[[Any], dict[str, Any]]] = {
    "getLeads": lambda _: {"method": "POST", "url": GET, "json": 1},
    "validateGetLeads": lambda _: {"method": "POST", "url": VALIDATE, "json": [1000]},
    "sendAcknos": lambda _: {"method": "POST", "url": SEND, "json": acknowledgement()},
}
