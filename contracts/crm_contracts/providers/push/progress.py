"""Printing progress while sending."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from crm_contracts.providers.push.pusher import Pusher
from crm_contracts.providers.push.receiver_response import CaseResult, ReceiverResponse
from crm_contracts.report.text import plural, safe

Echo = Callable[[str], Any]

_MAX_LINES: Final = 20
"""Responses of a stream that are printed individually."""


def examine(pusher: Pusher, names: Iterable[str], echo: Echo, skip: Iterable[str] = ()) -> Iterator[CaseResult]:
    """Examine a receiver, printing a line for each case; yield the results.

    Args:
        pusher: sends to the receiver.
        names: of the cases, as in `Pusher.examining`.
        echo: prints a line.
        skip: likewise.
    """
    width = max(map(len, pusher.cases), default=0)
    total = failed = dependent = 0
    for result in pusher.examining(names, skip):
        total, failed = total + 1, failed + (not result.passed)
        fails_as = result.fails_as if not result.passed else ""
        dependent += bool(fails_as)
        line = f"{'ok    ' if result.passed else 'FAILED'}  {result.case.name.ljust(width)}  {_responses(result)}"
        echo(f"{line}: fails as case {fails_as}" if fails_as else line)
        yield result
    echo(f"{plural(total, 'case')}, {failed} failed{f', {dependent} of them as an earlier one' if dependent else ''}")


def _responses(result: CaseResult) -> str:
    slowest = max((response.milliseconds for response in result.answers), default=0.0)
    distinct = list(dict.fromkeys(_status(response) for response in result.answers))
    return f"{safe(', '.join(distinct))} in {slowest:.0f} ms"


def send(pusher: Pusher, records: Iterable[Any], seconds: float, echo: Echo) -> None:
    """Send records, printing a line for each of the first responses, and a summary if there are several.

    Args:
        pusher: sends to the receiver.
        records: sent unchanged.
        seconds: between the starts of two requests.
        echo: prints a line.
    """
    start = time.monotonic()
    statuses: Counter[str] = Counter()
    times: list[float] = []
    for count, response in enumerate(pusher.streaming(records, seconds), 1):
        statuses[_status(response)] += 1
        times.append(response.milliseconds)
        if count <= _MAX_LINES:
            echo(safe(f"{response.shown} in {response.milliseconds:.0f} ms"))
    if len(times) > 1:
        elapsed = time.monotonic() - start
        counts = ", ".join(f"{safe(status)} ×{count}" for status, count in statuses.most_common())
        echo(f"sent {len(times)} in {elapsed:.1f} s ({len(times) / elapsed:.1f}/s): {counts}")
        echo(f"response time: median {statistics.median(times):.0f} ms, maximum {max(times):.0f} ms")


def _status(response: ReceiverResponse) -> str:
    """Return the status, or why there was no response."""
    return response.shown if response.failure else str(response.status)
