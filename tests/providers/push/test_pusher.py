"""Pushing from Python: single records, streams, tokens, and the check of what is stored."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from crm_contracts.providers import push
from crm_contracts.providers.push import pusher as pusher_module
from crm_mocks import create_app
from crm_mocks.errors import UsageError
from tests.providers.push.conftest import NOW, failed, to_receiver
from tests.providers.push.receiver import BASIC, Receiver, Response, Signed, json_message

ORIGIN = "http://receiver.crm-mocks.test"
CLIENT = {"client_id": "activix", "client_secret": "activix-secret", "token_url": f"{ORIGIN}/activix/oauth/token"}


class Recording(Receiver):
    """Keeps the bodies it receives."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[bytes] = []

    def respond(self, headers: dict[str, str], body: bytes) -> Response:
        self.bodies.append(body)
        return super().respond(headers, body)


def test_the_documented_example_is_pushed() -> None:
    receiver = Receiver()
    with to_receiver(receiver) as pusher:
        response = pusher.push()
    assert (response.status, response.body, response.json, response.failure, response.violations) == (
        200,
        b"",
        None,
        "",
        (),
    )
    assert receiver.leads["3387562"]["last_name"] == "Doe"


def test_a_record_is_completed_by_default() -> None:
    receiver = Receiver()
    with to_receiver(receiver) as pusher:
        pusher.push({"id": 1, "account_id": 44})
        pusher.push({"id": 2, "account_id": 44}, complete=False)
    assert receiver.leads["1"]["status"] is None
    assert receiver.leads["2"] == {"id": 2, "account_id": 44}


def test_an_invalid_record_is_refused() -> None:
    with to_receiver(Receiver()) as pusher, pytest.raises(UsageError, match="a lead is a JSON object"):
        pusher.push(5)


def test_a_documented_refusal_breaks_nothing() -> None:
    with to_receiver(Receiver(), settings={"activix.known_accounts": [7]}) as pusher:
        assert pusher.push().json == {"message": "Unknown Account."}
        verdict = pusher.verdict()
    assert (verdict.word, verdict.exit_code()) == ("kept", 0)
    assert [(each.operation, each.status) for each in verdict.refused] == [("activix.createLead", 422)]


def test_an_undocumented_response_breaks_the_contract() -> None:
    class Teapot(Receiver):
        success = 418

    with to_receiver(Teapot(), lookup=None) as pusher:
        assert [each.rule for each in pusher.push().violations] == ["undocumented-status"]
        assert pusher.verdict().exit_code() == 1
        pusher.forget()
        assert pusher.verdict().exit_code() == 0


def test_the_responses_to_a_stream_are_in_order() -> None:
    receiver = Recording()
    with to_receiver(receiver) as pusher:
        responses = pusher.stream(map(pusher.generated, range(1, 6)))
    assert [response.status for response in responses] == [200] * 5
    assert [json.loads(body)["id"] for body in receiver.bodies] == [3400001, 3400002, 3400003, 3400004, 3400005]


def test_a_stream_keeps_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        waits.append(round(seconds, 6))
        now += seconds

    monkeypatch.setattr(pusher_module.time, "sleep", sleep)
    monkeypatch.setattr(pusher_module.time, "monotonic", lambda: now)
    with to_receiver(Receiver()) as pusher:
        pusher.stream(map(pusher.generated, range(1, 4)), seconds=0.25)
    assert waits == [0.25, 0.25]


def test_a_stream_does_not_wait_for_responses(serving: Callable[..., Any]) -> None:
    others = threading.Barrier(3, timeout=60)
    first = threading.Event()

    def respond(connection: socket.socket) -> None:
        if first.is_set():
            others.wait()
        first.set()  # the first response is awaited, to check the connection
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with push.to_url("activix", serving(respond).url) as pusher:
        responses = pusher.stream(map(pusher.generated, range(1, 5)))
    assert [response.status for response in responses] == [200] * 4


def test_the_same_seed_and_time_send_the_same_bytes() -> None:
    first, second = Recording(), Recording()
    for receiver in (first, second):
        with to_receiver(receiver) as pusher:
            pusher.examine()
    assert first.bodies == second.bodies


def test_a_token_is_requested_once() -> None:
    application = create_app(now=NOW)
    with push.to_asgi("activix", application, credentials=CLIENT) as pusher:
        assert [response.status for response in pusher.stream(map(pusher.generated, range(1, 4)))] == [200] * 3
        counts = {each.key: each.count for each in pusher.verdict().operations}
    assert counts == {"activix.createLead": 3, "activix.issueToken": 1}


def test_an_expired_token_is_requested_again() -> None:
    application = create_app(settings={"activix.token_seconds": 1})
    with push.to_asgi("activix", application, credentials=CLIENT) as pusher:
        assert [response.status for response in pusher.stream(map(pusher.generated, range(1, 4)))] == [200] * 3
        counts = {each.key: each.count for each in pusher.verdict().operations}
    assert counts == {"activix.createLead": 3, "activix.issueToken": 3}


def test_without_a_token_the_request_is_refused() -> None:
    credentials = {**CLIENT, "client_secret": "wrong"}
    with push.to_asgi("activix", create_app(), credentials=credentials) as pusher:
        assert pusher.push().status == 401
        refused = {(each.operation, each.status) for each in pusher.verdict().refused}
    assert refused == {("activix.createLead", 401), ("activix.issueToken", 401)}


