"""Sending while telling of it, line by line."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from crm_contracts.providers.push.pusher import Pusher
from crm_contracts.providers.push.receiver_response import CaseResult, ReceiverResponse
from crm_contracts.report.text import plural, safe

Say = Callable[[str], Any]

_MOST_LINES: Final = 20
"""Answers of a stream that are told one by one."""


def examine(pusher: Pusher, names: Iterable[str], say: Say) -> None:
    """Examine a receiver, with a line for each case.

    Args:
        pusher: sends to it.
        names: of the cases; empty for all.
        say: takes a line.
    """
    longest = max(map(len, pusher.cases), default=0)
    total = wrong = 0
    for examined in pusher.examining(names):
        total, wrong = total + 1, wrong + (not examined.passed)
        say(f"{'ok    ' if examined.passed else 'FAILED'}  {examined.case.name.ljust(longest)}  {_case(examined)}")
    say(f"{plural(total, 'case')}, {wrong} failed")


def _case(examined: CaseResult) -> str:
    slowest = max((answer.milliseconds for answer in examined.answers), default=0.0)
    seen = list(dict.fromkeys(_what(answer) for answer in examined.answers))
    return f"{safe(', '.join(seen))} in {slowest:.0f} ms"


def send(pusher: Pusher, records: Iterable[Any], seconds: float, say: Say) -> None:
    """Send records, with a line for each answer of the first, and a summary of several.

    Args:
        pusher: sends to the receiver.
        records: what to send, as they are.
        seconds: between the beginnings of two requests.
        say: takes a line.
    """
    begin = time.monotonic()
    answers: Counter[str] = Counter()
    times: list[float] = []
    for count, answer in enumerate(pusher.streaming(records, seconds), 1):
        answers[_what(answer)] += 1
        times.append(answer.milliseconds)
        if count <= _MOST_LINES:
            say(_line(answer))
    if len(times) > 1:
        took = time.monotonic() - begin
        counts = ", ".join(f"{safe(what)} ×{often}" for what, often in answers.most_common())
        say(f"sent {len(times)} in {took:.1f} s ({len(times) / took:.1f}/s): {counts}")
        say(f"an answer took {statistics.median(times):.0f} ms at the median, {max(times):.0f} ms at most")


def _line(answer: ReceiverResponse) -> str:
    return safe(f"{answer.shown} in {answer.milliseconds:.0f} ms")


def _what(answer: ReceiverResponse) -> str:
    """Return the status, or why nothing came."""
    return answer.shown if answer.failure else str(answer.status)
