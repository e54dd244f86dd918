"""Writing a recording to a file and reading it again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from crm_contracts.judge.exchange import Exchange
from crm_contracts.recordings import read


def as_json(path: Path, document: Any) -> list[Exchange]:
    path.write_text(json.dumps(document), "utf-8")
    return list(read(path, lambda _: None))


def read_entry(path: Path, entry: dict[str, Any]) -> Exchange:
    """Return the exchange of the only entry of a HAR file."""
    [exchange] = as_json(path, {"log": {"version": "1.2", "entries": [entry]}})
    return exchange


def as_yaml(path: Path, document: Any) -> list[Exchange]:
    path.write_text(yaml.safe_dump(document), "utf-8")
    return list(read(path, lambda _: None))


def recorded_parts(exchange: Exchange) -> tuple[Any, ...]:
    """Return the parts of an exchange that every format records."""
    return (
        exchange.method,
        exchange.url,
        exchange.request_headers,
        exchange.request_body,
        exchange.status,
        exchange.response_headers,
        exchange.response_body,
    )
