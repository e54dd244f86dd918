"""A run finds what is wrong with a provider, and nothing where all is well."""

from __future__ import annotations

import json
import re

import pytest

from crm_contracts.providers.verify.provider import Provider
from crm_contracts.providers.verify.runner import VerifyScope, run
from tests.providers.verify.provider import contract, provider, sound

DEFECTS = {
    "undocumented-status": lambda asked: (201, {"id": 1}) if asked.valid else asked.right,
    "server-error": lambda asked: (500, {"error": "crash"}) if asked.has_size else asked.right,
    "missing-member": lambda asked: (200, {}) if asked.valid else asked.right,
    "wrong-type": lambda asked: (200, {"id": "one"}) if asked.valid else asked.right,
    "wrong-error-shape": lambda asked: asked.right if asked.valid else (400, "not a thing"),
    "invalid-accepted": lambda _: (200, {"id": 1}),
    "valid-refused": lambda asked: (400, {"error": "no"}) if asked.has_size else asked.right,
}


def _tried(tmp_path_factory, defects, **extent):
    """Run schemathesis against a provider that has an operation for each defect."""
    file = tmp_path_factory.mktemp("contract") / "contract.json"
    file.write_text(json.dumps(contract(*defects)))
    with provider(defects) as url:
        return run(Provider("nobody", url, str(file), {}), VerifyScope(examples=20, seed=1, **extent))


@pytest.fixture(scope="module")
def flawed(tmp_path_factory):
    return _tried(tmp_path_factory, {**DEFECTS, "none": sound})


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found(name, flawed):
    assert not flawed.passed
    assert name in _failing(flawed.output)


def test_nothing_is_found_where_there_is_no_defect(flawed):
    assert _failing(flawed.output) == {*DEFECTS}


def _failing(output):
    """Return the operations that schemathesis tells failures of."""
    failures = output.partition("= FAILURES =")[2].partition("= SUMMARY =")[0]
    return set(re.findall(r"^_+ POST /(\S+) _+$", failures, re.MULTILINE))


def test_a_good_provider_passes_and_its_cases_are_counted(tmp_path_factory):
    result = _tried(tmp_path_factory, {"createThing": sound})
    assert result.passed, result.output
    tally = result.figures.operations["createThing"]
    assert 0 < tally.successes <= tally.valid < tally.cases


def test_valid_cases_can_be_had_alone(tmp_path_factory):
    result = _tried(tmp_path_factory, {"createThing": sound, "other": sound}, valid_only="createThing")
    tally = result.figures.operations["createThing"]
    assert tally.cases == tally.valid == tally.successes > 0
    assert "other" not in result.figures.operations
