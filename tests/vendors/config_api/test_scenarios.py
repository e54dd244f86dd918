"""Each failure of a Config API over several requests is reported by the name of its rule."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap
from tests.providers.verify.scripted import ScriptedScenarios, unchanged


def _validated_as(status):
    return lambda path, _, body: {"status": status} if path.endswith("/validate") else body


DEFECTS = {
    "a valid lead found invalid": ("validation-creates-nothing", _validated_as("INVALID_LEAD_DATA"), 0),
    "a validation that creates": ("validation-creates-nothing", _validated_as("DUPLICATE_CUSTOMER"), 0),
    "a customer who is not known": ("customers-are-known-once-created", _validated_as("POSSIBLE"), 0),
    "a known duplicate that is accepted": ("duplicates-by-validation-are-not-created", unchanged, 200),
    "a duplicate that nobody knows": ("duplicate-customers-are-refused", _validated_as("POSSIBLE"), 200),
    "a key that nobody checks": ("head-checks-the-key", unchanged, 200),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_reported(defect, api):
    rule, spoil, status = DEFECTS[defect]
    told = ScriptedScenarios(api, "config_api").play(rule, spoil, status=status)
    assert isinstance(told, CheckFailure)
    assert told.rule == rule


def test_a_lead_that_cannot_be_created_fails_without_a_finding_of_the_scenario(api):
    told = ScriptedScenarios(api, "config_api").play("customers-are-known-once-created", status=400)
    assert told == CoverageGap(
        "scenarios that need the response to createLead were not played: a valid lead was answered 400"
    )
    assert told.fails


def test_an_accepted_duplicate_is_reported_once(api):
    told = ScriptedScenarios(api, "config_api").play("duplicate-customers-are-refused", status=200)
    assert isinstance(told, CoverageGap)
    assert not told.fails


@pytest.mark.parametrize(
    "rule", ["head-checks-the-key", "validation-creates-nothing", "duplicate-customers-are-refused"]
)
def test_a_refused_key_is_reported_as_such(rule, api):
    told = ScriptedScenarios(api, "config_api").play(rule, status=401)
    assert isinstance(told, CoverageGap)
    assert told.text.startswith("scenarios were not played: the provider refuses the credentials for ")
