from __future__ import annotations

import pytest

from crm_contracts.providers.verify.case_counts import CaseCount, CaseCounts


def test_figures_are_read_as_they_were_written(tmp_path):
    figures = CaseCounts()
    figures.count("createToy", valid=True, success=False)
    figures.count("createToy", valid=True, success=True)
    figures.write(tmp_path / "figures.json")
    assert CaseCounts.read(tmp_path / "figures.json").operations == {
        "createToy": CaseCount(cases=2, valid=2, successes=1)
    }


def test_no_file_is_no_cases(tmp_path):
    assert CaseCounts.read(tmp_path / "figures.json").operations == {}


@pytest.mark.parametrize("successes", [0, 19, 30, 99])
def test_as_many_more_cases_are_wanted_as_bring_the_share_to_its_aim(successes):
    tally = CaseCount(cases=100, valid=100, successes=successes)
    more = tally.cases_wanted(0.3)
    assert (successes + more) / (100 + more) >= 0.3
    assert more == 0 or (successes + more - 1) / (100 + more - 1) < 0.3