@pytest.mark.parametrize(
    ("credentials", "settings"),
    [
        ({}, {}),
        (CLIENT, {}),
        ({"signature_key": "a-key"}, {"activix.signature_key": "a-key"}),
        ({}, {"activix.created_body": "2018-11"}),
        ({}, {"activix.open_enums": True}),
        ({}, {"activix.known_accounts": [7]}),
        ({}, {"activix.path": "/hooks/activix"}),
    ],
    ids=str,
)
def test_the_mock_passes_all_cases(credentials: dict[str, str], settings: dict[str, Any]) -> None:
    application = create_app(now=NOW, settings=settings)
    with push.to_asgi("activix", application, credentials=credentials, settings=settings) as pusher:
        assert failed(pusher.examine()) == []
        verdict = pusher.verdict()
    assert (verdict.exit_code(), verdict.word) == (0, "kept")


def test_the_examination_confirms_each_status_that_a_sender_can_provoke() -> None:
    with push.to_asgi("activix", create_app(), credentials=CLIENT) as pusher:
        pusher.examine()
        operations = pusher.verdict().operations
    seen = {each.key: [status.status for status in each.statuses if status.count] for each in operations}
    assert seen == {"activix.createLead": [200, 400, 401, 422], "activix.issueToken": [200, 400, 401]}


def test_a_wrongly_accepted_request_is_reported_once() -> None:
    class Accepting(Receiver):
        def is_valid(self, lead: Any) -> bool:
            return isinstance(lead, dict) and "id" in lead

    with to_receiver(Accepting()) as pusher:
        pusher.examine(["invalid-type"])
        assert [each.rule for each in pusher.verdict().findings] == ["answer"]
        pusher.forget()
        pusher.push({"id": 1, "account_id": 44, "first_name": 5})
        assert [each.rule for each in pusher.verdict().findings] == ["accepted-invalid"]


def test_a_single_case_can_be_examined() -> None:
    receiver = Recording()
    with to_receiver(receiver) as pusher:
        (result,) = pusher.examine(["year-string", "year-string"])
    assert (result.case.name, result.passed) == ("year-string", True)
    assert receiver.bodies[1:] == [result.case.pushes[0].body]  # the first was a record to start from


def test_an_unknown_case_is_a_usage_error_with_all_names() -> None:
    with to_receiver(Receiver()) as pusher, pytest.raises(UsageError, match="no case 'x': there are new-lead, same-"):
        pusher.examine(["x"])


def test_an_unknown_credential_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="activix has no credential 'user': it has username, password, "):
        push.to_wsgi("activix", Receiver(), credentials={"user": "a"})


def test_a_vendor_that_does_not_send_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="config_api does not send"):
        push.to_wsgi("config_api", Receiver())


class WithLookup(Receiver):
    """Returns its leads to GET requests."""

    status = 404

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] != "GET":
            return super().__call__(environ, start_response)
        lead = self.leads.get(environ["PATH_INFO"].rpartition("/")[2])
        status, headers, body = (
            json_message(self.status, "No.") if lead is None else json_message(200, json.dumps(lead))
        )
        start_response(f"{status} Status", list(headers.items()))
        return [body]


class Dropping(WithLookup):
    def store(self, lead: Any) -> None:
        if lead["id"] % 2:
            super().store(lead)


def test_the_lookup_may_be_a_url() -> None:
    with to_receiver(WithLookup(), lookup=f"{ORIGIN}/leads/{{id}}") as pusher:
        assert failed(pusher.examine()) == []
    with to_receiver(Dropping(), lookup=f"{ORIGIN}/leads/{{id}}") as pusher:
        assert [each.rule for each in pusher.push({"id": 2, "account_id": 44}).violations] == ["accepted-and-dropped"]


def test_an_unexpected_response_to_a_lookup_is_a_usage_error() -> None:
    class Failing(WithLookup):
        status = 500

    with (
        to_receiver(Failing(), lookup=f"{ORIGIN}/leads/{{id}}") as pusher,
        pytest.raises(UsageError, match="responded with 500, expected"),
    ):
        pusher.push()


@pytest.mark.parametrize("template", ["http://127.0.0.1/leads", "leads/{id}"])
def test_a_lookup_without_placeholder_is_a_usage_error(template: str) -> None:
    with pytest.raises(UsageError, match=r"must be an http:// or https:// URL with the placeholder .id."):
        push.to_wsgi("activix", Receiver(), lookup=template)


def test_wrong_credentials_are_refused_by_the_receiver() -> None:
    with to_receiver(Signed(), credentials=BASIC) as pusher:
        assert pusher.push().status == 401


@pytest.mark.parametrize("body", [b'{"received": true}', b"[]"])
def test_a_body_of_the_receivers_own_beside_200_breaks_nothing(body: bytes) -> None:
    class OwnBody(Receiver):
        def respond(self, headers: dict[str, str], sent: bytes) -> Response:
            status, _, answer = super().respond(headers, sent)
            return (status, {"Content-Type": "application/json"}, body) if status == 200 else (status, {}, answer)

    with to_receiver(OwnBody()) as pusher:
        response = pusher.push()
        assert pusher.verdict().exit_code() == 0
    assert {violation.basis for violation in response.violations} == {"activix-created-body"}
