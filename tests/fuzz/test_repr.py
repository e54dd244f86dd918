"""A failing test shows the generated response in one line, however long it is."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis.vendor.pretty import pretty

from crm_contracts.fuzz import answers

OPERATION = "config_api.createLead"
ONCE = settings(max_examples=2_000, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
SHOWN = f"<{OPERATION}, 200 created_full: body.customerNumber is a string of 65536 characters>"
created = answers(OPERATION, outcome="created_full", allowed=True)


def is_long(response):
    return len(response.body) > 65_536


@pytest.mark.parametrize("show", [repr, str, pretty], ids=["repr", "str", "as Hypothesis"])
def test_a_response_is_shown_by_its_mutations(show):
    assert show(find(created, is_long, settings=ONCE)) == SHOWN


def test_the_example_is_shown_as_documented():
    assert repr(find(created, lambda _: True, settings=ONCE)) == f"<{OPERATION}, 200 created_full: as documented>"


def test_a_failing_test_shows_the_response_even_if_hypothesis_prints_no_arguments():
    """If schemathesis is installed, Hypothesis prints no arguments."""

    @ONCE
    @given(response=created)
    def fails(response):
        assert not is_long(response)

    with pytest.raises(AssertionError) as error:
        fails()
    assert error.value.__notes__[0] == SHOWN
