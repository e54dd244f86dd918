"""Each mock keeps its own contract according to schemathesis. `make certify` uses more seeds and all phases."""

from __future__ import annotations

import pytest

from crm_mocks.vendor import load_vendor, vendor_names
from tools.certify.__main__ import main
from tools.certify.certificate import Certificate, page
from tools.certify.certification import certify
from tools.certify.variants import variants

PHASES = ("scenarios", "examples", "fuzzing")


@pytest.mark.parametrize("vendor", vendor_names())
def test_schemathesis_finds_nothing_and_enough_cases_succeed(vendor, figures):
    certificate = certify(vendor, {}, seeds=[1], examples=10, phases=PHASES)
    figures(certificate.report())
    assert list(certificate.shortcomings()) == []


def test_a_vendor_is_certified_under_each_setting_that_changes_its_statuses():
    assert all(variants(load_vendor(vendor))[0] == {} for vendor in vendor_names())
    assert sum(len(variants(load_vendor(vendor))) for vendor in vendor_names()) > len(vendor_names())


def test_an_operation_that_was_not_tried_is_a_shortcoming():
    certificate = Certificate("toy", frozenset({"createToy"}))
    assert list(certificate.shortcomings()) == ["toy: createToy was not tested"]


def test_too_few_successes_are_a_shortcoming():
    certificate = Certificate("toy", frozenset({"createToy"}))
    for number in range(10):
        certificate.figures.count("createToy", valid=True, success=number < 2)
    assert list(certificate.shortcomings()) == ["toy: of the cases of createToy, 20% succeed, under 30%"]


def test_the_page_shows_each_operation():
    certificate = Certificate("toy[kind=soft]", frozenset({"createToy"}), date="2026-01-31", played=("toys-last",))
    certificate.figures.count("createToy", valid=True, success=True)
    certificate.statuses["createToy", 201] = 1
    certificate.unreached.add(("createToy", 500))
    text = page([certificate], (1, 2), 100)
    assert "## toy[kind=soft]" in text
    assert "| createToy | 1 | 1 | 1 | 201 ×1 | 500 |" in text
    assert "Scenarios that passed: `toys-last`." in text
    assert "last on 2026-01-31" in text


def test_an_unknown_vendor_is_a_usage_error(capsys):
    assert main(["nobody"]) == 2
    assert "unknown vendor 'nobody'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--seeds", "one"], ["--examples", "0"], ["--phases", "all"]])
def test_a_number_that_is_none_is_a_usage_error(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
