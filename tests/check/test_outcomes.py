"""Every documented response of the mocks satisfies the contract."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm_contracts.judge.coverage import CONFIRMED, NOT_REACHED
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.recordings import har
from tests.conftest import Api
from tests.judge.exchanges.test_exchange_judge import exchange_of
from tests.recordings.making import entry
from tests.vendors.discovery import VENDORS, Variant, causes


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_documented_response_confirms_its_status(
    vendor: str, api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    mock = api(vendor, settings={"host.redact": False})
    collector = Collector(ExchangeJudge([vendor], {}), "Recorded traffic")
    outcomes = 0
    for operation in Variant(vendor).operations():
        for outcome in operation.outcomes.values():
            request = causes(vendor).VALID[operation.id](mock)
            request["headers"] = {**request.get("headers", {}), "Prefer": f"example={outcome.name}"}
            mock.request(**request)
            collector.add(har.exchange_of(entry(exchange_of(mock.last_entry())), "traffic.har"))
            outcomes += 1
    verdict = collector.verdict()
    assert verdict.findings == ()
    assert verdict.statuses(NOT_REACHED) == 0
    figures(f"{vendor}: {outcomes} documented responses, {verdict.statuses(CONFIRMED)} statuses confirmed, no finding")
