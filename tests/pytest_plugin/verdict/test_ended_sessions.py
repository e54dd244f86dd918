"""Verdicts on sessions of in-process mocks are saved in batches, and again when they change."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from crm_contracts.judge.verdict import Verdict
from crm_contracts.pytest_plugin.fixtures.offline import OfflineServer, OfflineSessionMocks
from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.verdict.saved_verdict import SavedVerdict
from crm_mocks.errors import UsageError

KEY = {"x-api-key": "demo-key"}


@pytest.fixture
def saved() -> list[SavedVerdict]:
    return []


@pytest.fixture
def offline(saved: list[SavedVerdict]) -> Iterator[OfflineServer]:
    made = OfflineServer(PluginOptions(), save=saved.append, batch=2)
    yield made
    made.bridge.close()


def verdicts(saved: list[SavedVerdict]) -> list[Verdict]:
    """Return the last verdict on each batch."""
    return list({each.batch: each.verdict for each in saved}.values())


def run(offline: OfflineServer, name: str, requests: int = 1) -> OfflineSessionMocks:
    """Send requests in a session and end it."""
    mocks = offline.open(name, [])
    for _ in range(requests):
        send(mocks)
    mocks.findings([], close=True)
    return mocks


def send(mocks: OfflineSessionMocks) -> None:
    with httpx.Client(transport=mocks.transport, base_url="https://crm.example", headers=KEY) as client:
        client.get("/v1/leads/config")


def test_each_session_is_in_one_verdict(offline: OfflineServer, saved: list[SavedVerdict]) -> None:
    for name in ("a", "b", "c"):
        run(offline, name)
    assert [each.verdict.sessions for each in saved] == [("a", "b")]
    offline.ended.close()
    assert [each.sessions for each in verdicts(saved)] == [("a", "b"), ("c",)]
    assert [each.exchanges for each in verdicts(saved)] == [2, 1]


def test_sessions_without_requests_are_named(offline: OfflineServer, saved: list[SavedVerdict]) -> None:
    run(offline, "a", requests=0)
    offline.ended.close()
    assert [each.sessions for each in verdicts(saved)] == [("a",)]


def test_a_late_request_changes_the_verdict_on_its_batch(offline: OfflineServer, saved: list[SavedVerdict]) -> None:
    first = run(offline, "a")
    run(offline, "b")
    with pytest.raises(httpx.RemoteProtocolError):
        send(first)
    offline.ended.close()
    [verdict] = verdicts(saved)
    assert (verdict.exchanges, [notice.kind for notice in verdict.notices]) == (3, ["late"])


def test_an_unchanged_batch_is_saved_once(offline: OfflineServer, saved: list[SavedVerdict]) -> None:
    run(offline, "a")
    run(offline, "b")
    offline.ended.close()
    assert len(saved) == 1


def test_a_discarded_session_is_left_out(offline: OfflineServer, saved: list[SavedVerdict]) -> None:
    for name in ("a", "b", "c"):
        run(offline, name)
    offline.ended.discard("a")
    offline.ended.discard("c")
    offline.ended.close()
    assert [each.sessions for each in verdicts(saved)] == [("b",)]


def test_an_unknown_vendor_is_reported_at_once() -> None:
    with pytest.raises(UsageError, match="unknown vendor 'nobody'"):
        OfflineServer(PluginOptions(vendors=("nobody",)))
