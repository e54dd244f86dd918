"""Bodies and parameters of requests that any contract should accept."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from crm_mocks.contract import Contract, Operation
from crm_mocks.contract.operation import MediaType
from crm_mocks.contract.outcome import is_json
from crm_mocks.generic.member_names import UNIQUE, plain_name
from crm_mocks.generic.values import make_value
from crm_mocks.parsing.media_types import FORM


class RequestBodies:
    """Makes bodies of requests from a contract's examples and schemas."""

    def __init__(self, contract: Contract) -> None:
        """Make bodies that differ from those of an earlier run.

        Args:
            contract: in force.
        """
        self._contract = contract
        self._run = f"{time.time_ns() // 1_000_000:x}"
        self._numbers = itertools.count(1)

    def candidates(self, operation_id: str, owner: str = "") -> Iterator[tuple[str, Any]]:
        """Yield media types and bodies, the most likely to be accepted first; one without a body if none is taken.

        Args:
            operation_id: of the operation.
            owner: what the body is, such as `contacts`.
        """
        operation = self._contract.operations[operation_id]
        if operation.body is None:
            yield "", None
            return
        media_type = _media_type(operation)
        if media_type is None:
            return
        for value in media_type.examples.values():
            if media_type.validator.is_valid(value):
                yield media_type.name, self._fresh(value, media_type)
                break
        made = self._made(media_type.document, media_type.schema, media_type.validator, owner)
        if media_type.validator.is_valid(made):
            yield media_type.name, made

    def change(self, operation_id: str, owner: str = "") -> tuple[str, Any] | None:
        """Return media type and body of a request that changes as little as possible; `None` if there is none.

        Args:
            operation_id: of the operation.
            owner: what the body is.
        """
        operation = self._contract.operations[operation_id]
        media_type = _media_type(operation) if operation.body is not None else None
        if media_type is not None and is_json(media_type.name) and media_type.validator.is_valid({}):
            return media_type.name, {}
        return next(self.candidates(operation_id, owner), None)

    def parameters(self, operation_id: str, place: str) -> dict[str, str]:
        """Return the required parameters of a place, `query` or `header`, with values."""
        parameters = self._contract.operations[operation_id].parameters
        return {
            each.name: _text(self._made(each.document, each.schema, each.validator, ""))
            for each in parameters
            if each.place == place and each.required
        }

    def _made(self, document: Mapping[str, Any], schema: Any, validator: Any, owner: str) -> Any:
        number = next(self._numbers)

        def randoms(attempt: int) -> Random:
            return Random(f"{self._run} {number} {attempt}")  # noqa: S311  # not for secrets

        return make_value(document, schema, randoms, validator=validator, owner=owner)

    def _fresh(self, value: Any, media_type: MediaType) -> Any:
        """Return an example with new values of the members that two records often must not share."""
        if not isinstance(value, Mapping):
            return value
        mark = f"{self._run}{next(self._numbers)}"
        changed = self._marked(value, mark)
        return changed if media_type.validator.is_valid(changed) else value

    def _marked(self, value: Any, mark: str) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {
            name: f"{mark}-{inner}"
            if isinstance(inner, str) and plain_name(name) in UNIQUE
            else self._marked(inner, mark)
            for name, inner in value.items()
        }


def _media_type(operation: Operation) -> MediaType | None:
    """Return the first JSON media type of a request body, else that of forms; `None` if it has neither."""
    assert operation.body is not None
    names = list(operation.body.media_types)
    chosen = next(filter(is_json, names), FORM if FORM in names else None)
    return None if chosen is None else operation.body.media_types[chosen]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
