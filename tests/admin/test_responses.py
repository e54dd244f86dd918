"""Queueing responses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin.conftest import CONTACTS, OPERATION, Control, refused


def queue(control: Control, **body: Any) -> str:
    response = control.post("responses", {"operation": OPERATION, **body})
    assert response.status_code == 201, response.text
    found: str = response.json()["id"]
    return found


def test_a_queued_status_is_used_once(control: Control) -> None:
    queue(control, status=409)
    assert [control.create().status_code for _ in range(2)] == [409, 201]


def test_the_operation_may_be_named_without_its_vendor(control: Control) -> None:
    queue(control, operation=OPERATION.partition(".")[2], status=409)
    assert control.get("responses").json()["responses"][0]["operation"] == OPERATION
    assert control.create().status_code == 409


def test_an_operation_of_several_vendors_needs_one_of_them(api: Any) -> None:
    control = Control(api("config_api", "crmcom"))
    message = refused(control.post("responses", {"operation": "createLead", "status": 500}))
    assert message == (
        "several vendors have an operation 'createLead': write one of config_api.createLead, crmcom.createLead"
    )


def test_a_queued_example_sets_status_and_body(control: Control) -> None:
    queue(control, example="duplicate")
    response = control.create()
    assert (response.status_code, response.json()) == (409, {"error": "duplicate contact"})


def test_a_queued_body_gets_the_success_status(control: Control) -> None:
    queue(control, body={"id": "a text"})
    response = control.create()
    assert (response.status_code, response.json()) == (201, {"id": "a text"})


def test_status_example_and_body_combine(control: Control) -> None:
    queue(control, status=418, example="duplicate", headers={"X-Why": "tea", "Retry-After": 30})
    response = control.create()
    assert (response.status_code, response.json()) == (418, {"error": "duplicate contact"})
    assert (response.headers["x-why"], response.headers["retry-after"]) == ("tea", "30")


def test_an_undocumented_status_is_allowed(control: Control) -> None:
    queue(control, status=599)
    assert control.create().status_code == 599


def test_a_text_body_is_sent_with_its_own_media_type(control: Control) -> None:
    queue(control, status=502, body="<h1>Bad Gateway</h1>", headers={"content-type": "text/html; charset=utf-8"})
    response = control.create()
    assert response.text == "<h1>Bad Gateway</h1>"
    assert response.headers.get_list("content-type") == ["text/html; charset=utf-8"]


def test_raw_bytes_are_sent_unchanged_with_the_given_headers(control: Control) -> None:
    pairs = [["X-Twice", "one"], ["X-Twice", "two"]]
    queue(control, body_base64="/wB7", headers=pairs)
    assert control.get("responses").json()["responses"][0]["body_base64"] == "/wB7"
    response = control.create()
    assert (response.status_code, response.content) == (201, b"\xff\0{")
    assert response.headers.get_list("x-twice") == ["one", "two"]
    assert "content-type" not in response.headers


def test_a_chunked_response_has_no_content_length(control: Control) -> None:
    queue(control, chunked=True, body={"id": "a longer text"})
    response = control.create()
    assert response.json() == {"id": "a longer text"}
    assert response.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in response.headers


@pytest.mark.parametrize("status", [204, 304])
def test_statuses_without_body_in_http_get_none(control: Control, status: int) -> None:
    queue(control, status=status, body={"a": 1})
    response = control.create()
    assert (response.status_code, response.content) == (status, b"")


def test_times_limits_the_number_of_uses(control: Control) -> None:
    queue(control, status=500, times=2)
    assert [control.create().status_code for _ in range(3)] == [500, 500, 201]


def test_times_null_means_always(control: Control) -> None:
    queue(control, status=500, times=None)
    assert [control.create().status_code for _ in range(5)] == [500] * 5


def test_match_selects_the_request(control: Control) -> None:
    queue(control, status=500, match={"email": "bob@example.com"})
    assert control.create("ada@example.com").status_code == 201
    assert control.create("bob@example.com").status_code == 500


def test_phase_after_stores_first(control: Control) -> None:
    queue(control, status=500, phase="after")
    queue(control, status=500, phase="before")
    assert [control.create(name).status_code for name in ("a@b.c", "b@b.c")] == [500, 500]
    assert [record["email"] for record in control.api.records("contacts")] == ["a@b.c"]


def test_a_delay_alone_keeps_the_mocks_own_response(control: Control) -> None:
    queue(control, delay_ms=1)
    response = control.create()
    assert response.status_code == 201
    assert len(control.api.records("contacts")) == 1


def test_sessions_have_separate_queues(control: Control) -> None:
    queue(control, session="one", status=500)
    assert control.create().status_code == 201
    assert control.create(session="one").status_code == 500


def test_pending_responses_are_listed_in_order(control: Control) -> None:
    first = queue(control, status=500)
    second = queue(control, example="duplicate", times=3, delay_ms=5, match={"email": "x"}, headers={"X-A": "b"})
    assert control.get("responses").json()["responses"] == [
        {"id": first, "operation": OPERATION, "times": 1, "used": 0, "status": 500, "phase": "before"},
        {
            "id": second,
            "operation": OPERATION,
            "times": 3,
            "used": 0,
            "match": {"email": "x"},
            "example": "duplicate",
            "headers": {"X-A": "b"},
            "delay_ms": 5,
            "phase": "before",
        },
    ]


def test_metadata_is_stored_and_otherwise_ignored(control: Control) -> None:
    queue(control, status=409, metadata={"why": ["id", {"is": None}]})
    assert control.get("responses").json()["responses"][0]["metadata"] == {"why": ["id", {"is": None}]}
    assert "why" not in control.create().text


def test_ids_are_never_reused(control: Control) -> None:
    first = queue(control, status=500)
    control.delete("responses")
    assert queue(control, status=500) != first


def test_ids_are_the_same_in_every_run(control: Control) -> None:
    assert queue(control, session="one", status=500) == "one-answer-1"
    assert queue(control, status=500) == "default-answer-1"


def test_delete_clears_the_queue_of_the_session(control: Control) -> None:
    for session in ("one", "two"):
        queue(control, session=session, status=500)
    assert control.delete("responses?session=one").json() == {"deleted": 1}
    assert control.delete("responses?session=never-used").json() == {"deleted": 0}
    assert control.create(session="one").status_code == 201
    assert control.create(session="two").status_code == 500


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": 500},
        {"operation": "toy.nothing", "status": 500},
        {"operation": "createNothing", "status": 500},
        {"operation": "nobody.createContact", "status": 500},
        {"operation": 5, "status": 500},
        {"operation": OPERATION},
        {"operation": OPERATION, "times": 1},
        {"operation": OPERATION, "metadata": {"why": "x"}},
        *(
            {"operation": OPERATION, "status": 500, **wrong}
            for wrong in (
                {"status": 99},
                {"status": 100},
                {"status": 600},
                {"status": True},
                {"status": "x"},
                {"status": 500.0},
                {"example": "nothing"},
                {"example": 5},
                {"times": 0},
                {"times": -1},
                {"times": 1.5},
                {"delay_ms": -1},
                {"delay_ms": 600_001},
                {"delay_ms": "x"},
                {"phase": "during"},
                {"phase": 5},
                {"headers": ["X-A"]},
                {"body_base64": "no base 64"},
                {"body_base64": "", "body": 1},
                {"status": 200, "chunked": "perhaps"},
                {"headers": "X-A: b"},
                {"headers": {"X A": "b"}},
                {"headers": {"": "b"}},
                {"headers": {"X-A\r\nX-B": "b"}},
                {"headers": {"Ü": "b"}},
                {"headers": {"X-A": "b\r\nSet-Cookie: c"}},
                {"headers": {"X-A": "b\n"}},
                {"headers": {"X-A": "\0"}},
                {"headers": {"X-A": "€"}},
                {"headers": {"X-A": ["b"]}},
                {"headers": {"X-A": True}},
                {"headers": {"X-A": "b" * 8193}},
                {"headers": {"Content-Length": "5"}},
                {"headers": {"transfer-encoding": "chunked"}},
                {"headers": {f"X-{number}": "b" for number in range(51)}},
                {"delay": 5},
                {"metadata": 5},
                {"metadata": []},
            )
        ),
    ],
)
def test_invalid_responses_are_rejected_and_not_queued(control: Control, body: Any) -> None:
    refused(control.post("responses", body))
    assert control.get("responses").json() == {"responses": []}
    assert control.create().status_code == 201


def test_an_unknown_name_is_rejected_with_the_known_ones(control: Control) -> None:
    assert OPERATION in refused(control.post("responses", {"operation": "toy.x", "status": 500}))
    assert "duplicate" in refused(control.post("responses", {"operation": OPERATION, "example": "x"}))


def test_a_pending_fault_is_listed(control: Control) -> None:
    queue(control, fault="SLOW_BODY")
    queue(control, fault="TIMEOUT", delay_ms=0, status=409, phase="after")
    queue(control, fault="EMPTY_RESPONSE")
    shown = control.get("responses").json()["responses"]
    assert [(each["fault"], each.get("delay_ms"), each["phase"]) for each in shown] == [
        ("SLOW_BODY", 5000, "before"),
        ("TIMEOUT", None, "after"),
        ("EMPTY_RESPONSE", None, "before"),
    ]


@pytest.mark.parametrize("fault", ["empty_response", "NONE", "", 5, ["TIMEOUT"]])
def test_an_unknown_fault_is_rejected_with_the_known_ones(control: Control, fault: Any) -> None:
    assert "fault" in refused(control.post("responses", {"operation": OPERATION, "fault": fault}))
    assert control.get("responses").json()["responses"] == []


def test_a_too_deeply_nested_body_is_rejected(control: Control) -> None:
    raw = f'{{"operation": "{OPERATION}", "body": {"[" * 240}{"]" * 240}}}'
    assert "nested too deeply" in refused(control.api.post("/__admin/responses", content=raw))


def test_the_deepest_accepted_body_is_sent_and_listed(control: Control) -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    queue(control, body=deep)
    assert control.get("responses").status_code == 200
    assert control.create().json() == deep


def test_a_queued_response_is_marked_in_the_journal(control: Control) -> None:
    queue(control, status=500)
    control.api.post(CONTACTS, json={"email": 5})
    [entry] = control.get("requests").json()["requests"]
    assert (entry["chosen_by"], entry["answer"]["status"]) == ("queue", 500)
    assert entry["violations"]


def test_a_vendor_name_matches_any_of_its_operations(control: Control) -> None:
    control.post("responses", {"operation": "toy", "status": 503})
    assert control.create().status_code == 503
    assert control.create().status_code == 201


def test_an_example_of_a_vendor_matches_operations_that_have_it(control: Control) -> None:
    name = next(iter(control.mock_app.contracts["toy"].operations["createContact"].outcomes))
    control.post("responses", {"operation": "toy", "example": name})
    control.create()
    assert control.api.last_entry().chosen_by == "queue"


def test_an_example_that_no_operation_has_is_rejected(control: Control) -> None:
    assert "toy has no example 'nothing'" in refused(
        control.post("responses", {"operation": "toy", "example": "nothing"})
    )


def test_one_queued_response_is_deleted_by_its_id(control: Control) -> None:
    first, second = queue(control, status=500), queue(control, status=503)
    assert control.delete(f"responses?id={first}").json() == {"deleted": 1}
    assert [each["id"] for each in control.get("responses").json()["responses"]] == [second]
    assert control.delete(f"responses?id={first}").status_code == 404
