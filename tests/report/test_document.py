"""The document model."""

from __future__ import annotations

import pytest

from crm_contracts.report.document import Figure, FindingItem, Report
from crm_contracts.report.spans import Code, Strong, Tone, plain


@pytest.mark.parametrize(
    ("count", "total", "share"),
    [
        (1, 5, "1 of 5 (20.0 %)"),
        (2, 36, "2 of 36 (5.5 %)"),
        (1999, 2000, "1999 of 2000 (99.9 %)"),
        (5, 5, "5 of 5 (100.0 %)"),
        (0, 0, "0 of 0 (0.0 %)"),
        (3, None, "3"),
    ],
)
def test_a_share_is_100_percent_only_if_it_is_complete(count: int, total: int | None, share: str) -> None:
    assert Figure("outcomes", count, total).share == share


def test_a_text_can_be_reduced_to_plain_text() -> None:
    assert plain(("Allow ", Code("a:b"), Strong(" now"))) == "Allow a:b now"
    assert plain("") == ""


def test_a_headline_omits_empty_parts() -> None:
    assert Report("run", "Contract", "kept", passed=True, summary="1 exchange").headline == "Contract kept: 1 exchange"
    assert Report("sweep", "", "Survived", passed=True).headline == "Survived"


def test_the_tone_of_a_verdict_defaults_to_its_result() -> None:
    assert Report("run", "", "", passed=True).verdict_tone is Tone.GOOD
    assert Report("run", "", "", passed=False).verdict_tone is Tone.BAD
    assert Report("run", "", "", passed=False, tone=Tone.WARNING).verdict_tone is Tone.WARNING


def test_remarks_are_the_count_and_the_tags() -> None:
    assert FindingItem("x").remarks == ""
    assert FindingItem("x", count=1, show_count=True).remarks == "×1"
    assert FindingItem("x", count=3, tags=("known", "old")).remarks == "×3 [known] [old]"
