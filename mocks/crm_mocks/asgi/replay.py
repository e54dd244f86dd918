"""Replayed responses: queued in each session when it is created or reset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from crm_mocks.errors import UsageError
from crm_mocks.options import ReplayedResponse
from crm_mocks.parsing.json_members import is_serializable

if TYPE_CHECKING:
    from crm_mocks.asgi.mock_app import MockApp
    from crm_mocks.state.response_queue import QueuedResponse


def parse_replayed(
    responses: Sequence[Mapping[str, Any] | ReplayedResponse] | None, mock_app: MockApp
) -> tuple[QueuedResponse, ...]:
    """Validate responses and return them in the form that sessions queue.

    Args:
        responses: the option `replay`.
        mock_app: defines the operations that can be named, and the initial settings.

    Raises:
        UsageError: it is not a list, or a response is invalid.
    """
    if responses is None:
        return ()
    if not isinstance(responses, list | tuple):
        raise UsageError("replay must be a list of bodies of POST /__admin/responses")
    named = (
        each if isinstance(each, ReplayedResponse) else ReplayedResponse(f"replay[{number}]", each)
        for number, each in enumerate(responses)
    )
    return tuple(_validated(named, mock_app))


def _validated(responses: Iterable[ReplayedResponse], mock_app: MockApp) -> Iterator[QueuedResponse]:
    for response in responses:
        from crm_mocks.asgi.response_definition import (
            parse_queued_response,
        )  # imported late because most runs replay nothing

        try:
            yield parse_queued_response(_plain(response.values), mock_app)
        except UsageError as error:
            raise UsageError(f"{response.source}: {error}") from None


def _plain(values: Any) -> dict[str, Any]:
    """Return a deep copy of the values as plain JSON."""
    if not isinstance(values, Mapping):
        raise UsageError("must be an object, the body of POST /__admin/responses, or a list of such objects")
    values = dict(values)
    if "session" in values:
        raise UsageError("must not have 'session': the response is queued in every session")
    if not is_serializable(values):
        raise UsageError("has a value or name that JSON does not support, or is nested too deeply")
    plain: dict[str, Any] = orjson.loads(orjson.dumps(values))
    return plain
