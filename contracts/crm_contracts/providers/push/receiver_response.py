"""Results of pushing: the response to one request, and the responses to a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from crm_mocks.vendor.sender import PushCase
from crm_mocks.violations import Violation


@dataclass(frozen=True)
class ReceiverResponse:
    """Response of a receiver, for example `pusher.push().status`.

    Attributes:
        status: HTTP status; 0 if there was no response.
        headers: by lower-case name.
        body: decompressed.
        milliseconds: from the start of the request to the end of the response.
        failure: why there was no response; empty if there was one.
        violations: of the contract.
        failing: whether a violation fails the verdict.
        shown: status and beginning of the body, without credentials.
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
    """Result of a case, for example `all(result.passed for result in pusher.examine())`.

    Attributes:
        case: the requests sent.
        answers: the responses, in the order of the requests.
        fails_as: name of an earlier case that failed for the same cause; empty if none did.
    """

    case: PushCase
    answers: tuple[ReceiverResponse, ...]
    fails_as: str = ""

    @property
    def passed(self) -> bool:
        """Whether there was a response to each request, and none fails the verdict."""
        return not any(response.failing or response.failure for response in self.answers)
