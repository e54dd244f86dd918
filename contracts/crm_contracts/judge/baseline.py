"""Baselines: known findings, which are listed but do not break a verdict. Every command takes the same format."""

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
"""The list of each format that is read; entries of format 1 are findings of clients."""

_COUNTING: Final = (Standing.FAILS, Standing.KNOWN)


def apply(verdict: Verdict, entries: tuple[BaselineEntry, ...]) -> Verdict:
    """Return the verdict with known findings marked, and the entries that are fixed."""
    keys = {entry.key for entry in entries}
    findings = tuple(_marked(each, is_known=each.key in keys) for each in verdict.findings)
    found = {each.key for each in findings}
    return replace(verdict, findings=findings, resolved=tuple(each for each in entries if each.key not in found))


def _marked(finding: Finding, *, is_known: bool) -> Finding:
    if finding.standing not in _COUNTING:
        return finding
    return replace(finding, standing=Standing.KNOWN if is_known else Standing.FAILS)


def read(path: Path) -> tuple[BaselineEntry, ...]:
    """Return the entries of a baseline.

    Raises:
        UsageError: the file cannot be read, or is not a baseline.
    """
    value = read_json(path, "the baseline")
    try:
        member = _MEMBERS.get(str(value.get("format"))) if isinstance(value, dict) else None
        if member is None or not isinstance(value.get(member), list):
            raise Malformed(f'it has no "format": "{FORMAT}" with a list "{_MEMBERS[FORMAT]}"')
        found = enumerate(value[member])
        return tuple(decode(BaselineEntry, each, f"{member}[{number}]") for number, each in found)
    except Malformed as error:
        raise UsageError(f"{path} is no baseline: {error}; make one with --write-baseline") from None


def write_baseline(path: Path, verdict: Verdict) -> None:
    """Write a baseline of all that fails or is known.

    Raises:
        UsageError: the file cannot be written.
    """
    found: list[Any] = [encode(BaselineEntry.of(each)) for each in verdict.standing(*_COUNTING)]
    document = {"format": FORMAT, "findings": found}
    write(path, orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n", "the baseline")
