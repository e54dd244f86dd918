"""One generated answer for a client program: a documented one, altered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.documented import Documented
from crm_contracts.fuzz.draft import Alteration, Inapplicable
from crm_contracts.fuzz.making import made, rule_of
from crm_mocks.asgi.queued_response import MAX_DELAY_MS
from crm_mocks.faults import Fault

CONNECTION: Final = ("carriage", "connection")
"""The place of what happens to connections."""

_SILENCE_SECONDS: Final = 5.0
LONGEST_SECONDS: Final = MAX_DELAY_MS / 1000 - _SILENCE_SECONDS
"""The longest time limit of a run: mocks do not hold answers back long enough to tell whether a longer one is kept."""

_SLOW: Final = 0.2
_SLOWEST_SECONDS: Final = 1.0
"""What an answer takes that comes slowly: a part of a run's time limit, but no longer than that."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """An answer that a client program is given.

    Attributes:
        answer: what it gets.
        always: every request to the operation gets it, not the first one only.
        start: the documented answer that it was made from; `None` where that is no longer known.
        alterations: what was done to it.
    """

    answer: FuzzedAnswer
    always: bool = False
    start: Documented | None = None
    alterations: tuple[Alteration, ...] = ()

    @property
    def often(self) -> str:
        """`once` or `always`."""
        return "always" if self.always else "once"

    @property
    def unusual(self) -> str:
        """What is unusual about it, in words."""
        words = self.answer.unusual or "as documented"
        return f"{words}, given always" if self.always else words

    def as_queued(self) -> dict[str, Any]:
        """Return the body of `POST /__admin/responses` that has the mock give it, without the session."""
        return {**self.answer.as_queued(), "times": None if self.always else 1}


class Maker:
    """Makes attempts."""

    def __init__(self, seconds: float) -> None:
        """Take note of the user's patience.

        Args:
            seconds: time limit of a run: an answer that does not come stays away for longer, so that a client which has
                no limit of its own is found, and one that comes slowly is there well before.
        """
        self._silence_ms = round((seconds + _SILENCE_SECONDS) * 1000)
        self._slow_ms = round(min(seconds * _SLOW, _SLOWEST_SECONDS) * 1000)

    def make(
        self, start: Documented, alterations: Iterable[Alteration], *, allowed: bool, always: bool = False
    ) -> Attempt:
        """Return a documented answer with alterations; those left out that another one makes impossible.

        Args:
            start: the documented answer.
            alterations: what to do to it, the first one first.
            allowed: whether the contract allows each of them.
            always: give it to every request to the operation.
        """
        draft, done = start.draft, list[Alteration]()
        for each in alterations:
            if any(before.excludes(each.place) for before in done):
                continue
            try:
                draft = each.change(draft)
            except Inapplicable:
                continue
            done.append(each)
        if draft.delay_ms:
            never = draft.fault is Fault.TIMEOUT and draft.phase == "before"
            draft = replace(draft, delay_ms=self._silence_ms if never else self._slow_ms)
        if allowed and len(done) > 1:
            allowed = not start.violations(draft)  # each is allowed by itself, but there are rules of several members
        rule = rule_of(start, done[0]) if len(done) == 1 and not allowed else ""
        return Attempt(made(start, draft, done, rule, allowed=allowed), always, start, tuple(done))

    def documented(self, start: Documented, *, always: bool = False) -> Attempt:
        """Return a documented answer as it is."""
        return self.make(start, (), allowed=True, always=always)


def takes_time(alteration: Alteration, start: Documented) -> bool:
    """Tell whether an alteration has a client wait."""
    return alteration.place == CONNECTION and alteration.change(start.draft).delay_ms > 0
