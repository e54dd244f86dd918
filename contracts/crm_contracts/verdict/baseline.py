"""Baselines: old debts, which are listed but do not fail a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson

from crm_contracts.judge.codec import Malformed, decode, encode
from crm_contracts.verdict.files import read_json, write
from crm_contracts.verdict.findings import Broken, Debt
from crm_contracts.verdict.model import Verdict
from crm_mocks.errors import UsageError

FORMAT: Final = "crm-mocks baseline 1"


def apply(verdict: Verdict, debts: tuple[Debt, ...]) -> Verdict:
    """Return the verdict with the broken rules marked that are old debts, and the debts told that are paid."""
    keys = {debt.key for debt in debts}
    broken = tuple(replace(each, known=each.key in keys) for each in verdict.broken)
    unpaid = {each.key for each in broken}
    return replace(verdict, broken=broken, paid=tuple(debt for debt in debts if debt.key not in unpaid))


def read(path: Path) -> tuple[Debt, ...]:
    """Return the debts of a baseline.

    Raises:
        UsageError: the file cannot be read, or is no baseline.
    """
    value = read_json(path, "the baseline")
    try:
        if not isinstance(value, dict) or value.get("format") != FORMAT or not isinstance(value.get("broken"), list):
            raise Malformed(f'it has no "format": "{FORMAT}" with a list "broken"')
        return tuple(decode(Debt, each, f"broken[{number}]") for number, each in enumerate(value["broken"]))
    except Malformed as error:
        raise UsageError(f"{path} is no baseline: {error}; make one with --write-baseline") from None


def write_baseline(path: Path, verdict: Verdict) -> None:
    """Write a baseline of all that is broken and not allowed.

    Raises:
        UsageError: the file cannot be written.
    """
    broken: list[Any] = [encode(_debt(each)) for each in verdict.broken if each.count > each.allowed]
    document = {"format": FORMAT, "broken": broken}
    write(path, orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n", "the baseline")


def _debt(broken: Broken) -> Debt:
    whose, rule, location, request = broken.key
    return Debt(whose, rule, location, request)
