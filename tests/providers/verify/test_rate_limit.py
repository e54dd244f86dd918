"""The rate at which a provider is called."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.rate_limit import RateLimit


@pytest.mark.parametrize("value", ["²", "1.5", "", "-1", "9" * 5000, "soon"])
def test_a_retry_after_that_is_no_number_of_seconds_is_left_to_others(value: str) -> None:
    assert not RateLimit().pause(value)
