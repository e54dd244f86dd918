from __future__ import annotations

import pytest

from crm_contracts.providers.verify.case_counts import CaseCount, CaseCounts


def test_counts_are_read_as_written(tmp_path):
    counts = CaseCounts()
    counts.count("createToy", valid=True, success=False)
    counts.count("createToy", valid=True, success=True)
    counts.write(tmp_path / "counts.json")
    assert CaseCounts.read(tmp_path / "counts.json").operations == {
        "createToy": CaseCount(cases=2, valid=2, successes=1)
    }


def test_a_missing_file_gives_no_cases(tmp_path):
    assert CaseCounts.read(tmp_path / "counts.json").operations == {}


@pytest.mark.parametrize("successes", [0, 19, 30, 99])
def test_the_cases_needed_raise_the_share_to_the_target(successes):
    count = CaseCount(cases=100, valid=100, successes=successes)
    more = count.cases_needed(0.3)
    assert (successes + more) / (100 + more) >= 0.3
    assert more == 0 or (successes + more - 1) / (100 + more - 1) < 0.3
