"""Searches of texts from outside."""

from __future__ import annotations

import pytest

from crm_mocks.redaction.linear_search import searcher


@pytest.mark.parametrize(
    ("text", "is_found"), [("x?key=1", True), ("x", False), ("\udcff?key=1", True), ("\ud800", False)]
)
def test_texts_are_searched_whatever_characters_they_have(text: str, is_found: bool) -> None:
    assert searcher(r"[?&]key=[^\s]")(text) is is_found
