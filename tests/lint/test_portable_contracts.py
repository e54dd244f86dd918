"""Rules that let other tools read a contract: each finding has its line, and the right form has none."""

from __future__ import annotations

import pytest

from crm_contracts.lint import Implementation, LintContext, check
from crm_contracts.lint.registry import LintFinding
from crm_mocks.contract.line_numbers import LineNumbers
from crm_mocks.contract.source import load_yaml
from tests.lint.portable_contracts import BROKEN, HERE, KEPT, Broken


def findings(text: str, toy: Implementation) -> list[LintFinding]:
    return check(LintContext("toy", load_yaml(text), toy, LineNumbers(text)))


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.rule}-{broken.message}")
def test_a_contract_that_other_tools_misread_is_a_finding_with_its_line(broken: Broken, toy: Implementation) -> None:
    line = next(number for number, text in enumerate(broken.text.splitlines(), 1) if text.endswith(HERE))
    assert [(finding.rule.id, finding.line) for finding in findings(broken.text, toy)] == [(broken.rule, line)]
    assert broken.message in findings(broken.text, toy)[0].message


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_the_portable_form_has_no_findings(text: str, toy: Implementation) -> None:
    assert findings(text, toy) == []
