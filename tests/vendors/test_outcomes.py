"""Every outcome of every contract is reached: by its natural cause, by preference, by magic value, by the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from crm_mocks.contract import Operation, Outcome
from crm_mocks.contract.outcome import to_bytes
from crm_mocks.state.response_queue import QueuedResponse
from tests.conftest import Api
from tests.vendors.discovery import ALL_VARIANTS, Variant, causes

MakeApi = Callable[..., Api]
ROUTES = ("natural", "Prefer", "magic", "queue")


class Mocks:
    """A mock of a vendor for each combination of settings."""

    def __init__(self, make: MakeApi, vendor: str) -> None:
        self._make = make
        self._vendor = vendor
        self._made: dict[str, Api] = {}

    def under(self, settings: dict[str, Any]) -> Api:
        key = repr(sorted(settings.items()))
        if key not in self._made:
            self._made[key] = self._make(self._vendor, settings=settings)
        return self._made[key]


def outcomes(operation: Operation) -> list[Outcome]:
    return [each for each in operation.outcomes.values() if not each.protocol]


def check_forced(response: httpx.Response, outcome: Outcome, api: Api, by: str) -> None:
    """Assert that the response is the documented example, and that the journal records how it was chosen."""
    media_type = response.headers.get("content-type", "").partition(";")[0]
    assert response.status_code == outcome.status
    assert response.content == to_bytes(media_type, outcome.value.get(media_type, "")), outcome.name
    entry = api.last_entry()
    assert (entry.chosen_by, entry.outcome) == (by, outcome.name)


def reach_naturally(mocks: Mocks, variant: Variant, operation: Operation, outcome: Outcome) -> str:
    known = causes(variant.vendor)
    key = f"{operation.id}.{outcome.name}"
    if outcome.only_on_request:
        assert key not in known.CAUSES, f"{key} is marked as only on request"
        return "only on request"
    assert key in known.CAUSES, f"{key} has no natural cause in tests/vendors/{variant.vendor}/causes.py"
    own = getattr(known, "SETTINGS", {}).get(key, {})
    settings = variant.options | {k if "." in k else f"{variant.vendor}.{k}": value for k, value in own.items()}
    api = mocks.under(settings).beside(key)
    response = known.CAUSES[key](api)
    entry = next(each for each in reversed(api.entries()) if each.operation == operation.key)
    assert (entry.outcome, entry.chosen_by) == (outcome.name, "mock"), f"{key} came to {entry.outcome}"
    assert response.status_code == outcome.status
    return str(outcome.status)


def reach_by_preference(api: Api, variant: Variant, operation: Operation, outcome: Outcome) -> str:
    request = causes(variant.vendor).VALID[operation.id](api)
    request["headers"] = {**request.get("headers", {}), "Prefer": f"example={outcome.name}"}
    check_forced(api.request(**request), outcome, api, "Prefer")
    return str(outcome.status)


def reach_by_magic(api: Api, variant: Variant, operation: Operation, outcome: Outcome) -> str:
    value: Any = f"mock-{outcome.name}" if outcome.magic is None else outcome.magic
    check_forced(causes(variant.vendor).MAGIC[operation.id](api, value), outcome, api, "magic")
    return str(outcome.status)


def reach_by_queue(api: Api, variant: Variant, operation: Operation, outcome: Outcome) -> str:
    request = causes(variant.vendor).VALID[operation.id](api)
    api.app.mock_app.sessions.get("default").queue.add(QueuedResponse("q", operation.key, example=outcome.name))
    check_forced(api.request(**request), outcome, api, "queue")
    return str(outcome.status)


@pytest.mark.parametrize("variant", ALL_VARIANTS, ids=str)
def test_every_outcome_is_reached_by_every_route(
    variant: Variant, api: MakeApi, figures: Callable[[str], None]
) -> None:
    rows = [("operation", "outcome", *ROUTES)]
    missing: list[str] = []
    mocks = Mocks(api, variant.vendor)
    steered = mocks.under(variant.options)
    for operation in variant.own_operations():
        for outcome in outcomes(operation):
            cells: list[str] = []
            for route in ROUTES:
                try:
                    if route == "natural":
                        cells.append(reach_naturally(mocks, variant, operation, outcome))
                    else:
                        reach = {"Prefer": reach_by_preference, "magic": reach_by_magic, "queue": reach_by_queue}[route]
                        cells.append(reach(steered, variant, operation, outcome))
                except Exception as error:  # noqa: BLE001  # each empty cell is listed, not only the first
                    cells.append("-")
                    missing.append(f"{operation.key} {outcome.name} {route}: {error!r:.300}")
            rows.append((operation.key, f"{outcome.status} {outcome.name}", *cells))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    figures(f"{variant}: {len(rows) - 1} outcomes\n{table}")
    assert not missing, "\n".join(missing)


def test_an_outcome_that_nothing_reaches_fails_the_build(api: MakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = [variant for variant in ALL_VARIANTS if not variant.settings]
    variant = min(defaults, key=lambda each: sum(len(operation.outcomes) for operation in each.operations()))
    missing = next(iter(causes(variant.vendor).CAUSES))
    monkeypatch.delitem(causes(variant.vendor).CAUSES, missing)
    with pytest.raises(AssertionError, match=missing.replace(".", " ")):
        test_every_outcome_is_reached_by_every_route(variant, api, lambda _: None)
