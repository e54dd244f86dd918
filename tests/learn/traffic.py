"""Traffic of the four mocks to learn from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from crm_contracts.judge.exchange import Exchange
from tests.catalogue.test_catalogue import CLIENTS
from tests.conftest import Api
from tests.judge.exchanges.test_exchange_judge import exchange_of
from tests.recordings.making import cassette, har

BASE = "https://crm.example.com"


def good_traffic(vendor: str, api: Callable[..., Api], *, redact: bool = False) -> Api:
    """Return a mock that has served the correct requests of the catalogue that work under its default settings."""
    mock = api(vendor, settings={"host.redact": redact})
    for each in CLIENTS[vendor].VARIATIONS:
        if not each.settings:
            each.deed(mock)
    return mock


def bad_traffic(vendor: str, api: Callable[..., Api]) -> Api:
    """Return a mock that has served the correct requests and the mistakes in content."""
    mock = good_traffic(vendor, api)
    for each in CLIENTS[vendor].MISTAKES:
        if not each.settings:
            each.deed(mock)
    return mock


def exchanges(mock: Api) -> list[Exchange]:
    return [exchange_of(each, BASE) for each in mock.entries()]


def write_har(mock: Api, path: Path) -> Path:
    path.write_text(json.dumps(har(exchanges(mock))))
    return path


def write_cassette(mock: Api, path: Path) -> Path:
    path.write_text(yaml.safe_dump(cassette(exchanges(mock))))
    return path


def write_journal(mock: Api, path: Path) -> Path:
    path.write_text(mock.get("/__admin/requests").text)
    return path


WRITERS: dict[str, Callable[[Api, Path], Path]] = {
    "har": write_har,
    "cassette": write_cassette,
    "journal": write_journal,
}


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())
