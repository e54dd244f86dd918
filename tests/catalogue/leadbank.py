"""Mistakes and correct variations of clients of LeadBank."""

from __future__ import annotations

import json
from typing import Any

from tests.catalogue import reactions
from tests.catalogue.cases import Deed, Mistake, Variation
from tests.conftest import Api
from tests.vendors.leadbank.causes import GET, SEND, VALIDATE, WRONG, acknowledgement, after

EVENT = "body.*.LeadEvents.*"
BASIC = {"leadbank.auth": "basic"}


def tells(body: Any) -> Deed:
    """Return a deed that acknowledges leads."""
    return lambda api: api.post(SEND, json=body)


def without(name: str, **more: Any) -> list[dict[str, Any]]:
    """Return an acknowledgement whose event lacks a member."""
    body = acknowledgement(**more)
    del body[0]["LeadEvents"][0][name]
    return body


def sends(content: bytes, content_type: str, path: str = GET) -> Deed:
    """Return a deed that posts bytes."""
    return lambda api: api.post(path, content=content, headers={"content-type": content_type})


def acknowledges_unconfirmed(api: Api) -> None:
    """Fetch leads, confirm one of them, acknowledge both."""
    api.post(GET, json=2)
    api.post(VALIDATE, json=[1001])
    api.post(SEND, json=[*acknowledgement(1001), *acknowledgement(1002)])


MISTAKES = [
    Mistake(
        "a lead acknowledged that is not confirmed",
        "received",
        "body.*.IDLeadBank",
        after((GET, 1), last=(SEND, acknowledgement(1001))),
    ),
    Mistake("one of two leads not confirmed", "received", "body.*.IDLeadBank", acknowledges_unconfirmed),
    Mistake(
        "a lead acknowledged that was never fetched", "received", "body.*.IDLeadBank", tells(acknowledgement(1003))
    ),
    Mistake("a fraction of leads", "oneOf", "body", after(last=(GET, 1.5))),
    Mistake("an object for the integer", "oneOf", "body", after(last=(GET, {"count": 10}))),
    Mistake("null for the integer", "oneOf", "body", sends(b"null", "application/json")),
    Mistake("too big an integer", "oneOf", "body", after(last=(GET, 2**31))),
    Mistake("a word in a list of ids", "oneOf", "body.*", after(last=(VALIDATE, ["LC-1"]))),
    Mistake("an id for the list of ids", "type", "body", after(last=(VALIDATE, 1001))),
    Mistake("LeadId for IDLeadBank", "required", "body.*.IDLeadBank", tells([{"LeadId": 1000, "LeadEvents": []}])),
    Mistake("Events for LeadEvents", "required", "body.*.LeadEvents", tells([{"IDLeadBank": 1000, "Events": []}])),
    Mistake("Date for DateAction", "required", f"{EVENT}.DateAction", tells(without("DateAction", Date="2026-01-01"))),
    Mistake("a French date", "format", f"{EVENT}.DateAction", tells(acknowledgement(DateAction="31/01/2026 10:00"))),
    Mistake("a date of Unix time", "type", f"{EVENT}.DateAction", tells(acknowledgement(DateAction=1769850000))),
    Mistake("a status in words", "oneOf", f"{EVENT}.IDstatus", tells(acknowledgement(IDstatus="done"))),
    Mistake("an acknowledgement for the list of them", "type", "body", tells(acknowledgement()[0])),
    Mistake(
        "an event for the list of events", "type", "body.*.LeadEvents", tells([{"IDLeadBank": 1000, "LeadEvents": {}}])
    ),
    Mistake("XML for JSON", "mediaType", "header.content-type", sends(b"<int>1</int>", "application/xml")),
    Mistake("no Content-Type", "mediaType", "header.content-type", lambda api: api.post(GET, content=b"1")),
    Mistake("half a body", "syntax", "body", sends(b"[1, ", "application/json", VALIDATE)),
    Mistake("GET for POST", "method", "method", lambda api: api.get(GET)),
    Mistake("the path of another operation", "path", "path", lambda api: api.post("/api/leads/Validate")),
    Mistake("no credentials", "credentials", "security", after(last=(GET, 1)), BASIC),
    Mistake("a wrong password", "credentials", "security", lambda api: api.post(GET, json=1, headers=WRONG), BASIC),
    *reactions.LEADBANK_MISTAKES,
]

CYCLE = ((GET, 1), (VALIDATE, None))

VARIATIONS = [
    Variation("a whole cycle", "acknowledged", after(*CYCLE, last=(SEND, acknowledgement(1001)))),
    Variation("a batch fetched twice", "repeated_batch", after((GET, 3), last=(GET, 3))),
    Variation("no body", "default_batch", lambda api: api.post(GET)),
    Variation("the integer in quotes", "leads", after(last=(GET, "1"))),
    Variation("a negative integer", "default_batch", after(last=(GET, -1))),
    Variation("a form", "leads", sends(b"=1", "application/x-www-form-urlencoded")),
    Variation("text/json", "leads", sends(b"1", "text/json")),
    Variation("UTF-16", "leads", sends("1".encode("utf-16"), "application/json; charset=utf-16")),
    Variation("a path in small letters", "nothing_to_confirm", lambda api: api.post(VALIDATE.lower()), refused=True),
    Variation(
        "members in small letters",
        "acknowledged",
        tells([{"idleadbank": 1000, "leadevents": [{"dateaction": "2026-01-31T10:00:00"}]}]),
    ),
    Variation(
        "a member that the contract does not have",
        "acknowledged",
        tells([{**acknowledgement()[0], "Dealer": "x"}]),
        notice="body.*.Dealer",
    ),
    Variation(
        "a date without fraction and zone", "acknowledged", tells(acknowledgement(DateAction="2026-01-31T10:00:00"))
    ),
    Variation(
        "a date with seven digits",
        "acknowledged",
        tells(acknowledgement(DateAction="2026-01-31T10:00:00.1234567+01:00")),
    ),
    Variation("no status and no reason", "acknowledged", tells(acknowledgement(IDstatus=None))),
    Variation("optional members absent", "acknowledged", tells(without("IDstatus"))),
    Variation("a confirmation repeated", "confirmed", after((GET, 1), (VALIDATE, [1001]), last=(VALIDATE, [1001]))),
    Variation("nothing to confirm", "nothing_to_confirm", lambda api: api.post(VALIDATE), refused=True),
    Variation("no acknowledgements", "no_acknos", tells([]), refused=True),
    Variation("an unknown lead acknowledged", "unknown_lead", tells(acknowledgement(4711)), refused=True),
    Variation("an unknown lead confirmed", "unknown_lead", after(last=(VALIDATE, [4711])), refused=True),
    Variation("all leads fetched", "no_leads", after((GET, 25), (VALIDATE, None), last=(GET, 1))),
    Variation(
        "an Accept that LeadBank does not have",
        "leads",
        lambda api: api.post(
            GET, content=json.dumps(1), headers={"accept": "text/csv", "content-type": "application/json"}
        ),
    ),
    Variation(
        "any lead acknowledged where that is allowed",
        "acknowledged",
        tells(acknowledgement(1001)),
        settings={"leadbank.acknos": "any"},
    ),
    *reactions.LEADBANK_VARIATIONS,
]
