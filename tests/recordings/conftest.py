"""An exchange to record."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_contracts.judge.exchange import Exchange

GERMAN = '{"city": "Köln"}'


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(
        method="POST",
        url="https://crm.example.com/v1/leads/create?dry=1",
        request_headers=(("content-type", "application/json"), ("x-a", "1"), ("x-a", "2")),
        request_body=GERMAN.encode(),
        status=201,
        response_headers=(("Content-Type", "application/json"),),
        response_body=b'{"id": 1}',
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a recording."""
    return tmp_path / "traffic.har"
