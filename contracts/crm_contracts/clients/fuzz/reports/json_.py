"""The report for a program."""

from __future__ import annotations

import json

from crm_contracts.clients.fuzz.model import FuzzOutcome


def render(fuzz: FuzzOutcome) -> str:
    """Return the report."""
    return json.dumps(fuzz.as_json(), indent=2, ensure_ascii=False) + "\n"
