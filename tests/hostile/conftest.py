"""The table of what was attacked, at the end of `make test-hostile`."""

from __future__ import annotations

import pytest

from tests.hostile.attack import Tally
from tests.hostile.table import rows


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, if all attacks passed: faults are shown as failures."""
    tallies: dict[str, Tally] = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", ()):
            if name == "attacked":
                kind, tried = value
                tallies.setdefault(kind, Tally(kind)).tried += tried
    if not tallies:
        return
    terminalreporter.section("what was attacked")
    for kind, attacked, *numbers in (("kind", "attacked", "tried", "faults", "mended"), *rows(tallies.values())):
        terminalreporter.write_line(f"{kind:22}{numbers[0]:>7}{numbers[1]:>7}{numbers[2]:>7}  {attacked}")
