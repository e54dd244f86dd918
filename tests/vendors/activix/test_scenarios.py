"""Each failure of a receiver over several requests is reported by the name of its rule."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap
from tests.providers.verify.scripted import ScriptedScenarios, unchanged

DEFECTS = {
    "a token that does not let in": ("tokens-let-in", 401),
    "any token that lets in": ("unknown-tokens-do-not-let-in", 200),
    "a lead that is refused when it comes again": ("the-same-lead-comes-again", 409),
    "an unknown account that is accepted": ("unknown-accounts-are-reported", 200),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_reported(defect, api):
    rule, status = DEFECTS[defect]
    found = ScriptedScenarios(api, "activix").play(rule, status=status)
    assert isinstance(found, CheckFailure)
    assert found.rule == rule


def test_a_token_endpoint_without_token_is_reported(api):
    found = ScriptedScenarios(api, "activix").play("tokens-let-in", lambda *_: {})
    assert found == CoverageGap(
        "scenarios that need the response to issueToken were not played: the response 200 has no access_token"
    )
    assert ScriptedScenarios(api, "activix").play("tokens-let-in", unchanged) is None
