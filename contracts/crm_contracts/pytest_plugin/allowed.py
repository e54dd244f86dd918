"""The marker `crm_mocks(allow=[…])`: mistakes that a test makes on purpose."""

from __future__ import annotations

import pytest

from crm_contracts.pytest_plugin.test_run import TestRun
from crm_mocks.errors import UsageError


def allowed_by(test: pytest.Item, run: TestRun) -> list[str]:
    """Return the mistakes allowed in a test: in all tests, and by its markers.

    Raises:
        UsageError: a marker has other arguments.
    """
    allow = list(run.options.allow)
    for marker in test.iter_markers("crm_mocks"):
        if marker.args or set(marker.kwargs) - {"allow"}:
            raise UsageError(
                'the marker crm_mocks takes allow=["<vendor>.<operation>:<outcome, status or rule>", "position:<id>", '
                '"<METHOD> <path>", …]'
            )
        given = marker.kwargs.get("allow", [])
        allow += [given] if isinstance(given, str) else given
    return allow
