"""Sources of occurrences: which test or run a session of mocks belonged to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crm_contracts.judge.finding import Finding, Occurrence
from crm_contracts.judge.verdict import Verdict


def with_sources(verdict: Verdict, sources: Mapping[str, str]) -> Verdict:
    """Return a verdict whose findings name what each session belonged to.

    Args:
        verdict: on sessions of mocks.
        sources: node ids of tests, or names of runs, by the name of their session.
    """

    def named(occurrence: Occurrence) -> Occurrence:
        source = sources.get(occurrence.id.rpartition("-")[0], "")
        return replace(occurrence, source=source) if source and not occurrence.source else occurrence

    def of_finding(finding: Finding) -> Finding:
        return replace(finding, occurrences=tuple(map(named, finding.occurrences)))

    return replace(verdict, findings=tuple(map(of_finding, verdict.findings)))
