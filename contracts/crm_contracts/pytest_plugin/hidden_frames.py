"""Frames of ours that pytest leaves out of a traceback: what a test did wrong is in the test."""

from __future__ import annotations

from typing import Any

from crm_mocks.errors import UsageError


def hidden_if_expected(error: Any) -> bool:
    """Return whether an error is about the test's own line; a module's `__tracebackhide__` may be this function.

    Args:
        error: pytest's `ExceptionInfo`.
    """
    return isinstance(error.value, UsageError)
