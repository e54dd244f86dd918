"""Whether clients waited until Retry-After had elapsed, by the times of recorded exchanges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crm_contracts.judge.exchange import MAX_MILLISECONDS, Exchange
from crm_mocks.contract import Notice
from crm_mocks.parsing.retry_after import RETRY_AFTER_STATUSES, retry_after
from crm_mocks.state.retry_after import TOLERANCE, early_retry, knows_response, spacing_notice
from crm_mocks.violations import Violation

_WHOLE_SECOND: Final = 1.0
"""Tolerance if a recording has whole seconds only."""


@dataclass(frozen=True)
class _Wait:
    """A response that asks a client to wait, or would if it had Retry-After.

    Attributes:
        content: what identifies the request.
        status: status of the response.
        end: when the client had the response.
        seconds: seconds that Retry-After asks to wait, or 0.
        is_exact: the recording has fractions of seconds.
    """

    content: tuple[str, str, bytes]
    status: int
    end: datetime
    seconds: float
    is_exact: bool


class RetryPacing:
    """The waits of the operations in a recording."""

    def __init__(self) -> None:
        """Start without any."""
        self._waits: dict[str, _Wait] = {}

    def judge(self, operation: str, exchange: Exchange) -> tuple[list[Violation], list[Notice]]:
        """Return the violation or notice about the time of a request, and remember its response.

        Args:
            operation: `<vendor>.<operationId>`.
            exchange: the exchange; those without a time are skipped.
        """
        start = _moment(exchange.at)
        if start is None:
            return [], []
        content = (exchange.method, exchange.url, exchange.request_body)
        wait = self._waits.get(operation)
        elapsed = (start - wait.end).total_seconds() if wait is not None else 0.0
        violations: list[Violation] = []
        notices: list[Notice] = []
        if wait is not None and elapsed > 0:  # with a frozen clock, all times are the same
            is_repeated = content == wait.content
            tolerance = TOLERANCE if wait.is_exact else _WHOLE_SECOND
            if wait.seconds and elapsed + tolerance < wait.seconds and knows_response(elapsed, is_repeated=is_repeated):
                violations = [early_retry(wait.seconds)]
            elif not wait.seconds and is_repeated:
                notices = list(filter(None, [spacing_notice(wait.status, elapsed)]))
        self._remember(operation, exchange, start, content)
        return violations, notices

    def _remember(self, operation: str, exchange: Exchange, start: datetime, content: tuple[str, str, bytes]) -> None:
        end = start + timedelta(milliseconds=min(exchange.milliseconds or 0, MAX_MILLISECONDS))
        if exchange.status in RETRY_AFTER_STATUSES:
            seconds = max(retry_after(exchange.response_headers, end), 0)
            is_exact = bool(start.microsecond) or exchange.milliseconds is not None
            self._waits[operation] = _Wait(content, exchange.status, end, seconds, is_exact)
        else:
            wait = self._waits.get(operation)
            if wait is not None and (not wait.seconds or start >= wait.end + timedelta(seconds=wait.seconds)):
                del self._waits[operation]


_YEARS: Final = range(2, 9900)
"""Years in which a pause can be added to a time."""


def _moment(at: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and moment.year in _YEARS else None
