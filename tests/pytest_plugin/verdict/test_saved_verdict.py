"""Verdicts that processes of a run hand to the one that computes the verdict on the run."""

from __future__ import annotations

import pytest

from crm_contracts.judge.codec import decode_json, encode_json
from crm_contracts.judge.verdict import Verdict
from crm_contracts.pytest_plugin.verdict.saved_verdict import SavedVerdict


@pytest.mark.parametrize("text", ["plain", "half of a pair: \ud800"])
def test_any_text_of_a_client_survives(text: str) -> None:
    saved = SavedVerdict("gw0-1", Verdict(complaints=(text,)))
    assert decode_json(SavedVerdict, encode_json(saved), "verdict") == saved
