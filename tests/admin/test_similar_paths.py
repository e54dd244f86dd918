"""Suggestions from contracts with very many operations."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from crm_mocks.asgi import near_misses
from crm_mocks.asgi.similar_paths import MAX_COMPARED

COUNT = 5_000


class Contract:
    """What is compared of a contract."""

    def __init__(self) -> None:
        paths = [f"/api/v1/kind{n % 97}/{{id}}/things{n}/parts-{n}" for n in range(COUNT)]
        self.operations = {
            path: SimpleNamespace(key=f"big.op{n}", method="GET", path=path) for n, path in enumerate(paths)
        }


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract()


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/kind7/{id}/things7/parts-7",
        "/api/v1/kind7/12/things7/parts-7/",
        "/API/v1/kind7/12/things7/prts-7",
        "/v1/kind7/12/things7/parts-7",
        "/xpi/v1/kind7/12/things7x/parts-7",
    ],
)
def test_the_operation_that_was_meant_is_found(contract: Contract, path: str) -> None:
    found = near_misses.near_misses("GET", path, [contract])  # type: ignore[list-item]  # what the search reads of a contract
    assert "big.op7" in [each["operation"] for each in found]


@pytest.mark.parametrize("path", ["/api/v1/kind1/2/things3/parts-4", "/" * 300, "/api/v1/" * 50, "", "/x" * 150])
def test_few_paths_are_compared_however_many_there_are(contract: Contract, path: str, monkeypatch: Any) -> None:
    compared: list[str] = []
    monkeypatch.setattr(near_misses, "_likeness", lambda _, wanted: compared.append(wanted) or 0.0)
    near_misses.near_misses("GET", path, [contract])  # type: ignore[list-item]  # what the search reads of a contract
    assert len(compared) <= MAX_COMPARED < COUNT
