"""Each failure of CRM.COM with a token's life is reported by the name of its rule."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap
from tests.providers.verify.scripted import ScriptedScenarios
from tests.vendors.crmcom.causes import PATHS, RELEASES

ACCEPTED = {"status": {"code": "OK", "message": "", "description": ""}, "data": {}}
REFUSED = {"status": {"code": "COM.CRM.EXCEPTION.X", "message": "", "description": ""}, "data": {}}


def _at(operation, number, instead):
    return lambda path, call, body: instead if path == PATHS[operation] and call >= number else body


def _token(text):
    return _at("createToken", 1, {**ACCEPTED, "data": {"token": text}})


_SHORT_LIVED = "e30.eyJ1c3IiOiIiLCJvcmciOiIiLCJvdW4iOiIiLCJleHAiOiI2MCIsImlhdCI6IjAiLCJqdGkiOiIifQ.e30"

DEFECTS = {
    "a token that is no JWT": ("tokens-are-of-their-release", _token("0" * 32)),
    "a token of a minute": ("tokens-are-of-their-release", _token(_SHORT_LIVED)),
    "the same token for all": ("each-login-has-its-token", _token("one")),
    "a token released twice": ("released-tokens-are-refused", _at("releaseToken", 2, ACCEPTED)),
    "a released token that works": ("released-tokens-are-refused", _at("createLead", 1, ACCEPTED)),
    "any token that works": ("unknown-tokens-are-refused", _at("createLead", 1, ACCEPTED)),
    "a token for one call": ("a-token-serves-many-calls", _at("createLead", 2, REFUSED)),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_tokens_is_reported(defect, api):
    rule, spoil = DEFECTS[defect]
    told = ScriptedScenarios(api, "crmcom").play(rule, spoil)
    assert isinstance(told, CheckFailure)
    assert told.rule == rule


def test_a_token_that_is_not_released_fails_without_a_finding_of_the_scenario(api):
    told = ScriptedScenarios(api, "crmcom").play("released-tokens-are-refused", _at("releaseToken", 1, REFUSED))
    assert told == CoverageGap(
        "scenarios that need the response to releaseToken were not played: a live token was not released"
    )
    assert told.fails


@pytest.mark.parametrize("release", RELEASES)
def test_tokens_are_those_of_each_release(release, api):
    assert ScriptedScenarios(api, "crmcom", {"release": release}).play("tokens-are-of-their-release") is None


def test_a_token_of_a_later_release_is_reported(api):
    scenarios = ScriptedScenarios(api, "crmcom", {"release": "R11.0.0"})
    told = scenarios.play("tokens-are-of-their-release", _token(_SHORT_LIVED))
    assert isinstance(told, CheckFailure)
