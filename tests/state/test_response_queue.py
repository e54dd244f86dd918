"""The bounds of queued responses, and that those for others take no time."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.state import response_queue
from crm_mocks.state.response_queue import QueueBudget, QueuedResponse, ResponseQueue


def ids(queue: ResponseQueue, operation: str, count: int) -> list[str]:
    taken = [queue.take(operation, None, ("ok",)) for _ in range(count)]
    return [entry.id for entry in taken if entry is not None]


def test_responses_for_an_operation_and_for_its_vendor_are_taken_in_the_order_of_the_queue() -> None:
    queue = ResponseQueue()
    for number, target in enumerate(["a.x", "a", "a.y", "a.x", "a"]):
        queue.add(QueuedResponse(str(number), target, example="ok" if target == "a" else None))
    assert ids(queue, "a.x", 9) == ["0", "1", "3", "4"]
    assert [entry.id for entry in queue.pending()] == ["2"]


@pytest.mark.parametrize("count", [100, 200])
def test_responses_for_other_operations_are_not_looked_at(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = ResponseQueue()
    for number in range(count):
        queue.add(QueuedResponse(str(number), "a.other", match={"a": number}))
    queue.add(QueuedResponse("mine", "a.x", match={"a": 1}))
    compared: list[Any] = []
    matches = response_queue.matches
    monkeypatch.setattr(response_queue, "matches", lambda *values: compared.append(values) or matches(*values))
    taken = queue.take("a.x", {"a": 1})
    assert taken is not None
    assert taken.id == "mine"
    assert len(compared) == 2  # the object and its member


def test_a_queue_has_a_maximum_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_queue, "MAX_QUEUED", 2)
    queue = ResponseQueue()
    queue.add(QueuedResponse("1", "a.x"))
    queue.add(QueuedResponse("2", "a.x"))
    with pytest.raises(UsageError, match="has 2 queued responses"):
        queue.add(QueuedResponse("3", "a.x"))


def test_queues_share_a_maximum_size_that_used_and_removed_responses_give_back() -> None:
    first, second = ResponseQueue(), ResponseQueue()
    first.budget = second.budget = QueueBudget(100)
    first.add(QueuedResponse("1", "a.x", size=60))
    with pytest.raises(UsageError, match="must not exceed 100 bytes"):
        second.add(QueuedResponse("2", "a.x", size=60))
    first.take("a.x", None)
    second.add(QueuedResponse("3", "a.x", size=60))
    assert second.remove("3")
    first.add(QueuedResponse("4", "a.x", size=90))
    first.clear()
    assert first.budget.used == 0
