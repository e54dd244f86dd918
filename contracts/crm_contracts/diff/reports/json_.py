"""The report for programs: all of a comparison."""

from __future__ import annotations

import json

from crm_contracts.diff.model import Diff


def render(diff: Diff) -> str:
    """Return the comparison as JSON; numbers of any size stay what they are."""
    return json.dumps(diff.as_json(), indent=2, ensure_ascii=False) + "\n"
