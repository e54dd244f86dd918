"""Answers that are queued in each session when it begins, and again when it is reset."""

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
    """An answer as the user gave it, not looked into yet.

    Attributes:
        source: where it stands, to begin what is said of it with.
        values: the body of `POST /__admin/responses` that queues it, without the session.
    """

    source: str
    values: Any


def replayed_from_python(answers: Sequence[Mapping[str, Any]] | None) -> tuple[ReplayedResponse, ...]:
    """Return the answers that a Python program gives as `replay=`.

    Raises:
        UsageError: they are no list.
    """
    if answers is None:
        return ()
    if not isinstance(answers, list | tuple):
        raise UsageError("replay wants a list of answers, each as the body of POST /__admin/responses")
    return tuple(ReplayedResponse(f"replay[{number}]", values) for number, values in enumerate(answers))


def parse_replayed(answers: Iterable[ReplayedResponse], mock_app: MockApp) -> tuple[QueuedResponse, ...]:
    """Return answers in the form that sessions queue.

    Args:
        answers: as given.
        mock_app: whose operations they may name, with the settings that sessions start with.

    Raises:
        UsageError: something is wrong with one.
    """
    return tuple(_read(answers, mock_app))


def _read(answers: Iterable[ReplayedResponse], mock_app: MockApp) -> Iterator[QueuedResponse]:
    for answer in answers:
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
