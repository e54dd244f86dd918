"""Properties of the sample requests of every vendor."""

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
def samples_of(mocks, tmp_path):
    with ObservationLog(tmp_path / "log") as log:

        def samples_of(vendor):
            served = mocks[vendor]
            return load(vendor, GuardedTransport(served.url, log, seconds=30).send, served.credentials)

        yield samples_of


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
def test_a_sample_body_satisfies_the_contract_and_leaves_the_original_unchanged(samples_of, vendor, operation, name):
    media_type, body = operation.body.examples[name]
    before = copy.deepcopy(body)
    body_sent = samples_of(vendor).body(operation.id, body, "")
    assert body == before
    assert media_type.validator.is_valid(body_sent)


def _is_object(case):
    _, operation, name = case.values
    return isinstance(operation.body.examples[name][1], dict)


@pytest.mark.parametrize(
    ("vendor", "operation", "name"), [each for vendor in vendor_names() for each in _bodies(vendor) if _is_object(each)]
)
def test_a_tagged_body_satisfies_the_contract_and_has_the_tag_if_something_is_created(
    samples_of, vendor, operation, name
):
    media_type, body = operation.body.examples[name]
    before = copy.deepcopy(body)
    tagged = samples_of(vendor).tagged(operation.id, body, "to be removed")
    assert body == before
    assert media_type.validator.is_valid(tagged)
    assert ("to be removed" in tagged.values()) or "create" not in operation.id or "Token" in operation.id


@pytest.mark.parametrize("vendor", vendor_names())
def test_successes_and_refusals_are_distinguished(samples_of, vendor):
    known, samples = load_vendor(vendor), samples_of(vendor)
    operations = known.contract_file.in_force(known.settings_type()).operations.values()
    outcomes = [outcome for operation in operations for outcome in operation.outcomes.values()]
    found = {each.name: samples.is_refusal(each.status, each.value.get(each.media_type)) for each in outcomes}
    assert set(found.values()) == {True, False}
    assert found == {each.name: each.is_refusal for each in outcomes}


def test_a_vendor_without_sample_requests_is_sent_generated_bodies():
    assert samples_type("toy") is SampleRequests
    unaided = load("toy", lambda *_, **__: None, {})
    assert unaided.body("createToy", {"name": "x"}, "application/json") == {"name": "x"}
    assert not unaided.headers("createToy")
    assert unaided.is_refusal(400, None)
    assert not unaided.is_refusal(200, None)
