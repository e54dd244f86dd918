"""Requests to the control API: operations of its contract with mutated queries and bodies."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.admin.api_contract import CONTRACT
from tests.conftest import Api
from tests.hostile.attack import Attack, Input
from tests.hostile.mutations import TEXTS, as_text, mutated, mutated_bytes
from tests.hostile.starting_records import starting_records
from tests.hostile.trial import JSON, Trial, operations
from tests.vendors.discovery import VENDORS

_PER_SESSION = 50
METHODS = ("get", "post", "put", "delete")
ENDLESS = "/__admin/events"
QUERY = {
    "session": "default", "vendor": "leadbank", "kind": "leads", "key": "1001", "operation": "leadbank.getLeads",
    "since": "1", "limit": "2", "method": "POST", "path": "/api/leads", "status": "200", "outcome": "leads",
    "match": "2", "unmatched": "false", "violations": "true", "notices": "0", "count": "1", "id": "default-1",
    "format": "html", "allow": "leadbank.getLeads:400",
}  # fmt: skip
"""Valid values of query parameters. Without `wait_ms`: nobody would wait."""
LIKELY = {"session", "operation", "id", "format"}
"""Parameters that most requests have."""
STORING = "storeRecords"
_RESPONSE = {
    "session": "default", "operation": "leadbank.getLeads", "match": {"a": [1]}, "status": 503, "example": "leads",
    "body": {"a": None}, "chunked": True, "fault": "TRUNCATED_BODY", "headers": {"Retry-After": 30}, "times": 2,
    "delay_ms": 1, "phase": "after", "metadata": {"a": 1},
}  # fmt: skip
_STUB = {
    "method": "GET",
    "path": "/v1/{id}/*",
    "body_base64": "YQ==",
    "headers": [["A", "b"], ["A", "c"]],
    "times": None,
}
BODIES: dict[str, list[Any]] = {
    "openSession": [{"session": "a", "allow": ["leadbank.getLeads:400", "GET /*"]}],
    "changeSession": [{"allow": ["leadbank.getLeads:*"]}],
    "reset": [{"session": "default"}, {}],
    "setClock": [{"session": "default", "set": "2026-01-31T12:00:00Z"}, {"advance_seconds": 3600}],
    "changeSettings": [{"leadbank": {"leads": 3, "batch": 2}, "leadbank.auth": "none"}, {"leadbank.amount": "ignored"}],
    "queueResponse": [
        _RESPONSE,
        _STUB,
        {"operation": "leadbank", "body": "x", "headers": {"Content-Type": "text/plain"}},
    ],
    "countRequests": [{"session": "*", "match": {"a": [1]}, "limit": 1, "violations": True}],
    "findRequests": [{"since": "default-1", "status": 200, "operation": "getLeads", "unmatched": False}],
    "getFindings": [
        {"session": "default", "allow": ["leadbank.getLeads"], "close": True, "next": {"session": "b", "allow": []}}
    ],
}


class ControlApi(Attack):
    """A mutated request gets a response that the contract of the control API documents, and no 5xx."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._api = Api()
        self.held.callback(self._api.close)
        self._tried = 0
        found = [
            (method, path, item[method]["operationId"], self._parameters(item, method))
            for path, item in CONTRACT.document["paths"].items()
            for method in METHODS
            if method in item and path != ENDLESS
        ]
        self._operations = [each for each in found for _ in range(10 if each[2] in BODIES or each[3] else 1)]
        self._trials = {vendor: Trial(self._api, vendor) for vendor in VENDORS}
        self._records = starting_records()

    @staticmethod
    def _parameters(item: dict[str, Any], method: str) -> list[str]:
        listed = [*item.get("parameters", ()), *item[method].get("parameters", ())]
        named = [
            CONTRACT.document["components"]["parameters"][each["$ref"].split("/")[-1]] if "$ref" in each else each
            for each in listed
        ]
        return [each["name"] for each in named if each["in"] == "query" and each["name"] in QUERY]

    def make(self, rng: Random) -> Input:
        method, path, operation, parameters = rng.choice(self._operations)
        if operation == STORING or path.endswith("/records"):
            vendor, kind, record = rng.choice(self._records)
            query = [["vendor", vendor], ["kind", kind]]
            parameters = ["session"]
        else:
            query, record = [], None
        query += [[name, QUERY[name]] for name in parameters if rng.random() < (0.8 if name in LIKELY else 0.2)]
        for pair in query:
            if rng.random() < 0.1:
                pair[1] = rng.choice(TEXTS)[:1000]
        if rng.random() < 0.05:
            query.append([rng.choice(TEXTS)[:100], "x"])
        bodies = [record] if operation == STORING else BODIES.get(operation)
        body = as_text(mutated(rng, rng.choice(bodies))) if bodies else ""
        if rng.random() < 0.1:
            body = mutated_bytes(rng, body.encode("latin-1")).decode("latin-1")
        session = rng.choice((None, None, None, None, None, None, "default", "a", "", "a b", "\xff"))
        return {"method": method.upper(), "path": path, "query": query, "body": body, "session": session}

    def fault(self, made: Input) -> str:
        self._tried += 1
        if self._tried % _PER_SESSION == 1:
            self._restart()
        headers = {} if made["session"] is None else {"X-Mock-Session": made["session"].encode("latin-1")}
        query = [(name, value) for name, value in made["query"]]
        body = made["body"].encode("latin-1")
        response = self._api.request(made["method"], made["path"], params=query, content=body, headers=headers)
        if response.status_code >= 500:
            return f"{response.status_code} {response.text:.200}"
        problems = CONTRACT.problems(response)
        if not problems and response.is_success and made["method"] != "GET":
            problems = self._problems_afterwards(made)
        return "; ".join(problems)[:300]

    def _problems_afterwards(self, made: Input) -> list[str]:
        """Return what is wrong with the next request of a client, now that a record, setting or response is odd."""
        if any(member in made["body"] for member in ("latency", "delay_ms", "fault", '"status"', '"example"')):
            self._api.app.mock_app.sessions.reset("default")
            return []
        vendor = next((value for name, value in made["query"] if name == "vendor"), "leadbank")
        trial = self._trials.get(vendor)
        if trial is None:
            return []
        operation = Random(made["body"]).choice(operations(vendor))
        request, content, headers = trial.valid(operation)
        response = self._api.request(**request, content=content, headers={"Content-Type": JSON, **headers})
        defects = self._api.last_entry().response_defects
        return [f"then {operation.key}: {response.status_code}"] if response.status_code >= 500 else defects

    def _restart(self) -> None:
        sessions = self._api.app.mock_app.sessions
        for session in list(sessions):
            if session.name != "default":
                self._api.app.mock_app.close_session(session.name)
        sessions.reset("default")
        for body in (2, "x"):
            self._api.post("/api/leads", json=body)
        self._api.get("/api/nothing")
