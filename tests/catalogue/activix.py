"""Mistakes and correct variations of clients that push leads to an Activix receiver."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from tests.catalogue import reactions
from tests.catalogue.cases import Deed, Mistake, Variation
from tests.conftest import Api
from tests.vendors.activix.causes import BASIC, CLIENT, GRANT, LEADS, TOKEN, WRONG_BASIC, bearer, lead, push

SIGNED = {"activix.signature_key": "my-key"}


def pushes(headers: dict[str, str] | None = None, **attributes: Any) -> Deed:
    """Return a deed that pushes a lead with attributes of its own."""
    return lambda api: push(api, lead(**attributes), headers)


def without(name: str, **attributes: Any) -> Deed:
    """Return a deed that pushes a lead without an attribute."""
    body = lead(**attributes)
    del body[name]
    return lambda api: push(api, body)


def asks(data: dict[str, Any], headers: dict[str, str] | None = None) -> Deed:
    """Return a deed that asks for a token."""
    return lambda api: api.post(TOKEN, data=data, headers=headers)


def learns_of_its_tokens_end(api: Api) -> dict[str, str]:
    """Push with a token that is over by now; return its header."""
    headers = bearer(api)
    api.app.mock_app.sessions.get("default").clock.advance(3601)
    push(api, lead(), headers)
    return headers


def goes_on_with_an_expired_token(api: Api) -> None:
    """Push with a token again although told that it is over."""
    push(api, lead(), learns_of_its_tokens_end(api))


def renews_its_token(api: Api) -> None:
    """Ask for a new token when told that the old one is over."""
    learns_of_its_tokens_end(api)
    push(api, lead(), bearer(api))


def signs(key: str, *, again: bool = False) -> Deed:
    """Return a deed that pushes with a signature; `again`: of another serialization of the body."""

    def deed(api: Api) -> None:
        body = json.dumps(lead())
        signed = json.dumps(json.loads(body), indent=1) if again else body
        digest = hmac.new(key.encode(), signed.encode(), hashlib.sha256).hexdigest()
        headers = {"x-activix-signature": digest, "content-type": "application/json"}
        api.post(LEADS, content=body, headers=headers)

    return deed


def pushes_twice(api: Api) -> None:
    """Push a lead, and again with a change."""
    body = lead()
    push(api, body)
    push(api, {**body, "rating": 5})


def named_twice() -> dict[str, Any]:
    """Return a lead with two accounts."""
    return {"account_id": 66, "account": {"id": 44}}


MISTAKES = [
    Mistake("lead_id for id", "required", "body.id", without("id", lead_id=7)),
    Mistake("the id as a text", "type", "body.id", pushes(id="7")),
    Mistake("dealer for account", "anyOf", "body", without("account_id", dealer={"id": 66})),
    Mistake("two accounts", "accountsDiffer", "body.account_id", pushes(**named_twice())),
    Mistake("a rating in words", "type", "body.rating", pushes(rating="four")),
    Mistake("a status that there is not", "enum", "body.status", pushes(status="won")),
    Mistake("a fuel that there is not", "enum", "body.vehicles.*.fuel", pushes(vehicles=[{"id": 1, "fuel": "coal"}])),
    Mistake("a vehicle for the list of vehicles", "type", "body.vehicles", pushes(vehicles={"id": 1})),
    Mistake("a phone as a text", "type", "body.phones.*", pushes(phones=["+15145551234"])),
    Mistake("a time stamp without zone", "format", "body.created_at", pushes(created_at="2018-01-01 10:00:00")),
    Mistake("a list of leads", "type", "body", lambda api: push(api, [lead()])),
    Mistake("half a body", "syntax", "body", lambda api: api.post(LEADS, content=b'{"id": 1,', headers=BASIC)),
    Mistake(
        "a form for JSON",
        "mediaType",
        "header.content-type",
        lambda api: api.post(LEADS, data={"id": "1"}, headers=BASIC),
    ),
    Mistake("no credentials", "credentials", "security", pushes({})),
    Mistake("a wrong password", "credentials", "security", pushes(WRONG_BASIC)),
    Mistake("a token that was never issued", "credentials", "security", pushes({"authorization": "Bearer made-up"})),
    Mistake("a stale token, again", "token_expired", "security", goes_on_with_an_expired_token),
    Mistake("a signature with another key", "credentials", "security", signs("other-key"), SIGNED),
    Mistake("a signature of other bytes", "credentials", "security", signs("my-key", again=True), SIGNED),
    Mistake("no signature", "credentials", "security", pushes(), SIGNED),
    Mistake("PUT for POST", "method", "method", lambda api: api.request("PUT", LEADS, json=lead(), headers=BASIC)),
    Mistake("a path of its own", "path", "path", lambda api: api.post("/activix/lead", json=lead(), headers=BASIC)),
    Mistake(
        "grantType for grant_type", "required", "body.grant_type", asks({"grantType": "client_credentials", **CLIENT})
    ),
    Mistake("another grant type", "enum", "body.grant_type", asks({"grant_type": "password", **CLIENT})),
    Mistake(
        "a token asked for in JSON",
        "mediaType",
        "header.content-type",
        lambda api: api.post(TOKEN, json={**GRANT, **CLIENT}),
    ),
    Mistake("client credentials twice", "twoAuthentications", "body.client_secret", asks(GRANT | CLIENT, BASIC)),
    Mistake("a wrong client secret", "credentials", "security", asks(GRANT | CLIENT | {"client_secret": "x"})),
    Mistake("a parameter twice", "repeated", "body.grant_type", asks(CLIENT | {"grant_type": [*GRANT.values()] * 2})),
    *reactions.ACTIVIX_MISTAKES,
]

VARIATIONS = [
    Variation("the id and an account only", "created", lambda api: push(api, {"id": 1, "account_id": 66})),
    Variation("the account as an object", "created", lambda api: push(api, {"id": 1, "account": {"id": 44}})),
    Variation("the account in both places", "created", pushes(account={"id": 66})),
    Variation("null where it is nullable", "created_status_null", pushes(status=None)),
    Variation("an unknown account", "unknown_account", lambda api: push(api, {"id": 1, "account_id": 7}), refused=True),
    Variation("the same lead again", "replaced", pushes_twice),
    Variation("no Content-Type", "created", lambda api: api.post(LEADS, content=json.dumps(lead()), headers=BASIC)),
    Variation("a charset", "created", pushes({**BASIC, "content-type": "application/json; charset=utf-8"})),
    Variation("a header in capitals", "created", pushes({"AUTHORIZATION": BASIC["Authorization"]})),
    Variation("the header that the document names", "created", pushes({"Authentication": BASIC["Authorization"]})),
    Variation(
        "the scheme in small letters",
        "created",
        pushes({"authorization": BASIC["Authorization"].replace("Basic", "basic")}),
    ),
    Variation("a bearer token", "created", lambda api: push(api, lead(), bearer(api))),
    Variation("a token that has come to its end", "token_expired", learns_of_its_tokens_end, refused=True),
    Variation("a token renewed when it is over", "token_expired", renews_its_token, refused=True),
    Variation("a signature", "created", signs("my-key"), settings=SIGNED),
    Variation("an attribute that the contract does not have", "created", pushes(tiktok="@john"), notice="body.tiktok"),
    Variation("the client in Basic", "token_issued", asks(GRANT, BASIC)),
    Variation("a time stamp in Z", "created_zulu_dates", pushes(created_at="2018-01-01T10:00:00Z")),
    Variation(
        "escaped characters",
        "created",
        lambda api: api.post(
            LEADS, content=rb'{"id": 1, "account_id": 66, "first_name": "\u00c9lo\u00efse"}', headers=BASIC
        ),
    ),
    *reactions.ACTIVIX_VARIATIONS,
]
