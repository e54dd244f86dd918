"""What is right in a receiver's answer beyond what the contract's schemas say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import orjson

from crm_mocks.contract import Operation
from crm_mocks.sender import Push
from crm_mocks.violations import Violation

_DOCUMENTED: Final = ("unknown_account", "account_missing")
"""Refusals whose message is the one that the push document gives for 422."""


def check(operation: Operation, push: Push, status: int, body: bytes) -> Iterator[Violation]:
    """Yield what is wrong with a right answer's message; arguments as of `crm_mocks.sender.Sender.check`."""
    for name in push.outcomes:
        outcome = operation.outcomes.get(name)
        if name in _DOCUMENTED and outcome is not None and outcome.status == status:
            wanted = outcome.value[outcome.media_type]["message"]
            if _message(body) != wanted:
                yield Violation(("body", "message"), "documented-message", f"must be '{wanted}', as documented", wanted)


def _message(body: bytes) -> object:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value.get("message") if isinstance(value, dict) else None
