"""Mistakes of clients and providers in recorded traffic are verdict and attributed to the right side."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.finding import Side, Standing
from crm_contracts.judge.policy import DEFAULT, STRICT, Policy
from crm_contracts.judge.verdict import Verdict
from crm_contracts.recordings import har
from tests.catalogue.cases import Mistake as ClientMistake
from tests.catalogue.test_catalogue import CLIENTS
from tests.check.provider_mistakes import MISTAKES, Mistake
from tests.conftest import Api
from tests.judge.exchanges.test_exchange_judge import exchange_of
from tests.recordings.making import entry
from tests.vendors.discovery import VENDORS

BASE = "https://crm.example.com"
MIN_MISTAKES = 20
"""Minimum number of mistakes of each side."""

BEYOND_THE_EXCHANGE = {
    "accountsDiffer",  # the vendor's rule on two members
    "credentials",  # whether they are valid
    "received",  # earlier requests
    "repeated",  # repeated form fields
    "retryAfter",
    "token_expired",
    "token_unknown",
    "twoAuthentications",
    "accounts_receivable_missing",
    "accounts_receivable_not_owned",
    "assigned_to_missing",
    "contact_date_invalid",
    "credentials_invalid",
    "key_unknown",
    "lead_status_not_allowed",
    "organisation_unknown",
    "permission_denied",
    "source_name_missing",
}
"""Rules that only the provider can check, since it knows its clients, records and settings."""


def verdict_on(
    vendor: str, settings: dict[str, object], exchanges: Iterable[Exchange], policy: Policy = STRICT
) -> Verdict:
    """Return the verdict on exchanges read from a HAR file."""
    collector = Collector(ExchangeJudge([vendor], settings, BASE), "Recorded traffic", policy=policy)
    for each in exchanges:
        collector.add(har.exchange_of(entry(each), "traffic.har, entry 1"))
    return collector.verdict()


def named(verdict: Verdict, side: Side) -> set[tuple[str, str]]:
    return {(each.rule, ".".join(each.location)) for each in verdict.failing_of(side)}


def recorded(api: Callable[..., Api], vendor: str, mistake: ClientMistake) -> list[Exchange]:
    mock = api(vendor, settings={**mistake.settings, "host.redact": False})
    mistake.deed(mock)
    return [exchange_of(each, BASE) for each in mock.entries()]


def is_visible(mistake: ClientMistake) -> bool:
    """Return whether a request alone shows the mistake."""
    return mistake.rule not in BEYOND_THE_EXCHANGE and not mistake.rule.startswith(("additional_", "mandatory_"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_mistakes_of_clients_are_attributed_to_the_client(
    vendor: str, api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    caught = 0
    for mistake in CLIENTS[vendor].MISTAKES:
        verdict = verdict_on(vendor, dict(mistake.settings), recorded(api, vendor, mistake))
        assert not verdict.failing_of(Side.PROVIDER), mistake.about
        if is_visible(mistake):
            assert named(verdict, Side.CLIENT) == {(mistake.rule, mistake.place)}, mistake.about
            caught += 1
        else:
            assert named(verdict, Side.CLIENT) <= {(mistake.rule, mistake.place)}, mistake.about
    figures(
        f"{vendor}: {caught} of {len(CLIENTS[vendor].MISTAKES)} mistakes of clients show in recorded traffic, all named"
    )
    assert caught >= MIN_MISTAKES // 2


@pytest.mark.parametrize("vendor", VENDORS)
def test_correct_variations_are_no_mistakes(vendor: str, api: Callable[..., Api]) -> None:
    for variation in CLIENTS[vendor].VARIATIONS:
        mock = api(vendor, settings={**variation.settings, "host.redact": False})
        variation.deed(mock)
        verdict = verdict_on(vendor, dict(variation.settings), [exchange_of(each, BASE) for each in mock.entries()])
        assert verdict.findings == (), variation.about


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.about)
def test_a_mistake_of_a_provider_is_attributed_to_the_provider(mistake: Mistake, api: Callable[..., Api]) -> None:
    exchange = mistake.exchange(api, lambda each: exchange_of(each, BASE))
    verdict = verdict_on(mistake.vendor, mistake.settings, [exchange])
    assert (mistake.rule, mistake.place) in named(verdict, Side.PROVIDER)
    if mistake.rule != "accepted-invalid":  # the client is at fault, too
        assert named(verdict, Side.PROVIDER) == {(mistake.rule, mistake.place)}
    assert {each.operation for each in verdict.findings} == {f"{mistake.vendor}.{mistake.cause.partition('.')[0]}"}


def test_mistakes_against_positions_are_assumptions_by_default(
    api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    by_position = 0
    for mistake in MISTAKES:
        exchange = mistake.exchange(api, lambda each: exchange_of(each, BASE))
        verdict = verdict_on(mistake.vendor, mistake.settings, [exchange], DEFAULT)
        positions = {each.rule for each in verdict.findings if each.side is Side.PROVIDER and each.basis.position}
        assert positions == {each.rule for each in verdict.standing(Standing.ASSUMPTION)}, mistake.about
        by_position += bool(positions)
    figures(f"{len(MISTAKES) - by_position} of {len(MISTAKES)} mistakes of providers break a document or HTTP")


def test_there_are_enough_distinct_mistakes_of_providers(figures: Callable[[str], None]) -> None:
    assert len({mistake.about for mistake in MISTAKES}) == len(MISTAKES) >= MIN_MISTAKES
    figures(f"{len(MISTAKES)} mistakes of providers, all named")
