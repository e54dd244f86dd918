"""Choosing an answer for a request other than the one it would get: queue, preference, magic value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from crm_mocks.asgi.preferences import Preferences, preferences_of
from crm_mocks.contract import Operation, Outcome
from crm_mocks.faults import DEFAULT_DELAY_MS, Fault
from crm_mocks.mock_response import JSON, MockResponse
from crm_mocks.parsing.media_types import content_type
from crm_mocks.request_context import RequestContext
from crm_mocks.state.response_queue import QueuedResponse

_MAGIC: Final = re.compile(r"(?:^|\+)mock-((?:fault-)?[A-Za-z0-9_]+)(?:@|$)", re.ASCII)
_MAGIC_FAULTS: Final = {f"fault-{fault.lower()}": fault for fault in Fault}


@dataclass(slots=True)
class ResponseOverride:
    """What was chosen for a request.

    Attributes:
        by: `mock` where the mock's own answer stands, else `queue`, `Prefer` or `magic`.
        answer: the answer forced, or `None`.
        after: the request takes its effect before the forced answer is given.
        delay_ms: to hold the answer back, or how long a fault takes that is made of time.
        fault: what happens to the answer on its way, if anything.
        headers: to add to the answer.
        chunked: the body goes out in chunks.
        applied: value of the `Preference-Applied` header, or empty.
    """

    by: str = "mock"
    answer: MockResponse | None = None
    after_processing: bool = False
    delay_ms: int = 0
    fault: Fault | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    applied: str = ""
    chunked: bool = False

    @property
    def is_dry_run(self) -> bool:
        """Whether the request must not take its effect."""
        return (self.answer is not None or self.fault is not None) and not self.after_processing


async def choose_override(context: RequestContext) -> ResponseOverride:
    """Return what is to be answered: the queue comes first, then the request's preferences, then magic values.

    Raises:
        PreferenceRefused: the request prefers what the operation does not document.
    """
    operation = context.operation
    assert operation is not None  # only matched requests come here
    queued = context.session.queue.take(operation.key, context.body, operation.outcomes)
    if queued is not None:
        return _from_queue(context, operation, queued)
    preferences = preferences_of(context.headers, context.query if context.query_string else None)
    if preferences:
        return await _from_preferences(context, operation, preferences)
    return next(_from_magic(context, operation), None) or ResponseOverride()


def _from_queue(context: RequestContext, operation: Operation, queued: QueuedResponse) -> ResponseOverride:
    answer = None if queued.keeps_response else _queued_answer(context, operation, queued)
    headers = list(queued.headers)
    return ResponseOverride(
        "queue", answer, queued.after_processing, queued.delay_ms, queued.fault, headers, chunked=queued.chunked
    )


def _queued_answer(context: RequestContext, operation: Operation, queued: QueuedResponse) -> MockResponse:
    outcome = operation.outcomes.get(queued.example) if queued.example else None
    if outcome is None and queued.status is not None:
        outcome = operation.first_outcome(queued.status)
    if outcome is None and queued.status is None:
        outcome = operation.success()
    if queued.raw is not None:  # nobody has documented these bytes, nor do the example's headers go with them
        return MockResponse(queued.status or (outcome.status if outcome else 200), "", media_type="", raw=queued.raw)
    answer = example_response(context, outcome) if outcome else MockResponse(queued.status or 200, "")
    if queued.status is not None:
        answer.status = queued.status
    if queued.has_body:
        answer.body = queued.body
        answer.media_type = _queued_media_type(queued) or answer.media_type or JSON
    return answer


def _queued_media_type(queued: QueuedResponse) -> str:
    """Return the media type that a queued answer's own headers name for its body, or an empty text."""
    named = (value for name, value in queued.headers if name.lower() == "content-type")
    return content_type(next(named, "")).media_type


async def _from_preferences(
    context: RequestContext, operation: Operation, preferences: Preferences
) -> ResponseOverride:
    seed = preferences.seed
    if seed is not None:
        context.seeded = context.seeded.reseeded(seed)
    outcome = preferences.outcome(operation)
    if outcome is None:
        return ResponseOverride(applied=preferences.applied if seed is not None else "")
    answer = example_response(context, outcome)
    if preferences.dynamic:
        ordinal = 1 if seed is not None else await context.ordinal("dynamic")
        answer.body = context.vendor.fabricate(context, outcome, context.seeded, ordinal)
    return ResponseOverride("Prefer", answer, applied=preferences.applied)


def _from_magic(context: RequestContext, operation: Operation) -> Iterator[ResponseOverride]:
    """Yield what magic values in the request ask for: outcomes, and faults by `mock-fault-<name in lower case>`."""
    for value in context.vendor.magic(context):
        names = _MAGIC.findall(value) if isinstance(value, str) else ()
        for fault in filter(None, map(_MAGIC_FAULTS.get, names)):
            yield ResponseOverride("magic", fault=fault, delay_ms=DEFAULT_DELAY_MS.get(fault, 0))
        for outcome in _magic_outcomes(operation, value, names):
            yield ResponseOverride("magic", example_response(context, outcome))


def _magic_outcomes(operation: Operation, value: Any, names: Iterable[str]) -> Iterator[Outcome]:
    """Yield the outcomes that one magic value, or the magic words in it, stand for."""
    for name in names:
        found = operation.outcomes.get(name) or operation.outcome_written(name)
        if found is not None:
            yield found
    if value is not None and not isinstance(value, str | bool):
        yield from (each for each in operation.outcomes.values() if each.magic == value)


def example_response(context: RequestContext, outcome: Outcome) -> MockResponse:
    """Return a documented outcome as an answer, in the media type that the client prefers of those documented."""
    media_type = _accepted(context.headers.get("accept", ""), outcome)
    body = context.vendor.example(context, outcome, media_type)
    return MockResponse(outcome.status, outcome.name, body, media_type, list(outcome.headers.items()))


def _accepted(accept: str, outcome: Outcome) -> str:
    asked = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return next((each for each in outcome.value if each in asked), outcome.media_type)
