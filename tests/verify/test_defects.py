"""A run finds what is wrong with a provider, and nothing where all is well."""

from __future__ import annotations

import json

import pytest

from crm_contracts.verify.runner import Extent, Provider, run
from tests.verify.provider import CONTRACT, provider

DEFECTS = {
    "undocumented-status": lambda asked: (201, {"id": 1}) if asked.valid else asked.right,
    "server-error": lambda asked: (500, {"error": "crash"}) if asked.has_size else asked.right,
    "missing-member": lambda asked: (200, {}) if asked.valid else asked.right,
    "wrong-type": lambda asked: (200, {"id": "one"}) if asked.valid else asked.right,
    "wrong-error-shape": lambda asked: asked.right if asked.valid else (400, "not a thing"),
    "invalid-accepted": lambda _: (200, {"id": 1}),
    "valid-refused": lambda asked: (400, {"error": "no"}) if asked.has_size else asked.right,
}


@pytest.fixture
def tried(tmp_path):
    """Run schemathesis against the provider with a defect."""
    contract = tmp_path / "contract.json"
    contract.write_text(json.dumps(CONTRACT))

    def try_(defect):
        with provider(defect) as url:
            return run(Provider("nobody", url, str(contract), {}), Extent(examples=20, seed=1))

    return try_


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found(name, tried):
    result = tried(DEFECTS[name])
    assert not result.passed
    assert "FAILURES" in result.output


def test_a_good_provider_passes_and_its_cases_are_counted(tried):
    result = tried(lambda asked: asked.right)
    assert result.passed, result.output
    tally = result.figures.operations["createThing"]
    assert 0 < tally.successes <= tally.valid < tally.cases


def test_valid_cases_can_be_had_alone(tmp_path):
    contract = tmp_path / "contract.json"
    contract.write_text(json.dumps(CONTRACT))
    with provider(lambda asked: asked.right) as url:
        extent = Extent(examples=20, seed=1, valid_only="createThing")
        result = run(Provider("nobody", url, str(contract), {}), extent)
    tally = result.figures.operations["createThing"]
    assert tally.cases == tally.valid == tally.successes > 0
