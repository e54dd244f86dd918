"""Answers that are queued in each session when it begins, and again when it is reset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from crm_mocks.errors import UsageError
from crm_mocks.options import ReplayedResponse
from crm_mocks.parsing.json_members import can_be_written

if TYPE_CHECKING:
    from crm_mocks.asgi.mock_app import MockApp
    from crm_mocks.state.response_queue import QueuedResponse


def parse_replayed(
    responses: Sequence[Mapping[str, Any] | ReplayedResponse] | None, mock_app: MockApp
) -> tuple[QueuedResponse, ...]:
    """Return responses in the form that sessions queue.

    Args:
        responses: the option `replay`.
        mock_app: whose operations they may name, with the settings that sessions start with.

    Raises:
        UsageError: it is not a list, or one of the responses is wrong.
    """
    if responses is None:
        return ()
    if not isinstance(responses, list | tuple):
        raise UsageError("replay wants a list of responses, each as the body of POST /__admin/responses")
    named = (
        each if isinstance(each, ReplayedResponse) else ReplayedResponse(f"replay[{number}]", each)
        for number, each in enumerate(responses)
    )
    return tuple(_parsed(named, mock_app))


def _parsed(responses: Iterable[ReplayedResponse], mock_app: MockApp) -> Iterator[QueuedResponse]:
    for answer in responses:
        from crm_mocks.asgi.queued_response import (
            parse_queued_response,
        )  # here, since most starts have nothing to replay

        try:
            yield parse_queued_response(_plain(answer.values), mock_app)
        except UsageError as error:
            raise UsageError(f"{answer.source}: {error}") from None


def _plain(values: Any) -> dict[str, Any]:
    """Return the body of a control request as it would have come, in a copy of our own."""
    if not isinstance(values, Mapping):
        raise UsageError("wants an object, the body of POST /__admin/responses, or a list of such")
    values = dict(values)
    if "session" in values:
        raise UsageError("takes no 'session': the answer is queued in each")
    if not can_be_written(values):
        raise UsageError("has a value or a name that JSON has not, or is nested too deeply")
    plain: dict[str, Any] = orjson.loads(orjson.dumps(values))
    return plain
