"""Rows: `crm-mocks verify` names each bug of a provider once, and accuses no provider without one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT
from tests.verdicts.programs import serving

PROGRAMS = {"config_api": "strict_provider.py", "crmcom": "crmcom_provider.py", "leadbank": "leadbank_provider.py"}
BUGS = [
    ("config_api", "", "scenarios,coverage", ()),
    ("config_api", "dates", "coverage", ("accepted-invalid at body.leadCustomer.dateOfBirth",)),
    ("config_api", "duplicates", "scenarios", ("scenario duplicates-by-validation-are-not-created",)),
    ("config_api", "string-id", "scenarios", ("type at body.id",)),
    ("crmcom", "", "scenarios,examples", ()),
    ("crmcom", "release", "scenarios", ("scenario released-tokens-are-refused",)),
    ("crmcom", "hex", "scenarios", ("scenario tokens-are-of-their-release",)),
    ("crmcom", "number", "scenarios", ("type at body.data.number",)),
    ("crmcom", "status", "scenarios", ("undocumented-status at status",)),
    ("leadbank", "", "scenarios,coverage", ()),
    ("leadbank", "confirm", "scenarios", ("scenario confirmed-leads-come-no-more",)),
    ("leadbank", "date", "scenarios", ("format at body.Leads.*.CreateDate",)),
    ("leadbank", "status", "scenarios", ("type at body.Status",)),
    ("leadbank", "crash", "examples", ("server-error at status",)),
    ("leadbank", "amount", "coverage", ("accepted-invalid at body",)),
]
"""Vendor, bug, phases that show it, and the findings wanted. `tests/providers/verify` has slower ones."""


@pytest.mark.parametrize(("vendor", "bug", "phases", "wanted"), BUGS, ids=[f"{v}-{b or 'none'}" for v, b, *_ in BUGS])
def test_each_bug_is_one_finding(vendor, bug, phases, wanted, crm_mocks, state_row, tmp_path: Path):
    program = PROGRAMS[vendor]
    with serving(program, BUGS=bug, CONTRACT=str(ROOT / "openapi" / f"{vendor}.yaml")) as url:
        options = ("--phases", phases, "--examples", "5", "--json", tmp_path / "report.json")
        done = crm_mocks("verify", vendor, "--url", url, *options)
    verdict = json.loads((tmp_path / "report.json").read_text("utf-8"))
    found = [each["cause"].partition(", in ")[0] for each in verdict["findings"] if each["standing"] == "fails"]
    assert (done.returncode, tuple(found)) == (int(bool(wanted)), wanted), done.stdout + done.stderr
    case = f"{program} {f'with the bug {bug}' if bug else 'without bugs'}"
    says = f"exit {done.returncode}: {', '.join(found) or 'no finding'}"
    state_row("verify", case, says)
