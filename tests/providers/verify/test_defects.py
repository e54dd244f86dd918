"""A run of schemathesis finds the defects of a provider, and no others."""

from __future__ import annotations

import json
import re

import pytest

from crm_contracts.providers.verify.provider import Provider
from crm_contracts.providers.verify.runner import VerifyScope, run
from tests.providers.verify.provider import contract, provider, sound

DEFECTS = {
    "undocumented-status": lambda request: (201, {"id": 1}) if request.valid else request.right,
    "server-error": lambda request: (500, {"error": "crash"}) if request.has_size else request.right,
    "missing-member": lambda request: (200, {}) if request.valid else request.right,
    "wrong-type": lambda request: (200, {"id": "one"}) if request.valid else request.right,
    "wrong-error-shape": lambda request: request.right if request.valid else (400, "not a thing"),
    "invalid-accepted": lambda _: (200, {"id": 1}),
    "valid-refused": lambda request: (400, {"error": "no"}) if request.has_size else request.right,
}


def _run(tmp_path_factory, defects, **scope):
    """Run schemathesis against a provider that has an operation for each defect."""
    file = tmp_path_factory.mktemp("contract") / "contract.json"
    file.write_text(json.dumps(contract(*defects)))
    with provider(defects) as url:
        return run(Provider("toy", url, str(file), {}), VerifyScope(examples=20, seed=1, **scope))


@pytest.fixture(scope="module")
def flawed(tmp_path_factory):
    return _run(tmp_path_factory, {**DEFECTS, "none": sound})


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found(name, flawed):
    assert not flawed.passed
    assert name in _failing(flawed.output)


def test_only_operations_with_defects_fail(flawed):
    assert _failing(flawed.output) == {*DEFECTS}


def _failing(output):
    """Return the operations for which schemathesis reports failures."""
    failures = output.partition("= FAILURES =")[2].partition("= SUMMARY =")[0]
    return set(re.findall(r"^_+ POST /(\S+) _+$", failures, re.MULTILINE))


def test_a_correct_provider_passes_and_its_cases_are_counted(tmp_path_factory):
    result = _run(tmp_path_factory, {"createThing": sound})
    assert result.passed, result.output
    count = result.case_counts.operations["createThing"]
    assert 0 < count.successes <= count.valid < count.cases


def test_valid_only_sends_only_valid_cases_of_one_operation(tmp_path_factory):
    result = _run(tmp_path_factory, {"createThing": sound, "other": sound}, valid_only="createThing")
    count = result.case_counts.operations["createThing"]
    assert count.cases == count.valid == count.successes > 0
    assert "other" not in result.case_counts.operations
