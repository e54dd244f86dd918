"""Findings: what is filled in for reports."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.judge.finding import Finding, Occurrence, Side

FINDING = Finding(Side.PROVIDER, "toy", "toy.createContact", "enum", ("body", "kind"), "must be one of a, b")


@pytest.mark.parametrize(
    ("rule", "location", "cause"),
    [
        ("enum", ("body", "kind"), "enum at body.kind"),
        ("answer", ("case", "new-lead"), "case new-lead"),
        ("batches-end", ("scenario",), "scenario batches-end"),
    ],
)
def test_a_finding_has_a_cause(rule: str, location: tuple[str, ...], cause: str) -> None:
    assert replace(FINDING, rule=rule, location=location, cause="").cause == cause


def test_a_stated_cause_is_kept() -> None:
    assert replace(FINDING, cause="case 3").cause == "case 3"


def test_the_first_request_reproduces_a_finding() -> None:
    occurrences = (Occurrence(request="curl http://a/"), Occurrence(request="curl http://b/"))
    assert FINDING.reproduction == ""
    assert replace(FINDING, occurrences=occurrences).reproduction == "curl http://a/"
    assert replace(FINDING, occurrences=occurrences, reproduction="a.json").reproduction == "a.json"
