"""Mistakes that clients make in their reaction to an answer, such as on a second try, and right reactions."""

from __future__ import annotations

from typing import Any

from tests.catalogue.cases import Deed, Mistake, Variation
from tests.conftest import Api
from tests.vendors.activix import causes as activix
from tests.vendors.config_api import causes as config_api
from tests.vendors.crmcom import causes as crmcom
from tests.vendors.crmcom.helpers import ABSENT, create
from tests.vendors.leadbank import causes as leadbank

RETRY_LATER = {"Retry-After": "5"}


def after(operation: str, answer: dict[str, Any], right: Deed, reaction: Deed) -> Deed:
    """Return a deed: a right request that gets an answer, and the reaction to it."""

    def deed(api: Api) -> None:
        assert api.post("/__admin/responses", json={"operation": operation, **answer}).status_code == 201
        right(api)
        reaction(api)

    return deed


# --- Config API ---

_CREATE = config_api.URLS["createLead"]
_LEAD = config_api.lead()
_ERROR = {"errorMessage": "The service is unavailable.", "errorCode": "errormessage.service.unavailable"}


def _posts(body: Any = _LEAD, url: str = _CREATE, method: str = "POST", headers: Any = config_api.KEY) -> Deed:
    return lambda api: api.request(method, url, json=body, headers=headers)


def _lead_after(status: int, reaction: Deed, **answer: Any) -> Deed:
    return after("config_api.createLead", {"status": status, **answer}, _posts(), reaction)


CONFIG_API_MISTAKES = [
    Mistake("503, then no key", "credentials", "security", _lead_after(503, _posts(headers={}))),
    Mistake("503, then the error for the lead", "required", "body.leadCustomer", _lead_after(503, _posts(_ERROR))),
    Mistake(
        "503, then at once in spite of Retry-After",
        "retryAfter",
        "header.retry-after",
        _lead_after(503, _posts(), headers=RETRY_LATER),
    ),
    Mistake(
        "429, then at once in spite of Retry-After",
        "retryAfter",
        "header.retry-after",
        _lead_after(429, _posts(), headers=RETRY_LATER),
    ),
    Mistake("500, then PUT", "method", "method", _lead_after(500, _posts(method="PUT"))),
    Mistake("500, then a path of its own", "path", "path", _lead_after(500, _posts(url="/v1/leads/retry"))),
    Mistake(
        "401, then the key as a bearer token",
        "credentials",
        "security",
        _lead_after(401, _posts(headers={"authorization": "Bearer demo-key"})),
    ),
    Mistake(
        "403, then a key that there is not",
        "key_unknown",
        "header.x-api-key",
        _lead_after(403, _posts(headers={"x-api-key": "demo-key-2"})),
    ),
    Mistake("409, then the lead in a list", "type", "body", _lead_after(409, _posts([_LEAD]))),
    Mistake(
        "404, then null for the campaign",
        "type",
        "body.externalIdentifier",
        _lead_after(404, _posts({**_LEAD, "externalIdentifier": None})),
    ),
    Mistake("400, then an empty lead", "required", "body.leadCustomer", _lead_after(400, _posts({}))),
    Mistake(
        "500, then an empty PHP array",
        "type",
        "body",
        _lead_after(500, _posts([])),
    ),
]
CONFIG_API_VARIATIONS = [
    Variation(
        "503, then the same again",
        "created_minimal",
        _lead_after(503, _posts()),
        refused=False,
        notice="header.retry-after",
    ),
    Variation("500, then the same again", "created_minimal", _lead_after(500, _posts())),
]

# --- CRM.COM: refusals in a 200 ---

_CREATE_TOKEN = crmcom.PATHS["createToken"]
_CREATE_LEAD = crmcom.PATHS["createLead"]


def _logs_in(api: Api) -> None:
    api.post(_CREATE_TOKEN, json=crmcom.LOGIN)


def _login_refused(reaction: Deed) -> Deed:
    return after("crmcom.createToken", {"example": "credentials_invalid"}, _logs_in, reaction)


def _lead_refused(reaction: Deed) -> Deed:
    return after("crmcom.createLead", {"example": "lead_type_unknown"}, create, reaction)


def _sends_the_old_token_after_renewal(api: Api) -> None:
    old = crmcom.login(api)
    api.app.mock_app.sessions.get("default").clock.advance(7201)
    create(api, token=old)
    crmcom.login(api)
    create(api, token=old)


