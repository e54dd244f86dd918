"""Runs in which a receiver accepts nothing, and selections of cases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm_contracts.providers import push
from crm_mocks.errors import UsageError
from tests.providers.push.conftest import failed, to_receiver
from tests.providers.push.receiver import BASIC, Headers, Receiver, Response, json_message


def constant(status: int) -> type[Receiver]:
    class Constant(Receiver):
        def respond(self, _headers: Headers, _body: bytes) -> Response:
            return json_message(status, "No.")

    return Constant


@pytest.mark.parametrize("status", [400, 401, 403, 409, 422, 429, 500, 503])
def test_a_receiver_that_accepts_nothing_is_one_finding(status: int) -> None:
    with to_receiver(constant(status)(), lookup=None) as pusher:
        pusher.examine(["new-lead", "created", "year-string"])
        verdict = pusher.verdict()
    assert [(each.rule, each.status, each.count) for each in verdict.failing] == [("nothing-accepted", status, 4)]
    assert f"none of 3 records was accepted: {status} ×3" in verdict.failing[0].message
    assert verdict.exit_code() == 1


def test_cases_that_expect_a_refusal_do_not_count() -> None:
    with to_receiver(constant(422)(), lookup=None) as pusher:
        pusher.examine(["not-an-object", "id-missing"])
        assert [each.rule for each in pusher.verdict().findings if each.rule == "nothing-accepted"] == []


def test_a_refusal_among_accepted_leads_breaks_nothing() -> None:
    with to_receiver(Receiver()) as pusher:
        pusher.stream([{"id": 1, "account_id": 44}, {"id": 2, "account_id": 7}])
        pusher.require_accepted()
        assert pusher.verdict().exit_code() == 0


def test_the_finding_advises_which_account_or_credentials_to_pass() -> None:
    messages = {}
    for status in (401, 422):
        with to_receiver(constant(status)(), lookup=None) as pusher:
            pusher.examine(["new-lead"])
            messages[status] = pusher.verdict().failing[0].message
    assert "--credential" in messages[401]
    assert "--set activix.known_accounts=[ID]" in messages[422]


class FullLeadsOnly(Receiver):
    """Refuses leads without e-mail addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def is_valid(self, lead: Any) -> bool:
        self.sizes.append(len(json.dumps(lead)))
        return super().is_valid(lead) and bool(lead.get("emails"))


def test_cases_vary_a_lead_that_the_receiver_accepts() -> None:
    with to_receiver(FullLeadsOnly()) as pusher:
        assert failed(pusher.examine(["no-content-type", "year-string", "escaped-text", "unknown-account"])) == []


def test_a_case_sends_the_one_before_it_first() -> None:
    receiver = Receiver()
    with to_receiver(receiver) as pusher:
        (result,) = pusher.examine(["status-change"])
    assert (result.case.name, result.passed) == ("status-change", True)
    assert len(receiver.leads) == 2  # the lead to start from, and the changed one


@pytest.mark.parametrize(
    ("names", "skip", "expected"),
    [
        (["year-*"], [], ["year-string"]),
        (["created*"], ["created-*"], ["created"]),
        (["documented"], ["c*-*", "[d-z]*"], ["created", "account-as-object"]),
    ],
)
def test_cases_are_selected_by_patterns(names: list[str], skip: list[str], expected: list[str]) -> None:
    with to_receiver(Receiver()) as pusher:
        assert [result.case.name for result in pusher.examine(names, skip)] == expected


def test_documented_cases_rest_on_no_position() -> None:
    with to_receiver(Receiver()) as pusher:
        names = [result.case.name for result in pusher.examine(["documented"])]
    assert {"new-lead", "same-lead-again", "unknown-account", "comment-null"} <= set(names)
    assert {"wrong-password", "long-trim", "created-year-integer", "invalid-type", "cut-off"}.isdisjoint(names)


def test_a_pattern_that_matches_nothing_is_a_usage_error() -> None:
    with to_receiver(Receiver()) as pusher:
        with pytest.raises(UsageError, match=r"there is no case 'x\*'"):
            pusher.examine(["x*"])
        with pytest.raises(UsageError, match="--skip leaves out all of them"):
            pusher.examine(["new-lead"], ["new-*"])


