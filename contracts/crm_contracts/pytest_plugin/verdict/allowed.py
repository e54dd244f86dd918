"""The marker `crm_mocks(allow=[…])` for intended violations of a test."""

from __future__ import annotations

import pytest

from crm_contracts.pytest_plugin.test_run import TestRun
from crm_mocks.errors import UsageError


def allowed_by(test: pytest.Item, run: TestRun) -> list[str]:
    """Return the names of violations allowed in a test, by the options and by its markers.

    Raises:
        UsageError: a marker has invalid arguments.
    """
    allow = list(run.options.allow)
    for marker in test.iter_markers("crm_mocks"):
        if marker.args or set(marker.kwargs) - {"allow"}:
            raise UsageError(
                'the marker crm_mocks takes allow=["<vendor>.<operation>:<outcome, status or rule>", "position:<id>", '
                '"<METHOD> <path>", …]'
            )
        names = marker.kwargs.get("allow", [])
        allow += [names] if isinstance(names, str) else names
    return allow
