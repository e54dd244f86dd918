"""`crm-mocks verify` starts schemathesis from the fork server, which has it imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _schemathesis_starts_at_once(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
