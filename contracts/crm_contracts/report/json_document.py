"""The JSON renderer. Numbers of any size and arbitrary strings are preserved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from crm_contracts.report.document import FORMAT, Report


def render(report: Report) -> str:
    """Return the data of a report as JSON."""
    document = {**report.data, "format": FORMAT, "command": report.command}
    head = {name: document[name] for name in ("format", "command")}
    return json.dumps(head | document, indent=2, ensure_ascii=False, default=_value) + "\n"


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
