"""The report for programs: all of a verdict, which `crm-mocks coverage` merges with others."""

from __future__ import annotations

import orjson

from crm_contracts.verdict.model import Verdict


def render(verdict: Verdict) -> str:
    """Return the verdict as JSON."""
    return orjson.dumps(verdict.as_json(), option=orjson.OPT_INDENT_2, default=str).decode() + "\n"
