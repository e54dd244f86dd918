"""schemathesis on the control API, by its own contract: no 5xx, and every response is documented."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from tests.admin.api_contract import CONTRACT
from tests.conftest import BASE_URL, Api

CASES = 12
"""Cases of each operation and mode."""
ENDLESS = "/__admin/events"
OPERATIONS = {
    f"{each.method} {each.path}": each
    for each in (
        result.ok()
        for result in schemathesis.openapi.from_dict(
            {**CONTRACT.document, "servers": [{"url": BASE_URL}]}
        ).get_all_operations()
        if isinstance(result, Ok)
    )
    if each.path != ENDLESS
}


@pytest.fixture
def mock() -> Iterator[Api]:
    api = Api("leadbank")
    yield api
    api.close()


def without_waiting(prepared: requests.PreparedRequest) -> bool:
    return "wait_ms" not in (prepared.url or "")


def test_all_operations_are_tried() -> None:
    assert (
        len(OPERATIONS)
        == sum(
            method in item
            for item in CONTRACT.document["paths"].values()
            for method in ("get", "post", "put", "delete")
        )
        - 1
    )


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_response_is_documented(name: str, mode: GenerationMode, mock: Api) -> None:
    wrong: dict[str, str] = {}

    @seed(1)
    @settings(
        max_examples=CASES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(OPERATIONS[name].as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        prepared = requests.Request(**case.as_transport_kwargs(base_url=BASE_URL)).prepare()
        if not without_waiting(prepared):
            return
        body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
        headers = [
            (key.encode(), value if isinstance(value, bytes) else value.encode("latin-1", "replace"))
            for key, value in prepared.headers.items()
        ]
        response = mock.request(prepared.method, prepared.url, content=body, headers=headers)
        problems = [f"{response.status_code}"] if response.status_code >= 500 else CONTRACT.problems(response)
        for problem in problems:
            wrong.setdefault(
                problem, f"{prepared.method} {prepared.url} {prepared.headers} {body!r}: {response.text}"[:1000]
            )

    with warnings.catch_warnings(action="ignore"), suppress(Unsatisfiable):  # some operations take no wrong input
        send()
    assert wrong == {}
