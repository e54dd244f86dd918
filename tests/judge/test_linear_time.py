"""Judging takes linear time, measured in function calls."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from crm_contracts.judge.allowance import matches
from crm_contracts.judge.exchanges import redacted_exchange
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.description import occurrence_of
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.exchanges.secrets import Secrets
from crm_mocks.credential_names import is_redacted
from crm_mocks.state.spill_file import SpillFile
from crm_mocks.vendor import Vendor
from tests.conftest import Api
from tests.judge.conftest import GOOD
from tests.judge.helpers import CONTACTS, verdict


def steps(action: Callable[[], object]) -> int:
    """Return the number of function calls of an action."""
    profile = cProfile.Profile()
    profile.runcall(action)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed lacks it


def with_members(count: int) -> bytes:
    """Return a contact with undocumented members, some with names of credentials."""
    names = (f"token{number}" if number % 500 == 0 else f"x{number}" for number in range(count))
    return orjson.dumps({"email": "ada@example.com", **dict.fromkeys(names, "value")})


def test_twice_as_many_members_take_twice_as_many_steps(judge: ExchangeJudge) -> None:
    def judged(count: int) -> Callable[[], object]:
        collector = Collector(judge, "t", secrets=Secrets(judge.redaction))
        exchange = replace(GOOD, request_body=with_members(count))
        return lambda: (collector.add(exchange), collector.verdict())

    judged(10)()  # caches
    assert steps(judged(4000)) < 2.5 * steps(judged(2000))


def test_an_exchange_with_many_findings_is_described_once(
    judge: ExchangeJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = Collector(judge, "t", secrets=Secrets(judge.redaction))
    described, redacted = list[object](), list[object]()
    redact = Secrets.redacted
    monkeypatch.setattr(redacted_exchange, "occurrence_of", lambda item: described.append(item) or occurrence_of(item))
    monkeypatch.setattr(
        Secrets, "redacted", lambda self, item, about: redacted.append(item) or redact(self, item, about)
    )
    collector.add(replace(GOOD, request_body=with_members(100)))
    assert len(collector.verdict().notices) == 100
    assert (len(described), len(redacted)) == (1, 1)


@pytest.mark.parametrize("name", ["token", "x"])
def test_a_body_of_any_size_has_a_limited_number_of_findings(judge: ExchangeJudge, name: str) -> None:
    def judged(count: int) -> Callable[[], object]:
        collector = Collector(judge, "t", secrets=Secrets(judge.redaction))
        members = {f"{name}{number}": f"value {number}" for number in range(count)}
        exchange = replace(GOOD, request_body=orjson.dumps(members), response_body=orjson.dumps([members]))
        return lambda: (collector.add(exchange), collector.verdict())

    judged(10)()  # caches
    assert steps(judged(8_000)) < 2.5 * steps(judged(4_000))


def test_thousands_of_secrets_are_not_searched_one_by_one(judge: ExchangeJudge) -> None:
    members = {f"token{number}": f"value {number}" for number in range(5_000)}
    exchange = replace(GOOD, request_body=orjson.dumps(members))
    redacted = Secrets(judge.redaction).redacted(exchange)
    assert is_redacted(redacted.exchange.request_body.decode())


def test_stars_in_allowed_paths_take_no_backtracking() -> None:
    path = "/" + "a" * 20_000
    assert not matches("/*a*a*a*a*a*b", path)
    assert matches("/*a*a*a*a*a", path)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/ab", False),
        ("*", "", True),
        ("/a*", "/a", True),
        ("/a*a", "/a", False),
        ("/a*a", "/aa", True),
        ("*b*b*", "abcb", True),
        ("*b*b*b*", "abcb", False),
        ("/a*bc*c", "/abcbc", True),
        ("/a.b", "/axb", False),
    ],
)
def test_a_star_matches_any_characters(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


def test_each_block_of_a_spilled_journal_is_read_once(
    api: Callable[..., Api], toy_vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = api(toy_vendor, settings={"host.journal_bytes": 1024**2})
    for number in range(100):
        toy.post(CONTACTS, json={"email": "y" * 50_000, f"x{number}": 1})
    session = toy.app.mock_app.sessions.get("default")
    blocks = len(session.journal.blocks)
    reads = list[object]()
    read = SpillFile.read
    monkeypatch.setattr(SpillFile, "read", lambda self, block: reads.append(block) or read(self, block))
    result = verdict(toy)
    assert len(result.notices) == 100
    assert all(notice.first.request for notice in result.notices)
    assert blocks > 2
    assert len(reads) <= blocks
