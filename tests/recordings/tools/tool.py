"""One way in which a tool records, and writing of its files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_contracts.judge.exchange import Exchange

Change = Callable[[dict[str, Any], Exchange], object]
"""Changes a recorded exchange into the form of a tool."""

Write = Callable[[Path, Sequence[Exchange]], Path]
"""Writes exchanges below a folder; returns the file to check."""


@dataclass(frozen=True)
class Tool:
    """One way in which a tool records.

    Attributes:
        write: writes the files.
        request_body: whether bodies of requests are recorded.
        response_body: whether bodies of responses are recorded.
    """

    write: Write
    request_body: bool = True
    response_body: bool = True


def write_json(folder: Path, document: Any, name: str = "recording.har") -> Path:
    path = folder / name
    path.write_text(json.dumps(document), "utf-8")
    return path
