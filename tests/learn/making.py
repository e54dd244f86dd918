"""Samples to learn from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crm_contracts.judge.exchange import Exchange
from crm_contracts.learn import draft, read_samples
from crm_contracts.learn.sample import Sample
from tests.recordings.making import har

BASE = "https://api.theirs.example"
JSON = (("Content-Type", "application/json"),)


def call(
    method: str,
    url: str,
    status: int = 200,
    *,
    sent: Any = None,
    received: Any = None,
    headers: dict[str, str] | None = None,
) -> Exchange:
    """Return an exchange of JSON."""
    own = (("User-Agent", "client"), *(headers or {}).items())
    return Exchange(
        method,
        url if "://" in url else f"{BASE}{url}",
        own if sent is None else (*own, *JSON),
        b"" if sent is None else json.dumps(sent).encode(),
        status,
        JSON if received is not None else (("Date", "now"),),
        b"" if received is None else json.dumps(received).encode(),
    )


def write(folder: Path, *calls: Exchange, name: str = "traffic.har") -> Path:
    path = folder / name
    path.write_text(json.dumps(har(calls)))
    return path


def samples_of(folder: Path, *calls: Exchange) -> list[Sample]:
    return read_samples(write(folder, *calls), print)


def drafted(folder: Path, *calls: Exchange) -> dict[str, Any]:
    return draft(samples_of(folder, *calls), "Their CRM").document
