"""Changes of a shared queue, applied elsewhere and undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.shared.session_queue import SharedQueue


class Changes:
    """Records changes and how to undo them."""

    def __init__(self) -> None:
        self.made: list[tuple[Any, Callable[[], object]]] = []

    def record(self, change: Any, undo: Callable[[], object]) -> None:
        self.made.append((change, undo))


def ids(queue: SharedQueue) -> list[str]:
    return [entry.id for entry in queue.pending()]


def test_each_change_is_applied_to_a_copy_and_can_be_undone() -> None:
    changes: Any = Changes()
    queue, copy = SharedQueue(changes), SharedQueue(Changes())  # type: ignore[arg-type]  # what a recorder needs
    states = [ids(queue)]
    steps: list[Callable[[], object]] = [
        *(lambda each=each: queue.add(QueuedResponse(each, "a.x", size=5)) for each in "012"),
        lambda: queue.take("a.x", None),
        lambda: queue.remove("1"),
        queue.clear,
    ]
    for step in steps:
        step()
        assert copy.apply(changes.made[-1][0])
        assert ids(copy) == ids(queue)
        states.append(ids(queue))
    assert states == [[], ["0"], ["0", "1"], ["0", "1", "2"], ["1", "2"], ["2"], []]
    for state in reversed(states[:-1]):
        changes.made.pop()[1]()
        assert ids(queue) == state
    assert queue.budget.used == 0