CRMCOM_MISTAKES = [
    Mistake(
        "a refused login taken for a success, then no token",
        "required",
        "body.token",
        _login_refused(lambda api: create(api, token=ABSENT)),
    ),
    Mistake(
        "a refused login taken for a success, then null for the token",
        "type",
        "body.token",
        _login_refused(lambda api: create(api, token=None)),
    ),
    Mistake(
        "a refused login taken for a success, then None in words",
        "token_unknown",
        "body.token",
        _login_refused(lambda api: create(api, token="None")),
    ),
    Mistake(
        "a refused login, then another form of it",
        "required",
        "body.username",
        _login_refused(lambda api: api.post(_CREATE_TOKEN, json=_renamed())),
    ),
    Mistake("renewed, but the old token again", "token_expired", "body.token", _sends_the_old_token_after_renewal),
    Mistake(
        "a refused lead, then a path of version 1",
        "path",
        "path",
        _lead_refused(lambda api: api.post("/crmapi/rest/v1/leads/create", json={})),
    ),
    Mistake("a refused lead, then GET", "method", "method", _lead_refused(lambda api: api.get(_CREATE_LEAD))),
    Mistake(
        "a refused lead, then without importance",
        "required",
        "body.importance",
        _lead_refused(lambda api: create(api, importance=ABSENT)),
    ),
]
CRMCOM_VARIATIONS = [
    Variation("a refused lead, then the same again", "created", _lead_refused(create), refused=False),
]


def _renamed() -> dict[str, str]:
    return {"user" if name == "username" else name: value for name, value in crmcom.LOGIN.items()}


# --- LeadBank: refusals in a 200 ---


def _fetches(api: Api) -> None:
    api.post(leadbank.GET, json=1)


def _no_leads(reaction: Deed) -> Deed:
    return after("leadbank.getLeads", {"example": "no_leads"}, _fetches, reaction)


LEADBANK_MISTAKES = [
    Mistake(
        "no leads taken for some, and one acknowledged",
        "received",
        "body.*.IDLeadBank",
        _no_leads(lambda api: api.post(leadbank.SEND, json=leadbank.acknowledgement(1003))),
    ),
    Mistake(
        "no leads taken for some, and null confirmed",
        "oneOf",
        "body.*",
        _no_leads(lambda api: api.post(leadbank.VALIDATE, json=[None])),
    ),
    Mistake(
        "no leads taken for some, and an acknowledgement without id",
        "required",
        "body.*.IDLeadBank",
        _no_leads(lambda api: api.post(leadbank.SEND, json=[{"LeadEvents": []}])),
    ),
    Mistake("no leads, then a path of its own", "path", "path", _no_leads(lambda api: api.post("/api/lead", json=1))),
    Mistake("no leads, then PUT", "method", "method", _no_leads(lambda api: api.request("PUT", leadbank.GET, json=1))),
]
LEADBANK_VARIATIONS = [
    Variation("no leads, then once more", "leads", _no_leads(_fetches)),
]

# --- Activix ---


def _pushes(api: Api) -> None:
    activix.push(api, activix.lead())


def _push_after(status: int, reaction: Deed) -> Deed:
    return after("activix.createLead", {"status": status}, _pushes, reaction)


def _sends_the_old_bearer_after_renewal(api: Api) -> None:
    old = activix.bearer(api)
    api.app.mock_app.sessions.get("default").clock.advance(3601)
    activix.push(api, activix.lead(), old)
    activix.bearer(api)
    activix.push(api, activix.lead(), old)


ACTIVIX_MISTAKES = [
    Mistake(
        "401, then no credentials",
        "credentials",
        "security",
        _push_after(401, lambda api: activix.push(api, activix.lead(), {})),
    ),
    Mistake(
        "401, then a wrong password",
        "credentials",
        "security",
        _push_after(401, lambda api: activix.push(api, activix.lead(), activix.WRONG_BASIC)),
    ),
    Mistake("renewed, but the old token again", "token_expired", "security", _sends_the_old_bearer_after_renewal),
    Mistake(
        "500, then a form",
        "mediaType",
        "header.content-type",
        _push_after(500, lambda api: api.post(activix.LEADS, data={"id": "1"}, headers=activix.BASIC)),
    ),
    Mistake(
        "500, then half a body",
        "syntax",
        "body",
        _push_after(500, lambda api: api.post(activix.LEADS, content=b'{"id": 1,', headers=activix.BASIC)),
    ),
    Mistake(
        "500, then a path of its own",
        "path",
        "path",
        _push_after(500, lambda api: api.post("/activix/lead", json=activix.lead(), headers=activix.BASIC)),
    ),
    Mistake(
        "500, then PUT",
        "method",
        "method",
        _push_after(500, lambda api: api.request("PUT", activix.LEADS, json=activix.lead(), headers=activix.BASIC)),
    ),
]
ACTIVIX_VARIATIONS = [
    Variation("500, then the same again", "created", _push_after(500, _pushes)),
]
