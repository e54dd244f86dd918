"""Replayed responses: queued in each session when it is created or reset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import can_be_written

if TYPE_CHECKING:
    from crm_mocks.asgi.mock_app import MockApp
    from crm_mocks.state.response_queue import QueuedResponse


@dataclass(frozen=True)
class ReplayedResponse:
    """A response as given by the user, not validated yet.

    Attributes:
        source: file and position, used as prefix of error messages.
        values: a body of `POST /__admin/responses` without `session`.
    """

    source: str
    values: Any


def replayed_from_python(responses: Sequence[Mapping[str, Any]] | None) -> tuple[ReplayedResponse, ...]:
    """Return the responses that a Python program passes as `replay=`.

    Raises:
        UsageError: the argument is not a list.
    """
    if responses is None:
        return ()
    if not isinstance(responses, list | tuple):
        raise UsageError("replay must be a list of bodies of POST /__admin/responses")
    return tuple(ReplayedResponse(f"replay[{number}]", values) for number, values in enumerate(responses))


def parse_replayed(responses: Iterable[ReplayedResponse], mock_app: MockApp) -> tuple[QueuedResponse, ...]:
    """Validate responses and return them in the form that sessions queue.

    Args:
        responses: responses as given.
        mock_app: defines the operations that can be named, and the initial settings.

    Raises:
        UsageError: a response is invalid.
    """
    return tuple(_validated(responses, mock_app))


def _validated(responses: Iterable[ReplayedResponse], mock_app: MockApp) -> Iterator[QueuedResponse]:
    for response in responses:
        from crm_mocks.asgi.queued_response import (
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
    if not can_be_written(values):
        raise UsageError("has a value or name that JSON does not support, or is nested too deeply")
    plain: dict[str, Any] = orjson.loads(orjson.dumps(values))
    return plain
