"""Numbers that a provider may refuse although the contract allows them."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.large_numbers import has_large_numbers


@pytest.mark.parametrize("value", [2**53, -(2**53), {"a": [{"b": 2**70}]}])
def test_integers_beyond_double_precision_are_large(value):
    assert has_large_numbers(value)


@pytest.mark.parametrize("value", [2**53 - 1, True, 1e300, {"a": [1, "12"]}, "15224044179760005000", None])
def test_other_values_are_not(value):
    assert not has_large_numbers(value)


@pytest.mark.parametrize(
    ("text", "large"), [("-15224044179760005", True), ("9007199254740991", False), ("a" * 20, False)]
)
def test_texts_in_a_url_may_be_large_numbers(text, large):
    assert has_large_numbers({"id": text}, in_url=True) is large
