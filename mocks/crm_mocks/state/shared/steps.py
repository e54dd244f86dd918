"""Steps of a transaction: one, or several requests to the same session."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any, Final

_MAX_STEPS: Final = 32
"""Maximum number of steps in one transaction: others wait for it, and it is repeated after a conflict."""


class Step:
    """One use of sessions, which is repeated if another process was faster.

    Attributes:
        is_done: the step has failed, or what it has changed is stored.
    """

    __slots__ = ("_error", "_result", "_run", "is_done")

    def __init__(self, run: Callable[[], Awaitable[Any]]) -> None:
        """Prepare a step.

        Args:
            run: uses the sessions.
        """
        self.is_done = False
        self._run = run
        self._result: Any = None
        self._error: Exception | None = None

    async def run(self) -> None:
        """Run the step, and keep its result."""
        self._result = await self._run()

    def fail(self, error: Exception) -> None:
        """Have `result` raise an error."""
        self._error, self.is_done = error, True

    @property
    def result(self) -> Any:
        """The result of the step.

        Raises:
            Exception: that of the step.
        """
        if self._error is not None:
            raise self._error
        return self._result


class StepQueue:
    """Steps of one session that arrived while a transaction was in progress; the next one stores them together.

    So a busy session takes one round trip for many requests, and so do two processes that compete for it.
    """

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        self._steps: deque[Step] = deque()

    def __bool__(self) -> bool:
        return bool(self._steps)

    def add(self, step: Step) -> None:
        """Append a step."""
        self._steps.append(step)

    def remove(self, step: Step) -> None:
        """Remove a step."""
        self._steps.remove(step)

    def next_steps(self) -> list[Step]:
        """Return the steps of the next transaction, oldest first."""
        return list(islice((step for step in self._steps if not step.is_done), _MAX_STEPS))
