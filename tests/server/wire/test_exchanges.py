"""Malformed requests are rejected, all others get their response, and the next client is served."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.connections import LOOPS, serving_toy
from tests.server.wire.cases import ANSWERED, MALFORMED_HEADS, PLAIN, REFUSED, TRUNCATED, Case
from tests.server.wire.exchanges import Answered, converse, is_served

Figures = Callable[[str], None]


def check(case: Case, came: list[Answered]) -> str | None:
    """Return a message if the responses to a case are wrong."""
    try:
        for answer in came:
            answer.check()
    except AssertionError as error:
        return f"{case.name}: {error!r}"
    statuses = tuple(answer.status for answer in came)
    return None if statuses == case.statuses else f"{case.name}: {statuses} and not {case.statuses}"


def test_malformed_requests_are_rejected_and_the_connection_closed(mocks: Mocks, figures: Figures) -> None:
    wrong = []
    for case in REFUSED:
        came = converse(mocks, case.sent, ends=False)
        wrong.append(check(case, came) or ("" if all(each.is_bare for each in came) else f"{case.name}: not bare"))
        assert is_served(mocks), case.name
    assert list(filter(None, wrong)) == []
    figures(f"promise 4: {len(REFUSED)} malformed messages, each refused and followed by a request that is served")


def test_bytes_after_a_rejected_message_are_ignored(mocks: Mocks) -> None:
    bare_ends = [case for case in REFUSED if not case.sent.endswith(PLAIN)]
    wrong = [check(case, converse(mocks, case.sent + PLAIN, ends=False)) for case in bare_ends]
    assert list(filter(None, wrong)) == []


def test_valid_requests_get_their_response(mocks: Mocks, figures: Figures) -> None:
    wrong = []
    for case in ANSWERED:
        wrong.append(check(case, converse(mocks, case.sent)))
        assert is_served(mocks), case.name
    assert list(filter(None, wrong)) == []
    figures(f"promise 1: {len(ANSWERED)} odd exchanges, each with the answers that it is to have")


def test_a_truncated_message_is_rejected(mocks: Mocks, figures: Figures) -> None:
    wrong = [check(case, converse(mocks, case.sent)) for case in TRUNCATED]
    assert list(filter(None, wrong)) == []
    assert is_served(mocks)
    figures(f"promise 1: {len(TRUNCATED)} truncated messages")


@pytest.mark.parametrize("case", [*ANSWERED[:30:3], *REFUSED[::16]], ids=lambda case: case.name)
def test_bytes_may_arrive_one_by_one(mocks: Mocks, case: Case) -> None:
    ends = case in ANSWERED
    assert check(case, converse(mocks, case.sent[:3000], ends=ends, byte_by_byte=True)) is None


@pytest.mark.parametrize("loop", LOOPS)
def test_each_rejected_message_is_journalled_once(toy_vendor: Vendor, loop: str) -> None:
    heads = [case for case in MALFORMED_HEADS if not case.sent.startswith((b"\r\n", PLAIN))]
    # A server of its own: the shared one may still be journalling what an earlier test broke off.
    with serving_toy(toy_vendor, loop) as mocks:
        for case in heads:
            converse(mocks, case.sent, ends=False)
        assert sum(session.journal.total for session in mocks.mock_app.sessions) == len(heads)
