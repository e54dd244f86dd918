"""Checks of a receiver's responses beyond the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import orjson

from crm_mocks.contract import Operation
from crm_mocks.vendor.sender import Push
from crm_mocks.violations import Violation

_DOCUMENTED: Final = ("unknown_account", "account_missing")
"""Refusals with the message that the push document gives for 422."""


def check(operation: Operation, push: Push, status: int, body: bytes) -> Iterator[Violation]:
    """Yield the violation of a wrong message; arguments as of `Sender.check`."""
    for name in push.outcomes:
        outcome = operation.outcomes.get(name)
        if name in _DOCUMENTED and outcome is not None and outcome.status == status:
            expected = outcome.value[outcome.media_type]["message"]
            if _message(body) not in (None, expected):  # the contract requires the member
                yield Violation(
                    ("body", "message"), "documented-message", f"must be '{expected}', as documented", expected
                )


def _message(body: bytes) -> object:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value.get("message") if isinstance(value, dict) else None
