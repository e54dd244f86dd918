"""What breaks a client is shrunk to an answer that differs from the documented one in one place."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, find, settings

from crm_contracts.fuzz import MutationKind, answers
from crm_contracts.fuzz.example_responses import example_responses
from crm_mocks.errors import UsageError

OPERATION = "config_api.createLead"
SEARCH = settings(max_examples=2_000, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def smallest(weakness, **which):
    return find(answers(OPERATION, outcome="created_full", **which), weakness, settings=SEARCH)


def body(answer):
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def test_the_simplest_answer_is_the_documented_one():
    answer = smallest(lambda _: True)
    (start,) = example_responses(OPERATION, None, "created_full")
    assert (answer.kind, answer.unusual, answer.allowed) == (MutationKind.DOCUMENTED, "", True)
    assert (answer.body, answer.headers) == (start.builder.body, start.builder.headers)
    assert body(answer) == start.outcome.value["application/json"]


@pytest.mark.parametrize(
    ("weakness", "kind"),
    [
        (
            lambda answer: isinstance(body(answer), dict) and (body(answer).get("id") or 0) == 2**53 + 1,
            MutationKind.NUMBER,
        ),
        (lambda answer: answer.chunked, MutationKind.CHUNKED),
        (
            lambda answer: isinstance(body(answer), dict) and "unknownMember" in body(answer),
            MutationKind.UNKNOWN_MEMBER,
        ),
    ],
)
def test_an_allowed_answer_shrinks_to_one_difference(weakness, kind):
    answer = smallest(weakness, allowed=True)
    assert answer.kind == kind
    assert ";" not in answer.unusual


def test_a_number_beyond_doubles_is_told_in_words():
    answer = smallest(lambda answer: isinstance(body(answer), dict) and body(answer).get("id") == 2**53 + 1)
    assert answer.unusual == "body.id is 9007199254740993, above 2**53"


def test_a_forbidden_answer_has_one_reason():
    answer = smallest(lambda answer: answer.kind is MutationKind.TRUNCATED_BODY, allowed=False)
    assert (answer.unusual, answer.fault) == ("the body lacks its last byte", None)
    assert body(answer) is None


@pytest.mark.parametrize(
    "kind",
    [
        MutationKind.NULL,
        MutationKind.PROXY_PAGE,
        MutationKind.LOST_ANSWER,
        MutationKind.HANG,
        MutationKind.MEDIA_TYPE,
        MutationKind.TYPE,
        MutationKind.SLOW_BODY,
    ],
)
def test_networks_produce_each_kind(kind):
    assert smallest(lambda answer: answer.kind is kind, allowed=False).unusual


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"operation": "nobody.createLead"}, "names no operation"),
        ({"operation": "config_api.nothing"}, "unknown operation 'config_api.nothing': there are"),
        ({"operation": OPERATION, "status": 299}, "documents no response '299': it has 200 created_full"),
        ({"operation": OPERATION, "outcome": "nothing"}, "documents no response 'nothing'"),
    ],
)
def test_what_the_contract_does_not_have_is_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        answers(**arguments)
