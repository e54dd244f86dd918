"""What comes back: the answer to one request, and to all of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from crm_mocks.vendor.sender import PushCase
from crm_mocks.violations import Violation


@dataclass(frozen=True)
class ReceiverResponse:
    """What a receiver answered.

    Attributes:
        status: 0 where nothing came.
        headers: by lower-case name.
        body: as it came, decompressed.
        milliseconds: from the beginning of the request to the end of the answer.
        failure: why nothing came, in words.
        violations: what is wrong with it by the contract.
        failing: something is wrong that breaks the verdict.
        shown: status and the beginning of the body, without credentials.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: float
    failure: str
    violations: tuple[Violation, ...]
    failing: bool
    shown: str

    @property
    def json(self) -> Any:
        """The decoded body; `None` if it is not JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None


@dataclass(frozen=True)
class CaseResult:
    """A case that a receiver was examined with.

    Attributes:
        case: what was sent.
        answers: to each of its requests.
    """

    case: PushCase
    answers: tuple[ReceiverResponse, ...]

    @property
    def passed(self) -> bool:
        """Whether all is as it must be."""
        return not any(answer.failing or answer.failure for answer in self.answers)
