"""Name the test or run that each occurrence came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crm_contracts.judge.finding import Finding, Occurrence
from crm_contracts.judge.verdict import Verdict


def with_sources(verdict: Verdict, sources: Mapping[str, str]) -> Verdict:
    """Set the sources of occurrences in a verdict.

    Args:
        verdict: verdict on sessions of mocks.
        sources: node ids of tests or names of runs, by session.
    """

    def with_source(occurrence: Occurrence) -> Occurrence:
        source = sources.get(occurrence.id.rpartition("-")[0], "")
        return replace(occurrence, source=source) if source and not occurrence.source else occurrence

    def with_occurrence_sources(finding: Finding) -> Finding:
        return replace(finding, occurrences=tuple(map(with_source, finding.occurrences)))

    return replace(verdict, findings=tuple(map(with_occurrence_sources, verdict.findings)))
