"""Mistakes of clients and of providers in recorded traffic are named, and put down to whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from crm_contracts.judge.collector import Collector
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchange_judge import ExchangeJudge
from crm_contracts.judge.finding import Side, Standing
from crm_contracts.judge.policy import DEFAULT, STRICT, Policy
from crm_contracts.judge.verdict import Verdict
from crm_contracts.recordings import har
from tests.catalogue.cases import Mistake as ClientMistake
from tests.catalogue.test_catalogue import CLIENTS
from tests.check.provider_mistakes import MISTAKES, Mistake
from tests.conftest import Api
from tests.judge.test_exchange_judge import exchange_of
from tests.recordings.making import entry
from tests.vendors.discovery import VENDORS

BASE = "https://crm.example.com"
AS_MANY = 20
"""How many mistakes of each side there are at least."""

BEYOND_THE_EXCHANGE = {
    "accountsDiffer",  # a rule of the vendor's between two members
    "credentials",  # whether they are good
    "received",  # what came before
    "repeated",  # what the form says twice
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
}
"""Rules that only the provider can hold a request to: it alone knows its clients, its records and its settings."""


def examined(
    vendor: str, settings: dict[str, object], exchanges: Iterable[Exchange], policy: Policy = STRICT
) -> Verdict:
    """Return the verdict on exchanges as a HAR file has them."""
    collector = Collector(ExchangeJudge([vendor], settings, BASE), "Recorded traffic", policy=policy)
    for each in exchanges:
        collector.add(har.exchange(entry(each), "traffic.har, entry 1"))
    return collector.verdict()


def named(verdict: Verdict, side: Side) -> set[tuple[str, str]]:
    return {(each.rule, ".".join(each.location)) for each in verdict.failing_of(side)}


def recorded(api: Callable[..., Api], vendor: str, mistake: ClientMistake) -> list[Exchange]:
    mock = api(vendor, settings={**mistake.settings, "host.redact": False})
    mistake.deed(mock)
    return [exchange_of(each, BASE) for each in mock.entries()]


def is_known(mistake: ClientMistake) -> bool:
    """Tell whether a request shows by itself that it is a mistake."""
    return mistake.rule not in BEYOND_THE_EXCHANGE and not mistake.rule.startswith(("additional_", "mandatory_"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_mistakes_of_clients_are_named_and_put_down_to_them(
    vendor: str, api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    caught = 0
    for mistake in CLIENTS[vendor].MISTAKES:
        found = examined(vendor, dict(mistake.settings), recorded(api, vendor, mistake))
        assert not found.failing_of(Side.PROVIDER), mistake.about
        if is_known(mistake):
            assert named(found, Side.CLIENT) == {(mistake.rule, mistake.place)}, mistake.about
            caught += 1
        else:
            assert named(found, Side.CLIENT) <= {(mistake.rule, mistake.place)}, mistake.about
    figures(
        f"{vendor}: {caught} of {len(CLIENTS[vendor].MISTAKES)} mistakes of clients show in recorded traffic, all named"
    )
    assert caught >= AS_MANY // 2


@pytest.mark.parametrize("vendor", VENDORS)
def test_correct_variations_are_no_mistakes(vendor: str, api: Callable[..., Api]) -> None:
    for variation in CLIENTS[vendor].VARIATIONS:
        mock = api(vendor, settings={**variation.settings, "host.redact": False})
        variation.deed(mock)
        found = examined(vendor, dict(variation.settings), [exchange_of(each, BASE) for each in mock.entries()])
        assert found.findings == (), variation.about


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.about)
def test_a_mistake_of_a_provider_is_named_and_put_down_to_it(mistake: Mistake, api: Callable[..., Api]) -> None:
    exchange = mistake.exchange(api, lambda each: exchange_of(each, BASE))
    found = examined(mistake.vendor, mistake.settings, [exchange])
    assert (mistake.rule, mistake.place) in named(found, Side.PROVIDER)
    if mistake.rule != "accepted-invalid":  # then the client is at fault as well
        assert named(found, Side.PROVIDER) == {(mistake.rule, mistake.place)}
    assert {each.operation for each in found.findings} == {f"{mistake.vendor}.{mistake.cause.partition('.')[0]}"}


def test_what_rests_on_positions_alone_is_listed_apart_by_default(
    api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    apart = 0
    for mistake in MISTAKES:
        exchange = mistake.exchange(api, lambda each: exchange_of(each, BASE))
        found = examined(mistake.vendor, mistake.settings, [exchange], DEFAULT)
        positions = {each.rule for each in found.findings if each.side is Side.PROVIDER and each.basis.position}
        assert positions == {each.rule for each in found.standing(Standing.ASSUMPTION)}, mistake.about
        apart += bool(positions)
    figures(f"{len(MISTAKES) - apart} of {len(MISTAKES)} mistakes of providers break a document or HTTP")


def test_there_are_as_many_mistakes_of_providers_as_promised(figures: Callable[[str], None]) -> None:
    assert len({mistake.about for mistake in MISTAKES}) == len(MISTAKES) >= AS_MANY
    figures(f"{len(MISTAKES)} mistakes of providers, all named")
