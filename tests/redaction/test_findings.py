"""Findings do not depend on redaction."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.finding import Side
from tests.catalogue.test_catalogue import CLIENTS
from tests.check.test_mistakes import BASE, named, verdict_on
from tests.conftest import Api
from tests.judge.exchanges.test_exchange_judge import exchange_of
from tests.vendors.discovery import VENDORS


def recorded(mock: Api) -> list[Exchange]:
    """Return the exchanges of the journal, as `check` reads them."""
    return [exchange_of(each, BASE) for each in mock.entries()]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_journal_that_is_redacted_gives_the_findings_of_one_that_is_not(vendor: str, api: Callable[..., Api]) -> None:
    compared = 0
    for mistake in CLIENTS[vendor].MISTAKES:
        found = []
        for redact in (True, False):
            mock = api(vendor, settings={**mistake.settings, "host.redact": redact})
            mistake.deed(mock)
            violations = [
                (each.rule, each.location, each.message) for entry in mock.entries() for each in entry.violations
            ]
            found.append((violations, named(verdict_on(vendor, dict(mistake.settings), recorded(mock)), Side.CLIENT)))
        (redacted, of_redacted), (plain, of_plain) = found
        assert redacted == plain, mistake.about
        assert of_redacted == of_plain, mistake.about
        compared += bool(of_plain)
    assert compared


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_keeps_the_contract_is_shown(vendor: str, api: Callable[..., Api]) -> None:
    for variation in CLIENTS[vendor].VARIATIONS:
        mock = api(vendor, settings=variation.settings)
        variation.deed(mock)
        for exchange in recorded(mock):
            assert b"***" not in exchange.request_body.replace(b'"token":"***"', b""), variation.about
            assert "***" not in exchange.url, variation.about
