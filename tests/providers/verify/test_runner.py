"""What schemathesis prints is read for the reasons why it could not test."""

from __future__ import annotations

import pytest
from schemathesis.engine.errors import EngineErrorInfo

from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.runner import SchemathesisResult


def raised(error: Exception) -> EngineErrorInfo:
    """Return an error as schemathesis has it, with a traceback."""
    try:
        raise error
    except type(error) as caught:
        return EngineErrorInfo(caught)


@pytest.mark.parametrize(
    ("error", "reason"),
    [(MemoryError(), "MemoryError"), (ValueError("it is wrong\nhere"), "it is wrong")],
)
def test_the_reason_of_an_error_is_its_message_or_what_ends_its_traceback(error: Exception, reason: str) -> None:
    section = f"=== ERRORS ===\n______ GET /things ______\n{raised(error).format()}\n=== SUMMARY ===\n"
    (shown,) = SchemathesisResult(passed=False, case_counts=CaseCounts({}), output=section).errors
    assert shown == f"GET /things (Runtime Error: {reason})"
