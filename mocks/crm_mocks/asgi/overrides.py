"""Overriding the response to a request: by queue, preference or magic value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from crm_mocks.asgi.preferences import Preferences, preferences_of
from crm_mocks.asgi.steering_notices import MAX_MAGIC_LENGTH, magic_notices, preference_notices
from crm_mocks.contract import Operation, Outcome
from crm_mocks.faults import DEFAULT_DELAY_MS, Fault
from crm_mocks.mock_response import JSON, MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.state.response_queue import QueuedResponse

_MAGIC: Final = re.compile(r"(?:^|\+)mock-((?:fault-)?[A-Za-z0-9_]+)(?:@|$)", re.ASCII)
_MAX_MISSPELT: Final = 200
"""Number of values of a request that are compared with the magic ones, to find misspelt ones."""

_MAGIC_FAULTS: Final = {f"fault-{fault.lower()}": fault for fault in Fault}


class ResponseOverride(msgspec.Struct):
    """How the response to a request differs from the mock's own.

    Attributes:
        chosen_by: `mock` for the mock's own response, otherwise `queue`, `Prefer` or `magic`.
        response: the forced response, or `None`.
        after_processing: process the request before sending the forced response.
        delay_ms: milliseconds before the response is sent, or duration of a timed fault.
        fault: connection fault to inject, if any.
        headers: headers to add to the response.
        preferences_applied: value of the `Preference-Applied` header; may be empty.
        chunked: send the body with chunked transfer encoding.
    """

    chosen_by: str = "mock"
    response: MockResponse | None = None
    after_processing: bool = False
    delay_ms: int = 0
    fault: Fault | None = None
    headers: list[tuple[str, str]] = msgspec.field(default_factory=list)
    preferences_applied: str = ""
    chunked: bool = False

    @property
    def is_dry_run(self) -> bool:
        """Whether the request must not change any state."""
        return (self.response is not None or self.fault is not None) and not self.after_processing

    @property
    def delivers_success(self) -> bool:
        """Whether the client receives all of a forced response with the status of a success."""
        is_received = self.fault in (None, Fault.SLOW_BODY)
        return self.response is not None and self.response.status < 400 and is_received


NO_OVERRIDE: Final = ResponseOverride()
"""The override of almost all requests: none."""


def choose_override(context: RequestContext) -> ResponseOverride:
    """Return the override for a request: from the queue, else its preferences, else magic values.

    Raises:
        UnsupportedPreference: the request prefers something that the operation does not document.
    """
    operation = context.operation
    assert operation is not None  # called for matched requests only
    may_prefer = context.query_string or "prefer" in context.headers
    if may_prefer:
        context.notices.extend(preference_notices(context))
    queued = context.session.queue.take(operation.key, context.body, operation.outcomes)
    if queued is not None:
        return _from_queue(context, operation, queued)
    if may_prefer:
        preferences = preferences_of(context.headers, context.query if context.query_string else None)
        if preferences:
            return _from_preferences(context, operation, preferences)
    magic = [
        each
        for each in context.vendor.magic(context)
        if each is not None
        and not (type(each) is str and "mock" not in each[:MAX_MAGIC_LENGTH].lower())  # almost none is
    ]
    return (next(_from_magic(context, operation, magic), None) if magic else None) or NO_OVERRIDE


def _from_queue(context: RequestContext, operation: Operation, queued: QueuedResponse) -> ResponseOverride:
    response = None if queued.keeps_response else _queued_response(context, operation, queued)
    headers = list(queued.headers)
    return ResponseOverride(
        "queue", response, queued.after_processing, queued.delay_ms, queued.fault, headers, chunked=queued.chunked
    )


def _queued_response(context: RequestContext, operation: Operation, queued: QueuedResponse) -> MockResponse:
    outcome = operation.outcomes.get(queued.example) if queued.example else None
    if outcome is None and queued.status is not None:
        outcome = operation.first_outcome(queued.status)
    if outcome is None and queued.status is None:
        outcome = operation.success()
    if queued.raw is not None:  # raw bytes are undocumented, and the example's headers do not apply to them
        return MockResponse(queued.status or (outcome.status if outcome else 200), "", media_type="", raw=queued.raw)
    response = example_response(context, outcome) if outcome else MockResponse(queued.status or 200, "")
    if queued.status is not None:
        response.status = queued.status
    if queued.has_body:
        response.body = queued.body
        response.media_type = queued.media_type or response.media_type or JSON
    return response


def _from_preferences(context: RequestContext, operation: Operation, preferences: Preferences) -> ResponseOverride:
    seed = preferences.seed
    if seed is not None:
        context.seeded = context.seeded.reseeded(seed)
    outcome = preferences.outcome(operation)
    if outcome is None:
        return ResponseOverride(preferences_applied=preferences.applied if seed is not None else "")
    response = example_response(context, outcome)
    if preferences.dynamic:
        ordinal = 1 if seed is not None else context.records.increment("dynamic")
        response.body = context.vendor.fabricate(context, outcome, context.seeded, ordinal)
    return ResponseOverride("Prefer", response, preferences_applied=preferences.applied)


def _from_magic(context: RequestContext, operation: Operation, values: Iterable[Any]) -> Iterator[ResponseOverride]:
    """Yield overrides for the magic values of a request: outcomes, and faults (`mock-fault-<lower-case name>`)."""
    for number, value in enumerate(values):
        names = _MAGIC.findall(value[:MAX_MAGIC_LENGTH]) if isinstance(value, str) else ()
        for fault in filter(None, map(_MAGIC_FAULTS.get, names)):
            yield ResponseOverride("magic", fault=fault, delay_ms=DEFAULT_DELAY_MS.get(fault, 0))
        for outcome in _magic_outcomes(operation, value, names):
            yield ResponseOverride("magic", example_response(context, outcome))
        if number < _MAX_MISSPELT:
            context.notices.extend(magic_notices(value, operation))  # only if it chose nothing


def _magic_outcomes(operation: Operation, value: Any, names: Iterable[str]) -> Iterator[Outcome]:
    """Yield the outcomes that a magic value, or the magic words in it, select."""
    for name in names:
        found = operation.outcomes.get(name) or operation.outcome_for_code(name)
        if found is not None:
            yield found
    if value is not None and not isinstance(value, str | bool):
        yield from (each for each in operation.outcomes.values() if each.magic == value)


def example_response(context: RequestContext, outcome: Outcome) -> MockResponse:
    """Return the response for a documented outcome, in the documented media type that the client accepts."""
    media_type = _accepted(context.headers.get("accept", ""), outcome)
    body = context.vendor.example(context, outcome, media_type)
    return MockResponse(outcome.status, outcome.name, body, media_type, list(outcome.headers.items()))


def _accepted(accept: str, outcome: Outcome) -> str:
    accepted = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return next((each for each in outcome.value if each in accepted), outcome.media_type)
