"""Merged verdicts of workers and runs."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import orjson
import pytest

from crm_contracts.judge.baseline import apply
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.codec import Malformed
from crm_contracts.judge.merge import EMPTY, merge
from crm_contracts.judge.verdict import Verdict
from tests.conftest import Api
from tests.judge.helpers import CONTACTS, OPERATION, create, queue, verdict


def mixed(toy: Api, session: str, seed: int) -> None:
    """Send various valid and invalid requests."""
    random = Random(seed)
    for number in range(30):
        kind = random.randrange(6)
        if kind == 0:
            create(toy, number, session)
        elif kind == 1:
            toy.get(f"/~{session}/toy/{random.randrange(3)}")
        elif kind == 2:
            toy.post(f"/~{session}{CONTACTS}", json={"email": f"{seed}-{number}@b.c", "shoe": 1, "born": "1990-12-10"})
        elif kind == 3:
            create(toy, "same@example.com", session, headers={"X-Key": random.choice(["demo-key", "wrong"])})
        else:
            create(toy, f"{seed}-{number}@example.com", session)


def as_read(verdict: Verdict) -> Verdict:
    return Verdict.from_json(orjson.loads(orjson.dumps(verdict.as_json())))


def test_a_verdict_survives_serialization(toy: Api) -> None:
    mixed(toy, "default", 1)
    queue(toy, status=418)
    result = verdict(toy, vendors=("toy",), allow=(f"{OPERATION}:400",))
    result = apply(result, (BaselineEntry(OPERATION, "never", ("body",)),))
    assert as_read(result) == result


def test_the_order_of_merging_does_not_matter(toy: Api) -> None:
    for seed, session in enumerate(("a", "b", "c")):
        mixed(toy, session, seed)
    parts = [verdict(toy, session) for session in ("a", "b", "c")]
    merged = {orjson.dumps(merge(order).as_json()) for order in permutations(parts)}
    nested = merge([merge(parts[:1]), merge(parts[1:])])
    assert merged == {orjson.dumps(nested.as_json())}


def test_merged_counts_equal_those_of_a_single_session(api: Any, toy_vendor: Any) -> None:
    split, whole = api(toy_vendor), api(toy_vendor)
    random = Random(7)
    for number in range(120):
        body = random.choice([{"email": f"{number}@b.c"}, {"email": number}, {}, {"email": "a@b.c", "born": "x"}])
        key = {"X-Key": random.choice(["demo-key", "demo-key", "wrong"])}
        path = random.choice([CONTACTS, CONTACTS, CONTACTS, "/toy/other"])
        split.post(f"/~worker-{number % 4}{path}", json=body, headers=key)
        whole.post(path, json=body, headers=key)
    merged, single = verdict(split), verdict(whole)
    assert {finding.key: finding.count for finding in merged.findings} == {
        finding.key: finding.count for finding in single.findings
    }
    assert merged.operations == single.operations
    assert (merged.coverage, merged.exchanges, merged.faulty) == (single.coverage, single.exchanges, single.faulty)


def test_merging_nothing_is_empty() -> None:
    assert merge([]) == EMPTY
    assert as_read(EMPTY) == EMPTY


def test_a_finding_of_another_run_is_not_resolved(toy: Api) -> None:
    create(toy, 5, session="a")
    create(toy, session="b")
    entries = (BaselineEntry(OPERATION, "type", ("body", "email")),)
    merged = merge(apply(verdict(toy, session), entries) for session in ("b", "a", "b"))
    assert (merged.resolved, merged.failing) == ((), ())
    assert merge(apply(verdict(toy, "b"), entries) for _ in range(2)).resolved == entries


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "crm-mocks report 9"}, 'it has no "format": "crm-mocks report 2"'),
        ({"exchanges": "many"}, "verdict.exchanges must be of type int"),
        ({"exchanges": True}, "verdict.exchanges must be of type int"),
        ({"findings": {}}, "verdict.findings must be a list"),
        ({"operations": [{"key": "a"}]}, r"verdict\.operations\[0\]\.vendor is missing"),
        ({"contracts": []}, "verdict.contracts must be an object"),
        ({"contracts": {"toy": [1]}}, r"verdict\.contracts\.toy\[0\] must be of type str"),
    ],
)
def test_a_malformed_verdict_is_reported_with_its_location(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Malformed, match=message):
        Verdict.from_json(EMPTY.as_json() | change)
