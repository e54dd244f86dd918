"""What the vendors' modules promise of plausible bodies, whatever the vendor."""

from __future__ import annotations

import copy

import pytest

import crm_mocks
from crm_contracts.providers.verify.guarded_transport import GuardedTransport
from crm_contracts.providers.verify.observations import ObservationLog
from crm_contracts.providers.verify.sample_requests import load
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.vendor.sample_requests import SampleRequests, samples_type


@pytest.fixture(scope="module")
def mocks():
    with crm_mocks.serve(port=0) as served:
        yield served


@pytest.fixture
def plausible_of(mocks, tmp_path):
    with ObservationLog(tmp_path / "notes") as notes:

        def plausible_of(vendor):
            served = mocks[vendor]
            return load(vendor, GuardedTransport(served.url, notes, seconds=30).send, served.credentials)

        yield plausible_of


def _bodies(vendor):
    known = load_vendor(vendor)
    for operation in known.contract_file.in_force(known.settings_type()).operations.values():
        if operation.body is None:
            continue
        for name, (media_type, value) in operation.body.examples.items():
            if operation.outcomes[name].status < 300 and media_type.validator.is_valid(value):
                yield pytest.param(vendor, operation, name, id=f"{vendor}.{operation.id}.{name}")


@pytest.mark.parametrize(
    ("vendor", "operation", "name"), [each for vendor in vendor_names() for each in _bodies(vendor)]
)
def test_a_plausible_body_keeps_to_the_contract_and_the_given_one_is_left_alone(plausible_of, vendor, operation, name):
    media_type, body = operation.body.examples[name]
    before = copy.deepcopy(body)
    plausible = plausible_of(vendor).body(operation.id, body, "")
    assert body == before
    assert media_type.validator.is_valid(plausible)


def _is_object(case):
    _, operation, name = case.values
    return isinstance(operation.body.examples[name][1], dict)


@pytest.mark.parametrize(
    ("vendor", "operation", "name"), [each for vendor in vendor_names() for each in _bodies(vendor) if _is_object(each)]
)
def test_a_tagged_body_keeps_to_the_contract_and_has_the_tag_where_something_is_created(
    plausible_of, vendor, operation, name
):
    media_type, body = operation.body.examples[name]
    before = copy.deepcopy(body)
    tagged = plausible_of(vendor).tagged(operation.id, body, "to be removed")
    assert body == before
    assert media_type.validator.is_valid(tagged)
    assert ("to be removed" in tagged.values()) or "create" not in operation.id or "Token" in operation.id


@pytest.mark.parametrize("vendor", vendor_names())
def test_successes_and_refusals_of_the_contract_are_told_apart(plausible_of, vendor):
    known, plausible = load_vendor(vendor), plausible_of(vendor)
    operations = known.contract_file.in_force(known.settings_type()).operations.values()
    outcomes = [outcome for operation in operations for outcome in operation.outcomes.values()]
    told = {plausible.is_refusal(each.status, each.value.get(each.media_type)) for each in outcomes}
    assert told == {True, False}
    assert all(
        plausible.is_refusal(each.status, each.value.get(each.media_type)) for each in outcomes if each.status >= 400
    )


def test_a_vendor_without_such_a_module_is_sent_what_was_generated():
    assert samples_type("nobody") is SampleRequests
    unaided = load("nobody", lambda *_, **__: None, {})
    assert unaided.body("createToy", {"name": "x"}, "application/json") == {"name": "x"}
    assert not unaided.headers("createToy")
    assert unaided.is_refusal(400, None)
    assert not unaided.is_refusal(200, None)
