"""Which failed cases count: positions, `--strict`, the allow-list and the baseline."""

from __future__ import annotations

import pytest

from crm_contracts.clients.case_findings import CaseFindings, response_basis
from crm_contracts.clients.criteria import CRASH, EXIT_CODE, HANG, SIGNAL
from crm_contracts.clients.model import CaseResult, RunResult
from crm_contracts.clients.sweep.model import SweepCase
from crm_contracts.fuzz.example_responses import mock_app
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.finding import Finding, Standing
from crm_contracts.judge.policy import DEFAULT, STRICT, Policy
from crm_mocks.basis import DOCUMENT
from crm_mocks.errors import UsageError

CONTRACTS = mock_app("config_api").contracts
CONTRACT = CONTRACTS["config_api"]
POSITION = min(CONTRACT.positions)
OPERATION = "config_api.getLeadConfig"


def finding(
    *, basis: str = DOCUMENT, rule: str = EXIT_CODE, policy: Policy = DEFAULT, allow: tuple[str, ...] = (), known=()
) -> Finding:
    """Return the finding of a client that failed after a 429."""
    case = SweepCase(OPERATION, "rate_limit_exceeded", 429, basis=basis)
    result = CaseResult(case, RunResult(9, requests=1, delivered=1), failures=("exit code 9",), rule=rule)
    findings = CaseFindings(CONTRACTS, policy, allow, known)
    return findings.finding(result, rule, (case.label, case.often), (429, case.name))


def test_a_failure_after_a_documented_response_counts() -> None:
    assert finding().standing is Standing.FAILS


def test_a_failure_after_a_response_that_rests_on_a_position_is_listed_apart() -> None:
    found = finding(basis=POSITION)
    assert found.standing is Standing.ASSUMPTION
    assert found.basis.position == POSITION


@pytest.mark.parametrize("rule", [HANG, SIGNAL, CRASH])
def test_a_crash_or_hang_counts_whatever_the_response_rests_on(rule: str) -> None:
    assert finding(basis=POSITION, rule=rule).standing is Standing.FAILS


def test_strict_counts_what_rests_on_a_position() -> None:
    assert finding(basis=POSITION, policy=STRICT).standing is Standing.FAILS


@pytest.mark.parametrize(
    "name",
    [f"{OPERATION}:429", f"{OPERATION}:rate_limit_exceeded", f"{OPERATION}:exit-code", "*:exit-code", f"{OPERATION}:*"],
)
def test_a_failure_may_be_allowed_by_response_or_rule(name: str) -> None:
    assert finding(allow=(name,)).standing is Standing.ALLOWED


def test_a_crash_after_a_response_that_rests_on_a_position_may_be_allowed_by_the_position() -> None:
    assert finding(basis=POSITION, rule=CRASH, allow=(f"position:{POSITION}",)).standing is Standing.ALLOWED


def test_another_name_allows_nothing() -> None:
    assert finding(allow=(f"{OPERATION}:500", "config_api.createLead:429")).standing is Standing.FAILS


def test_a_misspelt_name_is_refused() -> None:
    with pytest.raises(UsageError, match=r"no operation 'config_api\.getLeadConfg'"):
        finding(allow=("config_api.getLeadConfg:429",))


def test_a_failure_in_the_baseline_is_known() -> None:
    entry = BaselineEntry.of(finding())
    assert finding(known=(entry,)).standing is Standing.KNOWN
    assert finding(rule=HANG, known=(entry,)).standing is Standing.FAILS


def test_a_baseline_entry_that_no_longer_fails_is_resolved() -> None:
    entry = BaselineEntry.of(finding())
    findings = CaseFindings(CONTRACTS, DEFAULT, (), (entry,))
    assert findings.verdict([]).resolved == (entry,)
    assert findings.verdict([finding(known=(entry,))]).resolved == ()


def test_a_response_rests_on_the_position_of_its_outcome_status_or_body() -> None:
    for operation in CONTRACT.operations.values():
        for outcome in operation.outcomes.values():
            documented = operation.responses[outcome.status]
            names = {outcome.basis, documented.basis, documented.body_basis} - {DOCUMENT}
            assert response_basis(operation, outcome) in (names or {DOCUMENT})
