"""Failed cases as findings of the page."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_contracts.clients.criteria import CRASH, EXIT_CODE
from crm_contracts.clients.sweep.model import SweepResult
from crm_contracts.clients.sweep.report import report
from crm_contracts.report.formats import render
from tests.clients.sweep.conftest import Swept

SITES = ("KeyError at client.py:3", "OSError at client.py:9")


def _page(robust: Swept, *cells: SweepResult) -> str:
    return render(report(replace(robust.sweep, cells=cells)), "html")


def test_crashes_in_one_place_are_one_finding(robust: Swept) -> None:
    cells = [
        replace(cell, failures=("ended by an uncaught error",), rule=CRASH, site=SITES[number % 2])
        for number, cell in enumerate(robust.sweep.cells)
    ]
    page = _page(robust, *cells)
    assert re.findall("<h3>(.*?)</h3>", page) == list(SITES)
    assert page.count('<dt class="neutral">case</dt>') == len({(cell.case.label, cell.site) for cell in cells})


def test_the_same_failure_after_several_outcomes_is_one_finding(robust: Swept) -> None:
    cells = [
        replace(cell, failures=(f"exit code 0 after {cell.case.name}",), rule=EXIT_CODE) for cell in robust.sweep.cells
    ]
    page = _page(robust, *cells)
    assert page.count("<article") == 1
    assert f'exit code 0 after … <span class="times">×{len(cells)}</span>' in page


def test_a_finding_shows_how_to_reproduce_its_first_case(robust: Swept) -> None:
    cell = replace(robust.cell("500 crash"), failures=("exit code 0",), rule=EXIT_CODE)
    page = _page(robust, cell)
    assert "reproduce 500 crash" in page
    assert "/__admin/responses" in page
    assert "&#34;example&#34;: &#34;crash&#34;" in page
