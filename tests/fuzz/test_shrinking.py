"""Failures shrink to a response with a single difference from the documented one."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, find, settings

from crm_contracts.fuzz import MutationKind, answers
from crm_contracts.fuzz.example_responses import example_responses
from crm_mocks.errors import UsageError

OPERATION = "config_api.createLead"
SEARCH = settings(max_examples=20_000, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
"""With more examples than most searches need: some releases of Hypothesis come to the rarest mutation late."""


def smallest(weakness, **which):
    return find(answers(OPERATION, outcome="created_full", **which), weakness, settings=SEARCH)


def body(response):
    try:
        return json.loads(response.body)
    except ValueError:
        return None


def test_the_simplest_response_is_the_documented_one():
    response = smallest(lambda _: True)
    (start,) = example_responses(OPERATION, None, "created_full")
    assert (response.kind, response.unusual, response.allowed) == (MutationKind.DOCUMENTED, "", True)
    assert (response.body, response.headers) == (start.builder.body, start.builder.headers)
    assert body(response) == start.outcome.value["application/json"]


@pytest.mark.parametrize(
    ("weakness", "kind"),
    [
        (
            lambda response: isinstance(body(response), dict) and (body(response).get("id") or 0) == 2**53 + 1,
            MutationKind.NUMBER,
        ),
        (lambda response: response.chunked, MutationKind.CHUNKED),
        (
            lambda response: isinstance(body(response), dict) and "unknownMember" in body(response),
            MutationKind.UNKNOWN_MEMBER,
        ),
    ],
)
def test_an_allowed_response_shrinks_to_one_difference(weakness, kind):
    response = smallest(weakness, allowed=True)
    assert response.kind == kind
    assert ";" not in response.unusual


def test_a_number_beyond_doubles_is_described_in_words():
    response = smallest(lambda response: isinstance(body(response), dict) and body(response).get("id") == 2**53 + 1)
    assert response.unusual == "body.id is 9007199254740993, above 2**53"


def test_a_forbidden_response_has_one_mutation():
    response = smallest(lambda response: response.kind is MutationKind.TRUNCATED_BODY, allowed=False)
    assert (response.unusual, response.fault) == ("the body lacks its last byte", None)
    assert body(response) is None


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
def test_each_kind_of_fault_is_generated(kind):
    assert smallest(lambda response: response.kind is kind, allowed=False).unusual


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"operation": "unknown.createLead"}, "is not <vendor>.<operationId>"),
        ({"operation": "config_api.nothing"}, "unknown operation 'config_api.nothing' .*: there are"),
        ({"operation": OPERATION, "status": 299}, "documents no response '299': it has 200 created_full"),
        ({"operation": OPERATION, "outcome": "nothing"}, "documents no response 'nothing'"),
    ],
)
def test_unknown_operations_and_responses_are_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        answers(**arguments)
