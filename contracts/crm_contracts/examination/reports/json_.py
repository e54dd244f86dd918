"""The report for programs: all of an examination."""

from __future__ import annotations

import orjson

from crm_contracts.examination.model import Examination


def render(examination: Examination) -> str:
    """Return the examination as JSON."""
    return orjson.dumps(examination.as_json(), option=orjson.OPT_INDENT_2, default=str).decode() + "\n"