class Routed(Receiver):
    """Keeps the paths and headers of its requests."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def __call__(self, environ: Any, start_response: Any) -> Any:
        query = environ["QUERY_STRING"]
        self.urls.append(environ["PATH_INFO"] + (f"?{query}" if query else ""))
        return super().__call__(environ, start_response)


def test_changes_go_to_their_own_url() -> None:
    receiver = Routed()
    with push.to_wsgi("activix", receiver, "/created", update_to="/updated", credentials=BASIC) as pusher:
        pusher.examine(["new-lead", "same-lead-again", "update-of-unseen-lead"])
        pusher.push({"id": 5, "account_id": 44})
        pusher.push({"id": 5, "account_id": 44, "status": "lost"})
    assert receiver.urls == [*("/created", "/created", "/updated", "/updated"), "/created", "/updated"]


def test_additional_headers_are_sent_but_credentials_only_where_they_are_right() -> None:
    receiver = Receiver()
    headers = {"X-Tenant": "7", "X-Api-Key": "a-secret-key", "accept": "text/plain"}
    with push.to_wsgi("activix", receiver, credentials=BASIC, headers=headers) as pusher:
        pusher.examine(["wrong-password"])
    right, wrong = receiver.seen
    assert (right["x-tenant"], right["x-api-key"], right["accept"]) == ("7", "a-secret-key", "text/plain")
    assert (wrong["x-tenant"], "x-api-key" in wrong) == ("7", False)


@pytest.mark.parametrize("path", ["/hooks/{url_token}/leads", "/hooks/a%20token/leads", "/leads?key={url_token}"])
def test_a_token_in_the_url_is_sent_and_varied(path: str) -> None:
    class Tokened(Routed):
        def is_authentic(self, headers: Headers, _body: bytes) -> bool:
            return "authorization" not in headers and "a token" in self.urls[-1].replace("%20", " ").split("-wrong")[0]

    receiver = Tokened()
    with push.to_wsgi("activix", receiver, path, credentials={"url_token": "a token"}) as pusher:
        results = pusher.examine(["new-lead", "url-token-*"])
        verdict = pusher.verdict()
    assert [result.answers[0].status for result in results] == [200, 401, 200]
    assert "token-wrong" in receiver.urls[-1]
    assert "a token" not in json.dumps(verdict.as_json())
    assert "a%20token" not in json.dumps(verdict.as_json())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"headers": {"X Y": "1"}}, "the header 'X Y' cannot be sent"),
        ({"headers": {"X": "a\nb"}}, "the header 'X' cannot be sent"),
        ({"headers": {"Content-Length": "1"}}, "is set by HTTP itself"),
        ({"credentials": {"url_token": "abcd"}}, "the credential url_token is not in the receiver's URL"),
        ({"update_to": "updated"}, "the path 'updated' must start with /"),
    ],
)
def test_an_address_that_cannot_be_used_is_a_usage_error(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        push.to_wsgi("activix", Receiver(), **options)


@pytest.mark.parametrize(("status", "fails"), [(400, False), (413, False), (418, False), (500, True), (503, True)])
def test_an_error_of_the_receiver_fails_a_case_that_rests_on_a_position(status: int, fails: bool) -> None:
    class Limited(Receiver):
        def is_valid(self, lead: Any) -> bool:
            return super().is_valid(lead) and all(len(v.get("trim") or "") < 100 for v in lead.get("vehicles") or ())

        def invalid(self, _lead: Any) -> Response:
            return json_message(status, "Too long.")

    with to_receiver(Limited()) as pusher:
        assert failed(pusher.examine(["long-trim"])) == ["long-trim"] * fails


def test_forbidden_in_place_of_unauthorized_is_an_assumption() -> None:
    with to_receiver(constant(403)(), lookup=None) as pusher:
        pusher.push()
        (finding,) = pusher.verdict().findings
    assert (finding.rule, finding.basis.position, finding.fails) == (
        "undocumented-status",
        "activix-unauthorized",
        False,
    )
