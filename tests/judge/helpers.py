"""Helpers for verdicts of in-process mocks, and expected counts from the journal."""

from __future__ import annotations

from collections import Counter
from typing import Any

from crm_contracts.judge.coverage import OutcomeCount
from crm_contracts.judge.finding import Finding
from crm_contracts.judge.reports.verdict_report import report
from crm_contracts.judge.sessions.session_verdicts import verdict_on
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.formats import render
from crm_contracts.report.terminal import render as as_text
from tests.conftest import Api

CONTACTS = "/toy/contacts"
OPERATION = "toy.createContact"


def create(api: Api, email: Any = "ada@example.com", session: str = "default", **kwargs: Any) -> None:
    """Create a contact in Toy CRM."""
    api.post(f"/~{session}{CONTACTS}", json={"email": email}, **kwargs)


def queue(api: Api, **values: Any) -> None:
    """Queue a response of Toy CRM."""
    response = api.post("/__admin/responses", json={"operation": OPERATION, **values})
    assert response.status_code == 201, response.text


def verdict(api: Api, *sessions: str, vendors: tuple[str, ...] = (), allow: tuple[str, ...] = ()) -> Verdict:
    """Return the verdict on sessions; on all if none are named."""
    mock_app = api.app.mock_app
    selected = [session for session in mock_app.sessions if not sessions or session.name in sessions]
    result: Verdict = api.run(verdict_on(mock_app, selected, list(vendors), list(allow)))
    return result


def outcome(verdict: Verdict, name: str, operation: str = OPERATION) -> OutcomeCount:
    """Return the count of an outcome in a verdict."""
    [count] = [
        outcome for op in verdict.operations if op.key == operation for outcome in op.outcomes if outcome.name == name
    ]
    return count


def only(findings: tuple[Finding, ...]) -> Finding:
    """Return the only finding."""
    [finding] = findings
    return finding


def rendered(verdict: Verdict, form: str) -> str:
    """Return the report of a verdict in a format."""
    return render(report(verdict), form)


def terminal(verdict: Verdict, **options: Any) -> str:
    """Return the report of a verdict for a terminal."""
    return as_text(report(verdict), **options)


class ExpectedCounts:
    """Expected counts of a verdict on one session, from the entries of its journal."""

    def __init__(self, api: Api, session: str = "default") -> None:
        self.outcomes: Counter[tuple[str, int, str, str]] = Counter()
        self.violations: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
        self.unmatched: Counter[str] = Counter()
        self.refused: Counter[tuple[str, int, str]] = Counter()
        self.notices: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
        self.faulty = 0
        self.exchanges = 0
        for entry in api.entries(session):
            self.exchanges += 1
            is_unmatched = not entry.operation and entry.status >= 400
            self.faulty += bool(entry.violations) or is_unmatched
            if entry.operation and not entry.fault:
                self.outcomes[entry.operation, entry.status, entry.outcome, entry.chosen_by] += 1
                if entry.refused and not entry.violations:
                    self.refused[entry.operation, entry.status, entry.outcome] += 1
            if is_unmatched:
                self.unmatched[f"{entry.method} {entry.path}"] += 1
            for violation in entry.violations if entry.operation else ():
                self.violations[entry.operation, violation.rule, starred(violation.location)] += 1
            for notice in entry.notices:
                self.notices[entry.operation, notice.kind, starred(notice.location)] += 1

    def check(self, verdict: Verdict) -> None:
        """Assert that a verdict has these counts."""
        assert verdict.exchanges == self.exchanges
        assert verdict.faulty == self.faulty
        assert {
            (op.key, outcome.status, outcome.name, by): count
            for op in verdict.operations
            for outcome in op.outcomes
            for by, count in outcome.counts.items()
        } == self.outcomes
        assert {
            (e.operation, e.rule, e.location): e.count for e in verdict.findings if not e.request
        } == self.violations
        assert {e.request: e.count for e in verdict.findings if e.request} == self.unmatched
        assert {(e.operation, e.status, e.outcome): e.count for e in verdict.refused} == self.refused
        assert {(e.operation, e.kind, e.location): e.count for e in verdict.notices} == self.notices


def starred(location: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return a location with `*` for array indexes."""
    return tuple("*" if isinstance(part, int) else part for part in location)
