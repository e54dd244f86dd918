"""Baselines: known findings, which are reported but do not fail a verdict. All commands use the same format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson

from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.codec import Malformed, decode, encode
from crm_contracts.judge.files import read_json
from crm_contracts.judge.finding import Finding, Standing
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.files import write
from crm_mocks.errors import UsageError

FORMAT: Final = "crm-mocks baseline 2"
_MEMBERS: Final = {FORMAT: "findings", "crm-mocks baseline 1": "broken"}
"""Name of the list in each supported format. Entries of format 1 are client findings."""

_COUNTING: Final = (Standing.FAILS, Standing.KNOWN)


def apply(verdict: Verdict, entries: tuple[BaselineEntry, ...]) -> Verdict:
    """Return the verdict with known findings marked and fixed entries listed."""
    keys = {entry.key for entry in entries}
    findings = tuple(_marked(finding, is_known=finding.key in keys) for finding in verdict.findings)
    remaining = {finding.key for finding in findings}
    return replace(verdict, findings=findings, resolved=tuple(known for known in entries if known.key not in remaining))


def _marked(finding: Finding, *, is_known: bool) -> Finding:
    if finding.standing not in _COUNTING:
        return finding
    return replace(finding, standing=Standing.KNOWN if is_known else Standing.FAILS)


def read(path: Path) -> tuple[BaselineEntry, ...]:
    """Read a baseline.

    Raises:
        UsageError: the file cannot be read or is not a baseline.
    """
    value = read_json(path, "the baseline")
    try:
        member = _MEMBERS.get(str(value.get("format"))) if isinstance(value, dict) else None
        if member is None or not isinstance(value.get(member), list):
            raise Malformed(f'it has no "format": "{FORMAT}" with a list "{_MEMBERS[FORMAT]}"')
        return tuple(decode(BaselineEntry, entry, f"{member}[{index}]") for index, entry in enumerate(value[member]))
    except Malformed as error:
        raise UsageError(f"{path} is not a baseline: {error}; create one with --write-baseline") from None


def write_baseline(path: Path, verdict: Verdict) -> None:
    """Write a baseline of all failing and known findings.

    Raises:
        UsageError: the file cannot be written.
    """
    entries: list[Any] = [encode(BaselineEntry.of(finding)) for finding in verdict.standing(*_COUNTING)]
    document = {"format": FORMAT, "findings": entries}
    write(path, orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n", "the baseline")
