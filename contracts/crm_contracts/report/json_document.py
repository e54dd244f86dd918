"""The JSON renderer. Numbers of any size and arbitrary strings are preserved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from crm_contracts.report.document import Report

FORMAT: Final = "crm-mocks report 2"
"""Member `format` of the JSON reports of all commands."""


def render(report: Report) -> str:
    """Return the data of a report as JSON."""
    return render_data(report.data, report.command)


def render_data(data: Mapping[str, Any], command: str) -> str:
    """Return the data of a command's report as JSON, for which no report need be made.

    Args:
        data: see `Report.data`.
        command: name of the command.
    """
    document = {**data, "format": FORMAT, "command": command}
    head = {name: document[name] for name in ("format", "command")}
    return json.dumps(head | document, indent=2, ensure_ascii=False, default=_value) + "\n"


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
